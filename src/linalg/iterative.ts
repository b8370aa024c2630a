/** Iterative solvers for systems known by their products with vectors: conjugate gradients and BiCGSTAB. */
import { matvec } from "../numpy/contract.js";
import { asFloat, openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { add, div, filledAs, mul, stopGradient, sub, zerosAs } from "../primitives/arithmetic.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { eq, gt, max, select } from "../primitives/compare.js";
import { matrixSizes } from "../primitives/matrices.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { type LinearMap, type Method, solveImplicitly } from "./implicit.js";
import { atHand, inOneDType } from "./operands.js";

export interface IterativeOptions {
  /** Where to start; default 0. It has no derivative. */
  readonly x0?: TensorLike;
  /** Done when the residual is no longer than so many times b; default 1e-5. */
  readonly tol?: number;
  /** Done when the residual is no longer than this; default 0. */
  readonly atol?: number;
  /** The most steps; default ten times the number of elements of b. */
  readonly maxiter?: number;
  /** A matrix, or a function that multiplies by one, near the inverse of A. */
  readonly preconditioner?: TensorLike | ((x: Tensor) => Tensor);
}

const inner = (x: Tensor, y: Tensor): Tensor => sum(mul(x, y), [...x.type.shape.keys()]);
const times = (scalar: Tensor, x: Tensor): Tensor =>
  mul(broadcast(scalar, { shape: x.type.shape, axes: [] }), x);
/** x / y, and 0 where y is 0: after the last step there is nothing left to divide. */
const ratio = (x: Tensor, y: Tensor): Tensor => {
  const none = eq(y, zerosAs(y));
  return select(none, zerosAs(x), div(x, select(none, filledAs(y, 1), y)));
};

type State = readonly [x: Tensor, residual: Tensor, ...rest: Tensor[]];

/**
 * Steps until the residual is short enough. Where its length can be read, that ends the loop; where it cannot (under
 * vmap, in graphs), all steps are taken and those after the end change nothing.
 */
const iterate = (first: State, step: (state: State) => State, limit: Tensor, maxiter: number): Tensor => {
  let state = first;
  for (let count = 0; count < maxiter; count++) {
    const goesOn = gt(inner(state[1], state[1]), limit);
    const known = atHand(goesOn);
    if (known !== undefined && known.at(0) === 0) break;
    const next = step(state);
    state =
      known !== undefined
        ? next
        : (next.map((x, i) =>
            select(broadcast(goesOn, { shape: x.type.shape, axes: [] }), x, state[i] as Tensor),
          ) as unknown as State);
  }
  return state[0];
};

interface Settings {
  readonly tol: number;
  readonly atol: number;
  readonly maxiter: number;
}

/** The square of the length at which to stop. */
const limitOf = (b: Tensor, { tol, atol }: Settings): Tensor => {
  const length = inner(b, b);
  const relative = mul(filledAs(length, tol * tol), length);
  return max(relative, filledAs(relative, atol * atol));
};

const conjugateGradients =
  (settings: Settings): Method["run"] =>
  (a, b, preconditioner = (x) => x) => {
    const [x0, r0] = [zerosAs(b), b];
    const z0 = preconditioner(r0);
    const step = ([x, r, p, rz]: readonly Tensor[]): State => {
      const [x_, r_, p_, rz_] = [x, r, p, rz] as [Tensor, Tensor, Tensor, Tensor];
      const ap = a(p_);
      const alpha = ratio(rz_, inner(p_, ap));
      const residual = sub(r_, times(alpha, ap));
      const z = preconditioner(residual);
      const next = inner(residual, z);
      return [add(x_, times(alpha, p_)), residual, add(z, times(ratio(next, rz_), p_)), next];
    };
    return iterate([x0, r0, z0, inner(r0, z0)], step, limitOf(b, settings), settings.maxiter);
  };

const stabilized =
  (settings: Settings): Method["run"] =>
  (a, b, preconditioner = (x) => x) => {
    const [x0, r0] = [zerosAs(b), b];
    const one = filledAs(inner(r0, r0), 1);
    const zero = zerosAs(r0);
    const step = (state: readonly Tensor[]): State => {
      const [x, r, p, v, rho, alpha, omega] = state as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      const nextRho = inner(r0, r);
      const beta = mul(ratio(nextRho, rho), ratio(alpha, omega));
      const direction = add(r, times(beta, sub(p, times(omega, v))));
      const near = preconditioner(direction);
      const image = a(near);
      const nextAlpha = ratio(nextRho, inner(r0, image));
      const s = sub(r, times(nextAlpha, image));
      const nearS = preconditioner(s);
      const t = a(nearS);
      const nextOmega = ratio(inner(t, s), inner(t, t));
      return [
        add(x, add(times(nextAlpha, near), times(nextOmega, nearS))),
        sub(s, times(nextOmega, t)),
        direction,
        image,
        nextRho,
        nextAlpha,
        nextOmega,
      ];
    };
    const limit = limitOf(b, settings);
    return iterate([x0, r0, zero, zero, one, one, one], step, limit, settings.maxiter);
  };

const positiveNumber = (operation: string, name: string, value: number): number => {
  if (typeof value === "number" && value >= 0) return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "It is a number, 0 or more.");
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
  openDoor();
  const given = optionsOf(operation, options, ["x0", "tol", "atol", "maxiter", "preconditioner"]);
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
    maxiter: positiveNumber(operation, "maxiter", maxiter),
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
 * more solve. Under vmap and in graphs all `maxiter` steps are taken.
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
