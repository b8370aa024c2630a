/**
 * The primitives as functions for users: equal dtypes, explicit broadcasting, no conversions, everything checked. What
 * each means stands with the primitive of that name in `primitives/`.
 */
import * as arithmetic from "../primitives/arithmetic.js";
import * as bits from "../primitives/bits.js";
import * as broadcasting from "../primitives/broadcast.js";
import * as collective from "../primitives/collective.js";
import * as compare from "../primitives/compare.js";
import type {
  Binary,
  BinaryWith,
  Multiple,
  Ternary,
  Unary,
  UnaryWith,
  VariadicWith,
} from "../primitives/define.js";
import * as contraction from "../primitives/dot.js";
import * as elementwiseBuilders from "../primitives/elementwise.js";
import * as gathering from "../primitives/gather.js";
import * as reduce from "../primitives/reduce.js";
import * as rearrange from "../primitives/reshape.js";
import * as multiplying from "../primitives/scatter-product.js";
import * as slicing from "../primitives/slice.js";
import * as sorting from "../primitives/sort.js";
import * as transcendental from "../primitives/transcendental.js";
import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { checked, checkedBuilder, checkedList } from "./checked.js";
import * as parameter from "./parameters.js";

type BroadcastParameters = broadcasting.BroadcastParameters;
type CumulativeParameters = reduce.CumulativeParameters;
type DotParameters = contraction.DotParameters;
type IndexingParameters = gathering.IndexingParameters;
type PadParameters = slicing.PadParameters;
type SliceParameters = slicing.SliceParameters;

export const abs: Unary = checked(arithmetic.abs, 1);
export const add: Binary = checked(arithmetic.add, 2);
export const ceil: Unary = checked(arithmetic.ceil, 1);
export const convertElementType: UnaryWith<DType> = checked(arithmetic.convert, 1, parameter.dtype);
export const div: Binary = checked(arithmetic.div, 2);
export const floor: Unary = checked(arithmetic.floor, 1);
export const integerPow: UnaryWith<number> = checked(arithmetic.integerPow, 1, parameter.whole);
export const mul: Binary = checked(arithmetic.mul, 2);
export const neg: Unary = checked(arithmetic.neg, 1);
export const rem: Binary = checked(arithmetic.rem, 2);
export const round: Unary = checked(arithmetic.round, 1);
export const sign: Unary = checked(arithmetic.sign, 1);
export const sub: Binary = checked(arithmetic.sub, 2);
export const trunc: Unary = checked(arithmetic.trunc, 1);

export const and: Binary = checked(bits.and, 2);
export const not: Unary = checked(bits.not, 1);
export const or: Binary = checked(bits.or, 2);
export const shiftLeft: Binary = checked(bits.shiftLeft, 2);
export const shiftRightArithmetic: Binary = checked(bits.shiftRightArithmetic, 2);
export const shiftRightLogical: Binary = checked(bits.shiftRightLogical, 2);
export const xor: Binary = checked(bits.xor, 2);
export const threefry: Multiple<null> = checkedList(bits.threefry, 4);

export const broadcast: UnaryWith<BroadcastParameters> = checked(
  broadcasting.broadcast,
  1,
  parameter.broadcasting,
);
export const reduceSum: UnaryWith<readonly number[]> = checked(broadcasting.sum, 1, parameter.axes);

export const pmax: UnaryWith<string> = checked(collective.pmax, 1, parameter.axisName);
export const pmin: UnaryWith<string> = checked(collective.pmin, 1, parameter.axisName);

export const eq: Binary = checked(compare.eq, 2);
export const ge: Binary = checked(compare.ge, 2);
export const gt: Binary = checked(compare.gt, 2);
export const isFinite: Unary = checked(compare.isFinite, 1);
export const le: Binary = checked(compare.le, 2);
export const lt: Binary = checked(compare.lt, 2);
export const max: Binary = checked(compare.max, 2);
export const min: Binary = checked(compare.min, 2);
export const ne: Binary = checked(compare.ne, 2);
export const select: Ternary = checked(compare.select, 3);

export const dotGeneral: BinaryWith<DotParameters> = checked(contraction.dot, 2, parameter.contraction);

export const gather: BinaryWith<IndexingParameters> = checked(gathering.gather, 2, parameter.indexing);
export const scatterAdd: VariadicWith<IndexingParameters> = checkedList(
  gathering.scatterAdd,
  3,
  parameter.indexing,
);
export const scatterMax: VariadicWith<IndexingParameters> = checkedList(
  gathering.scatterMax,
  3,
  parameter.indexing,
);
export const scatterMin: VariadicWith<IndexingParameters> = checkedList(
  gathering.scatterMin,
  3,
  parameter.indexing,
);
export const scatterMul: VariadicWith<IndexingParameters> = checkedList(
  multiplying.scatterMul,
  3,
  parameter.indexing,
);
export const scatterSet: VariadicWith<IndexingParameters> = checkedList(
  gathering.scatterSet,
  3,
  parameter.indexing,
);

