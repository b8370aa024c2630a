/** Misuse of linear algebra: operands that are no matrices, sizes that do not fit, matrices without an inverse. */
import { ArgumentError, AxisError, DTypeError, LinAlgError, ShapeError } from "cotangent";
import { type Loose, linalg, np, type Row, rowsOf } from "../harness.js";
import { t } from "./numpy.js";

type Name = keyof typeof linalg;
const singular = (): Loose =>
  np.array([
    [1, 2],
    [2, 4],
  ]);
const indefinite = (): Loose =>
  np.array([
    [1, 2],
    [2, 1],
  ]);
const factors = (): Loose => linalg.luFactor(np.eye(3));

/** Functions of one square matrix, of one matrix, and of a matrix with a right-hand side. */
// biome-ignore format: a list of names
const ofSquare = ["cholesky", "inv", "det", "slogdet", "luFactor", "eigh", "eigvalsh", "expm", "sqrtm", "logm", "schur", "eig", "eigvals"] as const satisfies readonly Name[];
// biome-ignore format: a list of names
const ofAny = ["lu", "qr", "svd", "svdvals", "pinv"] as const satisfies readonly Name[];
const ofSystem = ["solve", "triangularSolve", "choSolve", "lstsq"] as const satisfies readonly Name[];

// biome-ignore format: one row, one line
const operands = [
  ...[...ofSquare, ...ofAny].flatMap((name) =>
    rowsOf(
      `linalg.${name}`,
      ["text", () => linalg[name]("1"), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
      ["nothing", () => linalg[name](), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
      ["ragged arrays", () => linalg[name]([[1], [2, 3]]), ShapeError, /ragged/, /same length/],
      ["a vector", () => linalg[name]([1, 2]), ShapeError, /a matrix is needed, got \[2\]/, /last two axes/],
    ),
  ),
  ...ofSquare.flatMap((name) =>
    rowsOf(`linalg.${name}`, ["a matrix that is not square", () => linalg[name](t(2, 3)), ShapeError, /a square matrix is needed, got \[2, 3\]/, /linalg\.lstsq and linalg\.pinv/]),
  ),
  ...ofSystem.flatMap((name) =>
    rowsOf(
      `linalg.${name}`,
      ["text for the matrix", () => linalg[name]("1", [1]), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
      ["no right-hand side", () => linalg[name](t(2, 2)), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
      ["a vector for the matrix", () => linalg[name]([1, 2], [1, 2]), ShapeError, /a matrix is needed, got \[2\]/, /last two axes/],
      ["a vector of another length", () => linalg[name](t(2, 2), [1, 2, 3]), ShapeError, /no 2 rows, got \[2, 2\] and \[3\]/, /vector of n elements/],
      ["a scalar", () => linalg[name](t(2, 2), 1), ShapeError, /no 2 rows, got \[2, 2\] and \[\]/, /matrices \[\.\.\., n, k\]/],
      ["leading axes that do not broadcast", () => linalg[name](np.broadcastTo(np.eye(2), [2, 2, 2]), t(3, 2, 1)), ShapeError, /cannot broadcast shapes \[2\] and \[3\]/, /equal or 1/],
    ),
  ),
];

// biome-ignore format: one row, one line
const particular = [
  ...rowsOf(
    "linalg.cholesky",
    ["a matrix that is not positive definite", () => linalg.cholesky(indefinite()), LinAlgError, /not positive definite, got \[2, 2\]/, /multiple of the identity; linalg\.eigh/],
    ["a flag of text", () => linalg.cholesky(np.eye(2), { upper: "yes" }), ArgumentError, /upper is "yes"/, /true or false/],
    ["an option misspelt", () => linalg.cholesky(np.eye(2), { uper: true }), ArgumentError, /"uper"/, /Did you mean upper/],
  ),
  ...rowsOf("linalg.inv", ["a singular matrix", () => linalg.inv(singular()), LinAlgError, /singular, got \[2, 2\]/, /linalg\.lstsq or linalg\.pinv/]),
  ...rowsOf(
    "linalg.solve",
    ["a singular matrix", () => linalg.solve(singular(), [1, 2]), LinAlgError, /singular/, /linalg\.lstsq or linalg\.pinv/],
    ["a matrix that is not square", () => linalg.solve(t(2, 3), [1, 2]), ShapeError, /a square matrix is needed, got \[2, 3\]/, /linalg\.lstsq/],
  ),
  ...rowsOf("linalg.triangularSolve", ["an option of another library", () => linalg.triangularSolve(np.eye(2), [1, 2], { trans: 1 }), ArgumentError, /"trans"/, /Did you mean transpose/]),
  ...rowsOf("linalg.choSolve", ["a flag of a number", () => linalg.choSolve(np.eye(2), [1, 2], { lower: 1 }), ArgumentError, /lower is 1/, /true or false/]),
  ...rowsOf(
    "linalg.luSolve",
    ["a matrix for the factors", () => linalg.luSolve(np.eye(2), [1, 2]), ArgumentError, /no pair of factors/, /luFactor/],
    ["an order of floats", () => linalg.luSolve([np.eye(2), t(2)], [1, 2]), DTypeError, /float64/, /int32/],
    ["an order of other factors", () => linalg.luSolve([np.eye(2), (factors() as unknown as readonly Loose[])[1]], [1, 2]), ShapeError, /got \[2, 2\] and \[3\]/, /luFactor/],
    ["a vector of another length", () => linalg.luSolve(factors(), [1, 2]), ShapeError, /no 3 rows/, /vector of n elements/],
  ),
  ...rowsOf("linalg.lstsq", ["a cutoff below 0", () => linalg.lstsq(t(2, 1), [1, 2], { rcond: -1 }), ArgumentError, /rcond is -1/, /0 or more/]),
  ...rowsOf("linalg.pinv", ["a cutoff of text", () => linalg.pinv(t(2, 1), { rcond: "1" }), ArgumentError, /rcond is "1"/, /0 or more/]),
  ...rowsOf("linalg.qr", ["a mode that is none", () => linalg.qr(t(2, 2), { mode: "full" }), ArgumentError, /no mode "full"/, /"reduced" and "complete"/]),
  ...rowsOf("linalg.svd", ["a flag of a number", () => linalg.svd(t(2, 2), { fullMatrices: 0 }), ArgumentError, /fullMatrices is 0/, /true or false/]),
  ...rowsOf(
    "linalg.norm",
    ["text", () => linalg.norm("1"), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["the nuclear norm of a vector", () => linalg.norm([1, 2], { ord: "nuc" }), ArgumentError, /no norm "nuc" of vectors/, /two axes/],
    ["an order of text", () => linalg.norm(t(2, 2), { ord: "two" }), ArgumentError, /ord "two"/, /"fro" or "nuc"/],
    ["an order that matrices have not", () => linalg.norm(t(2, 2), { ord: 3 }), ArgumentError, /ord 3/, /Infinity/],
    ["an axis out of range", () => linalg.norm(t(2, 2), { ord: 2, axis: [0, 2] }), AxisError, /axis 2/, /-2 to 1/],
    ["an option misspelt", () => linalg.norm(t(2), { order: 1 }), ArgumentError, /"order"/, /Did you mean ord/],
  ),
  ...rowsOf(
    "linalg.cond",
    ["a vector", () => linalg.cond([1, 2]), ShapeError, /a matrix is needed/, /last two axes/],
    ["a matrix that is not square", () => linalg.cond(t(2, 3), 1), ShapeError, /a square matrix is needed/, /linalg\.lstsq/],
    ["a norm that is none", () => linalg.cond(t(2, 2), 3), ArgumentError, /ord 3/, /Infinity/],
  ),
  ...rowsOf(
    "linalg.matrixRank",
    ["text", () => linalg.matrixRank("1"), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["a cutoff below 0", () => linalg.matrixRank(t(2, 2), { rcond: -1 }), ArgumentError, /rcond is -1/, /0 or more/],
  ),
  ...rowsOf(
    "linalg.matrixPower",
    ["a fraction", () => linalg.matrixPower(t(2, 2), 0.5), ArgumentError, /0\.5 is no whole number/, /integers/],
    ["a negative power of a singular matrix", () => linalg.matrixPower(singular(), -1), LinAlgError, /singular/, /linalg\.pinv/],
    ["a matrix that is not square", () => linalg.matrixPower(t(2, 3), 2), ShapeError, /a square matrix is needed/, /linalg\.lstsq/],
  ),
  ...rowsOf(
    "linalg.blockDiag",
    ["a matrix for the list", () => linalg.blockDiag(t(2, 2)), ArgumentError, /no list of matrices/, /in an array/],
    ["no matrices", () => linalg.blockDiag([]), ArgumentError, /no list of matrices/, /one matrix or more/],
    ["stacks of matrices", () => linalg.blockDiag([t(2, 2, 2)]), ShapeError, /got \[2, 2, 2\]/, /vmap/],
  ),
  ...rowsOf(
    "linalg.toeplitz",
    ["a scalar", () => linalg.toeplitz(1), ShapeError, /vectors of equal leading axes/, /two vectors/],
    ["leading axes that differ", () => linalg.toeplitz(t(2, 3), t(3)), ShapeError, /got \[2, 3\] and \[3\]/, /two vectors/],
  ),
  ...rowsOf(
    "linalg.tensorsolve",
    ["a tensor that is no square matrix", () => linalg.tensorsolve(t(2, 3), [1, 2]), ShapeError, /no square matrix/, /equally many elements/],
    ["an axis out of range", () => linalg.tensorsolve(t(2, 2), [1, 2], { axes: [2] }), AxisError, /axis 2/, /-2 to 1/],
    ["a singular one", () => linalg.tensorsolve(singular(), [1, 2]), LinAlgError, /singular/, /linalg\.pinv/],
  ),
  ...rowsOf(
    "linalg.tensorinv",
    ["axes that make no square", () => linalg.tensorinv(t(2, 3), { ind: 1 }), ShapeError, /2 rows, the others 3 columns/, /equal/],
    ["no axis", () => linalg.tensorinv(t(2, 2), { ind: 0 }), ArgumentError, /ind is 0/, /1 or more/],
    ["a singular one", () => linalg.tensorinv(singular(), { ind: 1 }), LinAlgError, /singular/, /linalg\.pinv/],
  ),
  ...(["cg", "bicgstab", "gmres"] as const).flatMap((name) =>
    rowsOf(
      `linalg.${name}`,
      ["text for the map", () => linalg[name]("1", [1]), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
      ["no right-hand side", () => linalg[name](np.eye(2)), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
      ["a matrix of another size", () => linalg[name](np.eye(2), [1, 2, 3]), ShapeError, /no matrix for b, got \[2, 2\] and \[3\]/, /pass a function/],
      ["a matrix that is not square", () => linalg[name](t(2, 3), [1, 2]), ShapeError, /a square matrix is needed/, /linalg\.lstsq/],
      ["a map to another shape", () => linalg[name]((x: unknown) => np.sum(x), [1, 2]), ShapeError, /another shape than it takes, got \[2\] and \[\]/, /tensors like b/],
      ["a map to numbers", () => linalg[name](() => 1, [1, 2]), ArgumentError, /the map returned 1/, /a tensor like b/],
      ["a map to another dtype", () => linalg[name]((x: unknown) => np.astype(x, "float32"), [1, 2]), DTypeError, /float32.*float64/, /np\.astype/],
      ["a start of another shape", () => linalg[name](np.eye(2), [1, 2], { x0: [1] }), ShapeError, /x0 is no tensor like b/, /one shape/],
      ["a tolerance below 0", () => linalg[name](np.eye(2), [1, 2], { tol: -1 }), ArgumentError, /tol is -1/, /0 or more/],
      ["a preconditioner of another size", () => linalg[name](np.eye(2), [1, 2], { preconditioner: np.eye(3) }), ShapeError, /the preconditioner is no matrix/, /pass a function/],
      ["an option misspelt", () => linalg[name](np.eye(2), [1, 2], { maxIter: 3 }), ArgumentError, /"maxIter"/, /Did you mean maxiter/],
    ),
  ),
  ...rowsOf(
    "linalg.gmres",
    ["spaces of no dimension", () => linalg.gmres(np.eye(2), [1, 2], { restart: 0 }), ArgumentError, /restart is 0/, /1 or more/],
    ["an endless run", () => linalg.gmres(np.eye(2), [1, 2], { maxiter: Infinity }), ArgumentError, /maxiter is Infinity/, /whole number/],
  ),
  ...rowsOf(
    "linalg.roots",
    ["text", () => linalg.roots("1"), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["nothing", () => linalg.roots(), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
    ["a scalar", () => linalg.roots(2), ShapeError, /a vector is needed, got \[\]/, /highest power first/],
  ),
  ...rowsOf(
    "linalg.solveSylvester",
    ["text", () => linalg.solveSylvester("1", t(2, 2), t(2, 2)), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["two operands", () => linalg.solveSylvester(t(2, 2), t(2, 2)), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
    ["a matrix that is not square", () => linalg.solveSylvester(t(2, 3), t(2, 2), t(2, 2)), ShapeError, /a square matrix is needed, got \[2, 3\]/, /last two axes must be equal/],
    ["a vector for the right-hand side", () => linalg.solveSylvester(np.eye(2), np.eye(2), [1, 2]), ShapeError, /a matrix is needed, got \[2\]/, /last two axes/],
    ["a right-hand side of another size", () => linalg.solveSylvester(np.eye(2), np.eye(3), t(3, 2)), ShapeError, /not of 2 rows and 3 columns, got \[2, 2\] and \[3, 3\] and \[3, 2\]/, /\[\.\.\., m, n\]/],
    ["leading axes that do not broadcast", () => linalg.solveSylvester(np.broadcastTo(np.eye(2), [2, 2, 2]), np.eye(1), t(3, 2, 1)), ShapeError, /cannot broadcast shapes \[2\] and \[3\]/, /equal or 1/],
    ["opposite eigenvalues", () => linalg.solveSylvester([[1]], [[-1]], [[1]]), LinAlgError, /no single solution, got \[1, 1\] and \[1, 1\]/, /eigenvalue/],
  ),
  ...rowsOf(
    "linalg.tridiagonalSolve",
    ["text", () => linalg.tridiagonalSolve("1", [1], [1], [1]), ArgumentError, /"1" is no tensor/, /Pass a tensor/],
    ["three operands", () => linalg.tridiagonalSolve([1], [1], [1]), ArgumentError, /a missing value is no tensor/, /Pass a tensor/],
    ["a shorter diagonal below", () => linalg.tridiagonalSolve([1], [1, 2], [1, 1], [1, 1]), ShapeError, /not equally many rows, got \[1\] and \[2\] and \[2\] and \[2\]/, /each of n elements/],
    ["a scalar", () => linalg.tridiagonalSolve([1, 1], [1, 2], [1, 1], 1), ShapeError, /not equally many rows/, /vector of n/],
    ["a matrix that is singular", () => linalg.tridiagonalSolve([0, 1], [1, 1], [1, 0], [1, 1]), LinAlgError, /singular, got \[2\]/, /linalg\.lstsq/],
  ),
  ...rowsOf("linalg.multiDot", ["a single matrix", () => linalg.multiDot([t(2, 2)]), ArgumentError, /at least two/, /in an array/]),
  ...rowsOf("linalg.kron", ["text", () => linalg.kron("1", [1]), ArgumentError, /"1" is no tensor/, /Pass a tensor/]),
  ...rowsOf("linalg.trace", ["a vector", () => linalg.trace([1, 2]), ShapeError, /a matrix is needed/, /np\.diag/]),
  ...rowsOf("linalg.diagonal", ["a vector", () => linalg.diagonal([1, 2]), ShapeError, /a matrix is needed/, /np\.diag/]),
];

export const linalgRows: readonly Row[] = [...operands, ...particular];
