/**
 * The instructions that compiled programs use beyond those of the matrix product: one line for each, in tables by
 * type. Opcodes are those of the WebAssembly 2.0 specification, and of the relaxed vector instructions of 3.0.
 */
import type { Binary, Code, Load, Local, Store } from "../../kernel/wasm.js";

export type Unary = (x: Code) => Code;

/** LEB128 of an unsigned 32-bit integer. */
export const unsigned = (value: number): readonly number[] => {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
};

const simd = (opcode: number): readonly number[] => [0xfd, ...unsigned(opcode)];
const unary = (bytes: readonly number[]): Unary => {
  return (x) => [x, bytes];
};
const binary = (bytes: readonly number[]): Binary => {
  return (x, y) => [x, y, bytes];
};
const load =
  (alignment: number, bytes: readonly number[]): Load =>
  (address, offset = 0) => [address, bytes, alignment, unsigned(offset)];
const store =
  (alignment: number, bytes: readonly number[]): Store =>
  (address, value, offset = 0) => [address, value, bytes, alignment, unsigned(offset)];

type LaneLoad = (address: Code, vector: Code, lane: number, offset?: number) => Code;
const lane =
  (alignment: number, opcode: number): LaneLoad =>
  (address, vector, index, offset = 0) => [address, vector, simd(opcode), alignment, unsigned(offset), index];
const extract =
  (opcode: number) =>
  (x: Code, index: number): Code => [x, simd(opcode), index];
const replace =
  (opcode: number) =>
  (x: Code, index: number, value: Code): Code => [x, value, simd(opcode), index];

const bytesOf = (write: (view: DataView) => void, length: number): readonly number[] => {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return [...bytes];
};

/** Comparisons, arithmetic and conversions of 32-bit integers and addresses. */
export const word = {
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
  toDouble: unary([0xb7]),
  toDoubleUnsigned: unary([0xb8]),
} as const;

export const double = {
  const: (value: number): Code => [0x44, bytesOf((view) => view.setFloat64(0, value, true), 8)],
  add: binary([0xa0]),
  mul: binary([0xa2]),
  min: binary([0xa4]),
  max: binary([0xa5]),
  fromSingle: unary([0xbb]),
  toSingle: unary([0xb6]),
  toWord: unary([0xfc, 2]),
  toWordUnsigned: unary([0xfc, 3]),
} as const;

export const vector = {
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
  madd32: (x: Code, y: Code, z: Code): Code => [x, y, z, simd(0x105)],
  madd64: (x: Code, y: Code, z: Code): Code => [x, y, z, simd(0x107)],
} as const;

/** Bytes of a shuffle that moves whole lanes of the given width; lanes of the second vector follow the first's. */
export const lanes = (width: 4 | 8, order: readonly number[]): readonly number[] =>
  order.flatMap((from) => Array.from({ length: width }, (_, byte) => from * width + byte));

export const int4 = {
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
} as const;

export const short8 = {
  extendLow8: unary(simd(135)),
  extendLow8Unsigned: unary(simd(137)),
  narrow: binary(simd(101)),
  narrowUnsigned: binary(simd(102)),
} as const;

export const long2 = {
  extendLow: unary(simd(199)),
  extendHigh: unary(simd(200)),
  shl: binary(simd(203)),
  shrUnsigned: binary(simd(205)),
  add: binary(simd(206)),
  sub: binary(simd(209)),
} as const;

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

const VOID = 0x40;
const END = 0x0b;

export const block = (body: Code): Code => [0x02, VOID, body, END];
export const loop = (body: Code): Code => [0x03, VOID, body, END];
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
/** To the block so many levels out; the last of the list for anything beyond it. */
export const branchTable = (depths: readonly number[], index: Code): Code => [
  index,
  0x0e,
  unsigned(depths.length - 1),
  depths.map(unsigned),
];
export const ifElse = (condition: Code, yes: Code, no: Code): Code => [condition, 0x04, VOID, yes, 0x05, no, END];
/** A call of the function whose number is, or will be, in the list. */
export const callIndex = (index: Code, ...operands: readonly Code[]): Code => [operands, 0x10, index];

/** The body for `i` from `from` in steps while it is below `to`, both as signed numbers. */
export const forRange = (i: Local, from: Code, to: Code, step: Code, body: Code): Code => [
  i.set(from),
  block(loop([branchIf(1, word.greaterOrEqual(i.get, to)), body, i.set([i.get, step, 0x6a]), branch(0)])),
];
