/**
 * The instructions that compiled programs use beyond those of the matrix product: one line for each, in tables by
 * type. Opcodes are those of the WebAssembly 2.0 specification, and of the relaxed vector instructions of 3.0.
 */
import { type Binary, binary, type Code, type Load, type Store, simd, unsigned } from "../../kernel/wasm.js";

export type Unary = (x: Code) => Code;

/* @__NO_SIDE_EFFECTS__ */
const unary = (bytes: Code): Unary => {
  return (x) => [x, bytes];
};
/* @__NO_SIDE_EFFECTS__ */
const load =
  (alignment: number, bytes: Code): Load =>
  (address, offset = 0) => [address, bytes, alignment, unsigned(offset)];
/* @__NO_SIDE_EFFECTS__ */
const store =
  (alignment: number, bytes: Code): Store =>
  (address, value, offset = 0) => [address, value, bytes, alignment, unsigned(offset)];

type LaneLoad = (address: Code, vector: Code, lane: number, offset?: number) => Code;
/* @__NO_SIDE_EFFECTS__ */
const lane =
  (alignment: number, opcode: number): LaneLoad =>
  (address, vector, index, offset = 0) => [address, vector, simd(opcode), alignment, unsigned(offset), index];
/* @__NO_SIDE_EFFECTS__ */
const extract =
  (opcode: number) =>
  (x: Code, index: number): Code => [x, simd(opcode), index];
/* @__NO_SIDE_EFFECTS__ */
const replace =
  (opcode: number) =>
  (x: Code, index: number, value: Code): Code => [x, value, simd(opcode), index];

const bytesOf = (write: (view: DataView) => void, length: number): readonly number[] => {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return [...bytes];
};

type Extract = (x: Code, lane: number) => Code;
type Replace = (x: Code, lane: number, value: Code) => Code;
type Named<Names extends string, T> = { readonly [Name in Names]: T };

/** Comparisons, arithmetic and conversions of 32-bit integers and addresses. */
export const word: Named<"load" | "load8u" | "load8s" | "load16u" | "load16s", Load> &
  Named<"store" | "store8" | "store16", Store> &
  Named<"eqz" | "trailingZeros" | "popcount" | "toDouble" | "toDoubleUnsigned", Unary> &
  Named<
    "eq" | "lessUnsigned" | "greater" | "lessOrEqual" | "greaterOrEqual" | "and" | "or" | "shrUnsigned",
    Binary
  > = {
  load: load(2, [0x28]),
  load8u: load(0, [0x2d]),
  load8s: load(0, [0x2c]),
  load16u: load(1, [0x2f]),
  load16s: load(1, [0x2e]),
  store: store(2, [0x36]),
  store8: store(0, [0x3a]),
  store16: store(1, [0x3b]),
  eqz: unary([0x45]),
  eq: binary([0x46]),
  lessUnsigned: binary([0x49]),
  greater: binary([0x4a]),
  lessOrEqual: binary([0x4c]),
  greaterOrEqual: binary([0x4e]),
  and: binary([0x71]),
  or: binary([0x72]),
  shrUnsigned: binary([0x76]),
  trailingZeros: unary([0x68]),
  popcount: unary([0x69]),
  toDouble: unary([0xb7]),
  toDoubleUnsigned: unary([0xb8]),
};

export const double: Named<"add" | "mul" | "min" | "max", Binary> &
  Named<"fromSingle" | "toSingle" | "toWord" | "toWordUnsigned", Unary> & {
    readonly const: (value: number) => Code;
  } = {
  const: (value: number): Code => [0x44, bytesOf((view) => view.setFloat64(0, value, true), 8)],
  add: binary([0xa0]),
  mul: binary([0xa2]),
  min: binary([0xa4]),
  max: binary([0xa5]),
  fromSingle: unary([0xbb]),
  toSingle: unary([0xb6]),
  toWord: unary([0xfc, 2]),
  toWordUnsigned: unary([0xfc, 3]),
};

export const vector: Named<
  | "load"
  | "load8x8s"
  | "load8x8u"
  | "load16x4s"
  | "load16x4u"
  | "load8Splat"
  | "load16Splat"
  | "load32Splat"
  | "load64Splat"
  | "load32Zero"
  | "load64Zero",
  Load
