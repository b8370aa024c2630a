/**
 * Products with a matrix of one diagonal: all that is added besides are zeros, unless an infinity or NaN meets one.
 * Which it is shows when the program runs: one look at the terms, and a product takes as many steps as it has elements.
 */
import { copySign } from "../expr/bits.js";
import { ProgramBuilder } from "../expr/builder.js";
import { apply, call, constant, convert, type Expr, input } from "../expr/expr.js";
import type { DType } from "../tensor/dtype.js";
import type { PlanBuilder } from "./builder.js";
import { diagonalsOf } from "./diagonals.js";
import type { Access, BufferId, ContractStep, FoldOp, LoopStep, MatrixAccess, Step } from "./plan.js";

/**
 * A matrix in memory, without gaps. Off the diagonal, where the index across is start + slope times the index along,
 * its elements differ with the index along only.
 */
export interface OneDiagonal {
  /** The elements off the diagonal, one for each index along; or all of them. */
  readonly row: BufferId | { readonly value: number };
  readonly along: { readonly size: number; readonly stride: number };
  readonly across: { readonly size: number; readonly stride: number };
  readonly start: number;
  /** 1 or -1. */
  readonly slope: number;
}

export type Diagonals = ReadonlyMap<BufferId, OneDiagonal>;

/** Products of fewer multiplications are not worth a look at their terms. */
const smallest = 32768;
/** What a term counts that is no zero: less than all that are zeros count. A literal: bundlers keep a computed constant. */
const ruinous = -1099511627776;

/** A product out[i, j] = sum over p of dense[i, p] matrix[p, j], whichever of them stands on the left. */
interface Seen {
  readonly rows: { readonly size: number; readonly stride: number; readonly out: number };
  readonly dense: { readonly buffer: BufferId; readonly offset: number; readonly stride: number };
  readonly matrix: BufferId;
  readonly diagonal: OneDiagonal;
  /** Stride of j in the result. */
  readonly out: number;
}

/** The diagonal of a constant matrix, seen across either of its axes. */
const ofConstant = (builder: PlanBuilder, id: BufferId): readonly OneDiagonal[] => {
  const { place } = builder.buffers[id] as (typeof builder.buffers)[number];
  if (place.kind !== "constant") return [];
  const diagonals = diagonalsOf(place.tensor);
  const real = place.tensor.shape.flatMap((n, axis) => (n > 1 ? [axis] : []));
  if (diagonals === null || real.length !== 2 || diagonals.at.length !== 1) return [];
  const sizes = real.map((axis) => place.tensor.shape[axis] as number);
  const by = real.map((axis) => diagonals.by[axis] as number);
  const slope = -(by[0] as number) * (by[1] as number);
  return [0, 1].map((across) => {
    const axis = (a: number): OneDiagonal["along"] => ({
      size: sizes[a] as number,
      stride: a === 0 ? (sizes[1] as number) : 1,
    });
    const start = (by[across] as number) * (diagonals.at[0] as number);
    return {
      row: { value: diagonals.background },
      along: axis(1 - across),
      across: axis(across),
      start,
      slope,
    };
  });
};

const seen = (builder: PlanBuilder, known: Diagonals, step: ContractStep): Seen | undefined => {
  const { m, k, n, left, right } = step;
  const find = (
    { buffer, offset }: MatrixAccess,
    summed: number,
    free: number,
    size: number,
  ): OneDiagonal | undefined => {
    const own = known.get(buffer);
    return [...(own === undefined ? [] : [own]), ...ofConstant(builder, buffer)].find(
      ({ along, across }) =>
        offset === 0 &&
        along.size === k &&
        along.stride === summed &&
        across.size === size &&
        across.stride === free,
    );
  };
  const onRight = find(right, right.rowStride, right.columnStride, n);
  if (onRight !== undefined) {
    const rows = { size: m, stride: left.rowStride, out: n };
    return {
      rows,
      dense: { ...left, stride: left.columnStride },
      matrix: right.buffer,
      diagonal: onRight,
      out: 1,
    };
  }
  const onLeft = find(left, left.columnStride, left.rowStride, m);
  if (onLeft === undefined) return undefined;
  const rows = { size: n, stride: right.columnStride, out: 1 };
  return {
    rows,
    dense: { ...right, stride: right.rowStride },
    matrix: left.buffer,
    diagonal: onLeft,
    out: n,
  };
};