export const argMax: UnaryWith<number> = checked(reduce.argMax, 1, parameter.axis);
export const argMin: UnaryWith<number> = checked(reduce.argMin, 1, parameter.axis);
export const cumulative: UnaryWith<CumulativeParameters> = checked(reduce.cumulative, 1, parameter.running);
export const reduceMax: UnaryWith<readonly number[]> = checked(reduce.reduceMax, 1, parameter.axes);
export const reduceMin: UnaryWith<readonly number[]> = checked(reduce.reduceMin, 1, parameter.axes);
export const reduceProd: UnaryWith<readonly number[]> = checked(reduce.prod, 1, parameter.axes);

export const permute: UnaryWith<readonly number[]> = checked(rearrange.permute, 1, parameter.axes);
export const reshape: UnaryWith<Shape> = checked(rearrange.reshape, 1, parameter.shape);
export const reverse: UnaryWith<readonly number[]> = checked(rearrange.reverse, 1, parameter.axes);

export const concatenate: VariadicWith<number> = checkedList(slicing.concatenate, null, parameter.axis);
export const dynamicSlice: BinaryWith<Shape> = checked(slicing.dynamicSlice, 2, parameter.block);
export const dynamicUpdateSlice: VariadicWith<null> = checkedList(
  slicing.dynamicUpdateSlice,
  3,
  parameter.starts,
);
export const pad: UnaryWith<PadParameters> = checked(slicing.pad, 1, parameter.padding);
export const slice: UnaryWith<SliceParameters> = checked(slicing.slice, 1, parameter.bounds);

export const argsort: UnaryWith<number> = checked(sorting.argsort, 1, parameter.axis);
export const sort: UnaryWith<number> = checked(sorting.sort, 1, parameter.axis);

export const acos: Unary = checked(transcendental.acos, 1);
export const acosh: Unary = checked(transcendental.acosh, 1);
export const asin: Unary = checked(transcendental.asin, 1);
export const asinh: Unary = checked(transcendental.asinh, 1);
export const atan: Unary = checked(transcendental.atan, 1);
export const atan2: Binary = checked(transcendental.atan2, 2);
export const atanh: Unary = checked(transcendental.atanh, 1);
export const cbrt: Unary = checked(transcendental.cbrt, 1);
export const cos: Unary = checked(transcendental.cos, 1);
export const cosh: Unary = checked(transcendental.cosh, 1);
export const erf: Unary = checked(transcendental.erf, 1);
export const erfc: Unary = checked(transcendental.erfc, 1);
export const erfInv: Unary = checked(transcendental.erfInv, 1);
export const exp: Unary = checked(transcendental.exp, 1);
export const expm1: Unary = checked(transcendental.expm1, 1);
export const lgamma: Unary = checked(transcendental.lgamma, 1);
export const log: Unary = checked(transcendental.log, 1);
export const log1p: Unary = checked(transcendental.log1p, 1);
export const logistic: Unary = checked(transcendental.logistic, 1);
export const polygamma: UnaryWith<number> = checked(transcendental.polygamma, 1, parameter.count);
export const pow: Binary = checked(transcendental.pow, 2);
export const sin: Unary = checked(transcendental.sin, 1);
export const sinh: Unary = checked(transcendental.sinh, 1);
export const sqrt: Unary = checked(transcendental.sqrt, 1);
export const tan: Unary = checked(transcendental.tan, 1);
export const tanh: Unary = checked(transcendental.tanh, 1);

/** Position (int32) of the example along the named axis. */
export const axisIndex: typeof collective.axisIndex = checked(collective.axisIndex, 0, parameter.axisName);

/** Builders of elementwise primitives of your own: see `examples/`. */
export const elementwise: typeof elementwiseBuilders.elementwise = checkedBuilder(
  "elementwise",
  elementwiseBuilders.elementwise,
  ["name", "op", "accepts", "tangent"],
);
export const elementwise2: typeof elementwiseBuilders.elementwise2 = checkedBuilder(
  "elementwise2",
  elementwiseBuilders.elementwise2,
  ["name", "op", "accepts", "tangents"],
);
export const elementwiseWith: typeof elementwiseBuilders.elementwiseWith = checkedBuilder(
  "elementwiseWith",
  elementwiseBuilders.elementwiseWith,
  ["name", "expr", "key", "accepts", "tangent"],
);
