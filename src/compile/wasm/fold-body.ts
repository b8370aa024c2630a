/** One fold of a step, and the body of the step written to strips for it. */
import { type Code, i32, type Local } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";
import type { FoldOp } from "../plan.js";
import type { Nest, Reference } from "./axes.js";
import { forRange } from "./control.js";
import type { Emission } from "./emission.js";
import type { FoldSource } from "./fold-order.js";
import { emitNest } from "./nest.js";

/** Elements of a strip of rows. */
export const STRIP = 1024;
/** Columns folded together. */
export const COLUMNS = 128;
export const GROUP = 8;

/** One fold of a step: where its elements come from, and the space it needs. */
export interface Fold {
  readonly op: FoldOp;
  readonly source: FoldSource;
  /** Position among the results of the body. */
  readonly value: number;
  readonly out: Reference;
  /** The input that is folded as it is. */
  readonly direct: Reference | undefined;
  readonly strip: number;
  readonly totals: number;
  readonly stack: number;
}

export const dtypeOf = (source: FoldSource): DType =>
  source === "F64" ? "float64" : source === "F32" ? "float32" : source === "U32" ? "uint32" : "int32";
export const widthOf = (source: FoldSource): number => (source === "F64" ? 8 : 4);

export const storeName = (dtype: DType): string =>
  dtype === "float64" ? "storeF64" : dtype === "float32" ? "storeF32" : `storeI${8 * itemSize(dtype)}`;

/** The operand seen from indices of the kept axes (locals or numbers): its base moved, its other axes left. */
export const seenFrom = (
  r: Reference,
  indices: readonly (Local | null)[],
  axes: readonly number[],
): Reference => {
  let { base } = r;
  let key = r.key;
  indices.forEach((index, axis) => {
    const stride = r.strides[axis] as number;
    if (index === null || stride === 0) return;
    base = i32.add(base, i32.mul(index.get, i32.const(stride)));
    key += ` ${axis}*${stride}`;
  });
  return { ...r, base, key, strides: axes.map((axis) => (axis < 0 ? 0 : (r.strides[axis] as number))) };
};

export const addressOf = ({ base, offset }: Reference): Code =>
  offset === 0 ? base : i32.add(base, i32.const(offset));

/** The body over part of the axes, folded values into strips. */
export const emitBody = (
  emission: Emission,
  nest: Nest,
  folds: readonly Fold[],
  sizes: readonly number[],
  see: (r: Reference) => Reference,
  stripStrides: (fold: Fold) => readonly number[],
): Code => {
  const strips = folds
    .filter(({ direct }) => direct === undefined)
    .map((fold) => ({
      value: fold.value,
      to: emission.space(dtypeOf(fold.source), fold.strip, stripStrides(fold)),
    }));
  const stores = [...nest.stores.map(({ value, to }) => ({ value, to: see(to) })), ...strips];
  if (stores.length === 0) return [];
  return emitNest(emission, { ...nest, sizes, loads: nest.loads.map(see), stores });
};

/** Loops around, over the kept axes but one. */
export const around = (sizes: readonly number[], indices: readonly (Local | null)[], body: Code): Code =>
  indices.reduceRight<Code>(
    (code, index, axis) =>
      index === null
        ? code
        : forRange(index, i32.const(0), i32.const(sizes[axis] as number), i32.const(1), code),
    body,
  );

/** A range in pieces of a size, and a last piece that is smaller: code for each. */
export const pieces = (at: Local, n: number, size: number, emit: (count: number) => Code): Code => {
  const whole = n - (n % size);
  return [
    whole > 0 ? forRange(at, i32.const(0), i32.const(whole), i32.const(size), emit(size)) : [],
    n > whole ? [at.set(i32.const(whole)), emit(n - whole)] : [],
  ];
};