/** A loop of one expression over loads of one dtype, stored or folded. */
const loop = (
  shape: readonly number[],
  loads: readonly Access[],
  dtypes: { readonly from: DType; readonly to: DType },
  expr: Expr,
  access: Access,
  op: FoldOp | null = null,
): LoopStep => {
  const program = new ProgramBuilder();
  const ins = loads.map(() => program.input(dtypes.from));
  const body = program.finish([program.addExpr(expr, ins, dtypes.to)]);
  const result = { value: 0, access };
  return {
    kind: "loop",
    shape,
    folded: op !== null,
    body,
    loads,
    stores: op === null ? [result] : [],
    folds: op === null ? [] : [{ ...result, op }],
  };
};

/**
 * The steps of a product with a matrix of one diagonal; undefined where it is none, or too small. A sum of terms that
 * are zeros but for one is that one, unless it is a zero too: then it is -0 if all of them are, which cannot be where
 * two are +0. So the short way is open where the numbers off the diagonal make nothing but zeros, at least two of them
 * +0 in every row.
 */
export const diagonalProduct = (
  builder: PlanBuilder,
  known: Diagonals,
  step: ContractStep,
): readonly Step[] | undefined => {
  const { batch, m, k, n, dtype } = step;
  if (batch !== 1 || m * k * n < smallest) return undefined;
  const found = seen(builder, known, step);
  if (found === undefined) return undefined;
  const { rows, dense, diagonal } = found;
  const sums: Access = { buffer: builder.buffer("float64", rows.size), offset: 0, strides: [1] };
  const least: Access = { buffer: builder.buffer("float64", 1), offset: 0, strides: [] };
  const index: Access = { buffer: builder.buffer("int32", 1), offset: 0, strides: [] };
  const x: Access = { buffer: dense.buffer, offset: dense.offset, strides: [rows.stride, dense.stride] };
  const { row } = diagonal;
  const isKnown = typeof row !== "number";
  const term = convert("float64", apply("mul", input(0), isKnown ? constant(row.value) : input(1)));
  // 1 for +0, -1 for -0
  const count = apply(
    "select",
    apply("eq", term, constant(0)),
    call(copySign, constant(1), term),
    constant(ruinous),
  );
  const toDouble = { from: dtype, to: "float64" } as const;
  const loads = isKnown ? [x] : [x, { buffer: row, offset: 0, strides: [0, 1] }];
  const enough = apply("ge", input(0), constant(4 - k));
  return [
    loop([rows.size, k], loads, toDouble, count, sums, "add"),
    loop([rows.size], [sums], { from: "float64", to: "float64" }, input(0), least, "min"),
    loop([], [least], { from: "float64", to: "int32" }, enough, index),
    { kind: "choose", index: index.buffer, branches: [[step], alongDiagonal(step, found)] },
  ];
};

/** The one term that counts in every sum, and zeros where there is none. */
const alongDiagonal = ({ m, k, n, dtype, out }: ContractStep, found: Seen): readonly LoopStep[] => {
  const { rows, dense, matrix, diagonal } = found;
  const { start, slope, along, across } = diagonal;
  const inside = (p: number): boolean => start + slope * p >= 0 && start + slope * p < across.size;
  const summed = Array.from({ length: k }, (_, p) => p).filter(inside);
  const [first = 0] = summed;
  const own = { from: dtype, to: dtype };
  const zeros = loop([m * n], [], own, constant(0), { buffer: out, offset: 0, strides: [1] });
  const at = start + slope * first;
  const x: Access = {
    buffer: dense.buffer,
    offset: dense.offset + dense.stride * first,
    strides: [rows.stride, dense.stride],
  };
  const y: Access = {
    buffer: matrix,
    offset: along.stride * first + across.stride * at,
    strides: [0, along.stride + across.stride * slope],
  };
  const to: Access = { buffer: out, offset: found.out * at, strides: [rows.out, found.out * slope] };
  // -0 and +0 are +0
  const product = apply("add", apply("mul", input(0), input(1)), constant(0));
  return [
    ...(summed.length < across.size ? [zeros] : []),
    ...(summed.length === 0 ? [] : [loop([rows.size, summed.length], [x, y], own, product, to)]),
  ];
};