> &
  Named<"store", Store> &
  Named<
    | "load8Lane"
    | "load16Lane"
    | "load32Lane"
    | "load64Lane"
    | "store8Lane"
    | "store16Lane"
    | "store32Lane"
    | "store64Lane",
    LaneLoad
  > &
  Named<"not" | "anyTrue", Unary> &
  Named<"and" | "andNot" | "or" | "xor", Binary> & {
    readonly bitselect: (x: Code, y: Code, z: Code) => Code;
    readonly shuffle: (x: Code, y: Code, bytes: readonly number[]) => Code;
    readonly swizzle: Binary;
    readonly madd32: (x: Code, y: Code, z: Code) => Code;
    readonly madd64: (x: Code, y: Code, z: Code) => Code;
  } = {
  load: load(2, simd(0)),
  load8x8s: load(0, simd(1)),
  load8x8u: load(0, simd(2)),
  load16x4s: load(1, simd(3)),
  load16x4u: load(1, simd(4)),
  load8Splat: load(0, simd(7)),
  load16Splat: load(1, simd(8)),
  load32Splat: load(2, simd(9)),
  load64Splat: load(3, simd(10)),
  store: store(2, simd(11)),
  load32Zero: load(2, simd(92)),
  load64Zero: load(3, simd(93)),
  load8Lane: lane(0, 84),
  load16Lane: lane(1, 85),
  load32Lane: lane(2, 86),
  load64Lane: lane(3, 87),
  store8Lane: lane(0, 88),
  store16Lane: lane(1, 89),
  store32Lane: lane(2, 90),
  store64Lane: lane(3, 91),
  not: unary(simd(77)),
  and: binary(simd(78)),
  andNot: binary(simd(79)),
  or: binary(simd(80)),
  xor: binary(simd(81)),
  /** Bits of `x` where the mask has ones, else of `y`. */
  bitselect: (x: Code, y: Code, mask: Code): Code => [x, y, mask, simd(82)],
  anyTrue: unary(simd(83)),
  /** Sixteen bytes chosen from the thirty-two of two vectors. */
  shuffle: (x: Code, y: Code, bytes: readonly number[]): Code => [x, y, simd(13), bytes],
  /** Bytes of the first vector by the numbers in the second. */
  swizzle: binary(simd(14)),
  madd32: (x: Code, y: Code, z: Code): Code => [x, y, z, simd(0x105)],
  madd64: (x: Code, y: Code, z: Code): Code => [x, y, z, simd(0x107)],
};

/** Bytes of a shuffle that moves whole lanes of the given width; lanes of the second vector follow the first's. */
/* @__NO_SIDE_EFFECTS__ */
export const lanes = (width: 4 | 8, order: readonly number[]): readonly number[] =>
  order.flatMap((from) => Array.from({ length: width }, (_, byte) => from * width + byte));

export const int4: Named<
  | "bitmask"
  | "splat"
  | "abs"
  | "neg"
  | "extendLow16"
  | "extendLow16Unsigned"
  | "fromSingle"
  | "fromSingleUnsigned"
  | "fromDouble"
  | "fromDoubleUnsigned",
  Unary
> &
  Named<"extract", Extract> &
  Named<"replace", Replace> &
  Named<
    | "eq"
    | "ne"
    | "lt"
    | "ltUnsigned"
    | "gt"
    | "gtUnsigned"
    | "le"
    | "leUnsigned"
    | "ge"
    | "geUnsigned"
    | "shl"
    | "shr"
    | "shrUnsigned"
    | "add"
    | "sub"
    | "mul"
    | "min"
    | "minUnsigned"
    | "max"
    | "maxUnsigned"
    | "narrow"
    | "narrowUnsigned",
    Binary
  > = {
  splat: unary(simd(17)),
  extract: extract(27),
  replace: replace(28),
  eq: binary(simd(55)),
  ne: binary(simd(56)),
  lt: binary(simd(57)),
  ltUnsigned: binary(simd(58)),
  gt: binary(simd(59)),
  gtUnsigned: binary(simd(60)),
  le: binary(simd(61)),
  leUnsigned: binary(simd(62)),
  ge: binary(simd(63)),
  geUnsigned: binary(simd(64)),
  abs: unary(simd(160)),
  neg: unary(simd(161)),
  bitmask: unary(simd(164)),
  shl: binary(simd(171)),
  shr: binary(simd(172)),
  shrUnsigned: binary(simd(173)),
  add: binary(simd(174)),
  sub: binary(simd(177)),
  mul: binary(simd(181)),
  min: binary(simd(182)),
  minUnsigned: binary(simd(183)),
  max: binary(simd(184)),
  maxUnsigned: binary(simd(185)),
  extendLow16: unary(simd(167)),
  extendLow16Unsigned: unary(simd(169)),
  /** Saturates; NaN gives 0. */
  fromSingle: unary(simd(248)),
  fromSingleUnsigned: unary(simd(249)),
  /** Two lanes from doubles, saturated, and two zeros. */
  fromDouble: unary(simd(252)),
  fromDoubleUnsigned: unary(simd(253)),
  /** Eight 16-bit lanes from two vectors, saturated. */
  narrow: binary(simd(133)),
  narrowUnsigned: binary(simd(134)),
};

