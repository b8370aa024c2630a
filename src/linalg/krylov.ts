/** Krylov methods: conjugate gradients, BiCGSTAB and restarted GMRES, for maps known by their products with tensors. */
import { whileLoop } from "../lax/loop.js";
import { add, div, filledAs, mul, sub, zerosAs } from "../primitives/arithmetic.js";
import { and } from "../primitives/bits.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { eq, gt, lt, max, select } from "../primitives/compare.js";
import { epsilonOf } from "../primitives/matrices.js";
import { reshape } from "../primitives/reshape.js";
import { concatenate, slice } from "../primitives/slice.js";
import { leastSquares } from "../primitives/svd.js";
import { sqrt } from "../primitives/transcendental.js";
import { type Tensor, uniform } from "../tensor/tensor.js";
import type { Method } from "./implicit.js";
import { atHand } from "./operands.js";

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
 * Steps until the residual is short enough. Where its length can be read that is a loop of ours; where it cannot (under vmap, in
 * graphs) it is one operation, a loop of its own, which ends when no residual is too long.
 */
const iterate = (first: State, step: (state: State) => State, limit: Tensor, maxiter: number): Tensor => {
  const isLong = (state: State): Tensor => gt(inner(state[1], state[1]), limit);
  let state = first;
  for (let count = 0; count < maxiter; count++) {
    const known = atHand(isLong(state));
    if (known === undefined) return looped(state, step, isLong, maxiter - count);
    if (known.at(0) === 0) break;
    state = step(state);
  }
  return state[0];
};

const looped = (
  first: State,
  step: (state: State) => State,
  isLong: (state: State) => Tensor,
  maxiter: number,
): Tensor => {
  const steps = { shape: [], dtype: "int32", weak: false } as const;
  const [, last] = whileLoop(
    ([count, state]) => and(lt(count, uniform(steps, maxiter)), isLong(state as unknown as State)),
    ([count, state]) => [add(count, uniform(steps, 1)), step(state as unknown as State)],
    [uniform(steps, 0) as Tensor, [...first] as Tensor[]] as const,
    maxiter <= mostReversed ? { maxSteps: maxiter } : {},
  );
  return (last as readonly Tensor[])[0] as Tensor;
};

/**
 * A loop of no more steps than this can be taken in reverse. Derivatives are those of the solution, by another solve; but
 * a graph derived from a derived graph may hold the steps themselves (reverse mode over the pushforward of a compiled
 * function).
 */
const mostReversed = 4096;

export interface Settings {
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

/** For symmetric positive definite maps. */
export const conjugateGradients =
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

/** For any map, by short recurrences (van der Vorst, Bi-CGSTAB, 1992). */
export const stabilized =
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

/** One number as a tensor of one element, and back. */
const alone = (x: Tensor): Tensor => reshape(x, [1]);
const elementOf = (x: Tensor, i: number): Tensor =>
  reshape(slice(x, { start: [i], stop: [i + 1], step: null }), []);

/** Least residuals over spaces of `restart` dimensions (Saad and Schultz, GMRES, 1986), preconditioned on the right. */
export const leastResiduals =
  (settings: Settings, restart: number): Method["run"] =>
  (a, b, preconditioner = (x) => x) => {
    const size = Math.max(1, Math.min(restart, b.size));
    const step = ([x, r]: readonly Tensor[]): State => {
      const residual = r as Tensor;
      const length = sqrt(inner(residual, residual));
      const basis = [times(ratio(filledAs(length, 1), length), residual)];
      const columns: Tensor[] = [];
      for (let j = 0; j < size; j++) {
        let w = a(preconditioner(basis[j] as Tensor));
        const entries = basis.map((v) => {
          const h = inner(w, v);
          w = sub(w, times(h, v));
          return h;
        });
        // once more: what rounding left of the earlier directions
        basis.forEach((v, i) => {
          const h = inner(w, v);
          w = sub(w, times(h, v));
          entries[i] = add(entries[i] as Tensor, h);
        });
        const next = sqrt(inner(w, w));
        // where the space is exhausted nothing but rounding is left, which is no direction
        const scale = entries.reduce((total, h) => add(total, mul(h, h)), mul(next, next));
        const isNoise = gt(mul(filledAs(scale, (16 * epsilonOf(b.type)) ** 2), scale), mul(next, next));
        const kept = select(isNoise, zerosAs(next), next);
        basis.push(times(ratio(filledAs(kept, 1), kept), w));
        const rest = Array.from({ length: size - j - 1 }, () => zerosAs(kept));
        columns.push(reshape(concatenate([...entries, kept, ...rest].map(alone), 0), [size + 1, 1]));
      }
      const hessenberg = concatenate(columns, 1);
      const right = concatenate([length, ...columns.map(() => zerosAs(length))].map(alone), 0);
      const y = reshape(
        leastSquares(hessenberg, reshape(right, [size + 1, 1]), {
          transpose: false,
          cutoff: (size + 1) * epsilonOf(b.type),
        }),
        [size],
      );
      const move = basis
        .slice(0, size)
        .map((v, j) => times(elementOf(y, j), v))
        .reduce((p, q) => add(p, q));
      const moved = add(x as Tensor, preconditioner(move));
      return [moved, sub(b, a(moved))];
    };
    return iterate([zerosAs(b), b], step, limitOf(b, settings), settings.maxiter);
  };
