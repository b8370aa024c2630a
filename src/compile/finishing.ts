/** Loops that finish a product: what they do with an element needs no other element of it. */
import { BLOCK } from "../kernel/blocked.js";
import type { Access, BufferId, LoopStep, Step } from "./plan.js";

/** A place in a matrix of the product's size: offset + row * rowStride + column * columnStride, in elements. */
export interface MatrixPlace {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** An access of a loop over the elements of a matrix of n columns, in order, by rows and columns. */
const placeOf = ({ buffer, offset, strides }: Access, shape: readonly number[], n: number): MatrixPlace => {
  const [first = 0, second] = strides.filter((_, axis) => shape[axis] !== 1);
  return second === undefined
    ? { buffer, offset, row: first * n, column: first }
    : { buffer, offset, row: first, column: second };
};

export interface Finishing {
  readonly loop: LoopStep;
  readonly loads: readonly MatrixPlace[];
  readonly stores: readonly MatrixPlace[];
}

/** The loop as one over the product's rows and columns that reads of it what it stands at; null for any other step. */
export const finishing = (product: Step | undefined, step: Step | undefined): Finishing | null => {
  if (product?.kind !== "contract" || product.batch !== 1) return null;
  if (step?.kind !== "loop" || step.folded) return null;
  const { m, k, n, out } = product;
  // sums of several blocks have to be in memory between them
  if (k > BLOCK) return null;
  const real = step.shape.filter((size) => size !== 1);
  const isMatrix = real.length === 2 && real[0] === m && real[1] === n;
  if (m === 1 || n === 1 || !(isMatrix || (real.length === 1 && real[0] === m * n))) return null;
  const loads = step.loads.map((access) => placeOf(access, step.shape, n));
  const stores = step.stores.map(({ access }) => placeOf(access, step.shape, n));
  const own = loads.filter(({ buffer }) => buffer === out);
  const inOrder = own.every(({ offset, row, column }) => offset === 0 && row === n && column === 1);
  if (own.length === 0 || !inOrder || stores.some(({ buffer }) => buffer === out)) return null;
  return { loop: step, loads, stores };
};
