/** Iterative solvers of systems that are known by their products with vectors. */
import { matvec } from "../numpy/contract.js";
import { asFloat, openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { add, stopGradient, sub, zerosAs } from "../primitives/arithmetic.js";
import { matrixSizes } from "../primitives/matrices.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { type LinearMap, type Method, solveImplicitly } from "./implicit.js";
import { conjugateGradients, leastResiduals, type Settings, stabilized } from "./krylov.js";
import { inOneDType } from "./operands.js";

export interface IterativeOptions {
  /** Where to start; default 0. It has no derivative. */
  readonly x0?: TensorLike;
  /** Done when the residual is no longer than so many times that at the start (b, without `x0`); default 1e-5. */
  readonly tol?: number;
  /** Done when the residual is no longer than this; default 0. */
  readonly atol?: number;
  /** The most steps; default ten times the number of elements of b. */
  readonly maxiter?: number;
  /** A matrix, or a function that multiplies by one, near the inverse of A. */
  readonly preconditioner?: TensorLike | ((x: Tensor) => Tensor);
}

const positiveNumber = (operation: string, name: string, value: number): number => {
  if (typeof value === "number" && value >= 0) return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "It is a number, 0 or more.");
};

const wholeNumber = (operation: string, name: string, value: number, least: number): number => {
  if (Number.isInteger(value) && value >= least) return value;
  throw ArgumentError.invalid(
    operation,
    `${name} is ${describe(value)}`,
    `It is a whole number, ${least} or more.`,
  );
};

/** A matrix or a function as a linear map of tensors like b. */
const mapOf = (operation: string, what: string, a: unknown, b: Tensor): LinearMap => {
  if (typeof a === "function") {
    return (v) => {
      const out: unknown = (a as LinearMap)(v);
      if (!(out instanceof Tensor))
        throw ArgumentError.invalid(
          operation,
          `${what} returned ${describe(out)}`,
          "It returns a tensor like b.",
        );
      if (!sameShape(out.type.shape, v.type.shape)) {
        throw ShapeError.mismatch(
          operation,
          `${what} gives another shape than it takes`,
          [v.type.shape, out.type.shape],
          "It maps tensors like b to tensors like b.",
        );
      }
      if (out.type.dtype !== v.type.dtype)
        throw DTypeError.unsupported(operation, out.type.dtype, `${v.type.dtype}, the dtype of b,`);
      return out;
    };
  }
  const [matrix] = inOneDType(operation, a as TensorLike, b);
  const { n } = matrixSizes(operation, matrix.type, true);
  if (matrix.type.shape.length !== 2 || b.type.shape.length !== 1 || b.type.shape[0] !== n) {
    throw ShapeError.mismatch(
      operation,
      `${what} is no matrix for b`,
      [matrix.type.shape, b.type.shape],
      "A matrix [n, n] goes with a vector of n elements; for other tensors pass a function, for stacks use vmap.",
    );
  }
  return (v) => matvec(matrix, v);
};

const solver = (
  operation: string,
  symmetric: boolean,
  methodOf: (settings: Settings) => Method["run"],
  a: TensorLike | ((x: Tensor) => Tensor),
  b: TensorLike,
  options: IterativeOptions | undefined,
): Tensor => {
  const given = optionsOf(operation, options, ["x0", "tol", "atol", "maxiter", "preconditioner"]);
  openDoor();
  const right = typeof a === "function" ? asFloat(operation, b) : inOneDType(operation, a, b)[1];
  const start =
    given.x0 === undefined ? zerosAs(right) : stopGradient(inOneDType(operation, given.x0, right)[0]);
  if (!sameShape(start.type.shape, right.type.shape)) {
    throw ShapeError.mismatch(
      operation,
      "x0 is no tensor like b",
      [start.type.shape, right.type.shape],
      "Both have one shape.",
    );
  }
  const { tol = 1e-5, atol = 0, maxiter = 10 * right.size, preconditioner } = given;
  const settings: Settings = {
    tol: positiveNumber(operation, "tol", tol),
    atol: positiveNumber(operation, "atol", atol),
    maxiter: wholeNumber(operation, "maxiter", maxiter, 0),
  };
  const map = mapOf(operation, "the map", a, right);
  const near =
    preconditioner === undefined ? undefined : mapOf(operation, "the preconditioner", preconditioner, right);
  const method: Method = { name: operation, symmetric, run: methodOf(settings) };
  if (given.x0 === undefined) return solveImplicitly(method, map, right, near);
  // x = x0 + y with A y = b - A x0: the start is no part of what is differentiated
  return add(start, solveImplicitly(method, map, sub(right, map(start)), near));
};

/**
 * x of A x = b by conjugate gradients, for symmetric positive definite A: a matrix `[n, n]`, or a function that
 * multiplies a tensor like b by A. Derivatives in b and in whatever A is made of are those of the solution, each by one
 * more solve. Under vmap and in graphs the steps are one loop, which
 * ends when every residual is short enough.
 *
 * @throws ShapeError and DTypeError where the map does not fit b; ArgumentError for options that are none.
 * @example linalg.cg([[4, 1], [1, 3]], [1, 2], { tol: 1e-12 }).toArray() // [1/11, 7/11]
 * @see jax.scipy.sparse.linalg.cg
 */
export const cg = (
  a: TensorLike | ((x: Tensor) => Tensor),
  b: TensorLike,
  options?: IterativeOptions,
): Tensor => solver("cg", true, conjugateGradients, a, b, options);

/**
 * x of A x = b by the stabilized biconjugate gradients of van der Vorst, for square A that need not be symmetric;
 * otherwise as `linalg.cg`. The transposed systems of reverse mode are made by transposing the map.
 *
 * @throws ShapeError and DTypeError where the map does not fit b; ArgumentError for options that are none.
 * @example linalg.bicgstab([[4, 1], [0, 3]], [1, 3], { tol: 1e-12 }).toArray() // [0, 1]
 * @see jax.scipy.sparse.linalg.bicgstab
 */
export const bicgstab = (
  a: TensorLike | ((x: Tensor) => Tensor),
  b: TensorLike,
  options?: IterativeOptions,
): Tensor => solver("bicgstab", false, stabilized, a, b, options);

export interface GmresOptions extends IterativeOptions {
  /** After so many steps the method starts again from where it is; default 20. `maxiter` counts starts. */
  readonly restart?: number;
}
/**
 * x of A x = b by the generalized minimal residuals of Saad and Schultz, for square A that need not be symmetric;
 * otherwise as `linalg.bicgstab`. By default it starts at most ten times.
 *
 * @throws ShapeError and DTypeError where the map does not fit b; ArgumentError for options that are none.
 * @example linalg.gmres([[4, 1], [0, 3]], [1, 3], { tol: 1e-12 }).toArray() // [0, 1]
 * @see jax.scipy.sparse.linalg.gmres
 */
export const gmres = (
  a: TensorLike | ((x: Tensor) => Tensor),
  b: TensorLike,
  options?: GmresOptions,
): Tensor => {
  const keys = ["x0", "tol", "atol", "maxiter", "preconditioner", "restart"] as const;
  const { restart = 20, ...others } = optionsOf("gmres", options, keys);
  const size = wholeNumber("gmres", "restart", restart, 1);
  return solver("gmres", false, (settings) => leastResiduals(settings, size), a, b, {
    maxiter: 10,
    ...others,
  });
};