export const short8: Named<"extendLow8" | "extendLow8Unsigned", Unary> &
  Named<"narrow" | "narrowUnsigned", Binary> = {
  extendLow8: unary(simd(135)),
  extendLow8Unsigned: unary(simd(137)),
  narrow: binary(simd(101)),
  narrowUnsigned: binary(simd(102)),
};

export const long2: Named<"extendLow" | "extendHigh" | "bitmask", Unary> &
  Named<"shl" | "shrUnsigned" | "add" | "sub" | "eq", Binary> = {
  extendLow: unary(simd(199)),
  extendHigh: unary(simd(200)),
  bitmask: unary(simd(196)),
  shl: binary(simd(203)),
  shrUnsigned: binary(simd(205)),
  add: binary(simd(206)),
  sub: binary(simd(209)),
  eq: binary(simd(214)),
};

/** Float vectors of both widths, by one set of names. */
export interface FloatVectors {
  readonly splat: Unary;
  readonly extract: (x: Code, lane: number) => Code;
  readonly replace: (x: Code, lane: number, value: Code) => Code;
  readonly eq: Binary;
  readonly ne: Binary;
  readonly lt: Binary;
  readonly gt: Binary;
  readonly le: Binary;
  readonly ge: Binary;
  readonly ceil: Unary;
  readonly floor: Unary;
  readonly trunc: Unary;
  readonly nearest: Unary;
  readonly abs: Unary;
  readonly neg: Unary;
  readonly sqrt: Unary;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly min: Binary;
  readonly max: Binary;
  readonly pmin: Binary;
  readonly pmax: Binary;
}

/* @__NO_SIDE_EFFECTS__ */
const floats = (
  splat: number,
  lane: number,
  compare: number,
  rounding: readonly [number, number, number, number],
  abs: number,
): FloatVectors => ({
  splat: unary(simd(splat)),
  extract: extract(lane),
  replace: replace(lane + 1),
  eq: binary(simd(compare)),
  ne: binary(simd(compare + 1)),
  lt: binary(simd(compare + 2)),
  gt: binary(simd(compare + 3)),
  le: binary(simd(compare + 4)),
  ge: binary(simd(compare + 5)),
  ceil: unary(simd(rounding[0])),
  floor: unary(simd(rounding[1])),
  trunc: unary(simd(rounding[2])),
  nearest: unary(simd(rounding[3])),
  abs: unary(simd(abs)),
  neg: unary(simd(abs + 1)),
  sqrt: unary(simd(abs + 3)),
  add: binary(simd(abs + 4)),
  sub: binary(simd(abs + 5)),
  mul: binary(simd(abs + 6)),
  div: binary(simd(abs + 7)),
  min: binary(simd(abs + 8)),
  max: binary(simd(abs + 9)),
  pmin: binary(simd(abs + 10)),
  pmax: binary(simd(abs + 11)),
});

export const float4: FloatVectors = /* @__PURE__ */ floats(19, 31, 65, [103, 104, 105, 106], 224);
export const double2: FloatVectors = /* @__PURE__ */ floats(20, 33, 71, [116, 117, 122, 148], 236);

/** Two singles of the low half as doubles, two doubles as singles above two zeros, and integers as either. */
export const promote: Unary = unary(simd(95));
export const demote: Unary = unary(simd(94));
export const doubleFromInt: Unary = unary(simd(254));
export const doubleFromUnsigned: Unary = unary(simd(255));
export const singleFromInt: Unary = unary(simd(250));
export const singleFromUnsigned: Unary = unary(simd(251));
/** The lesser of two signed numbers, by `select`. */
export const least = (x: Code, y: Code): Code => [x, y, word.lessOrEqual(x, y), 0x1b];
