/**
 * What differs between the two widths of float in the kernels that are written once for both: loads, arithmetic, and
 * whether a product and a sum may be rounded as one.
 */
import {
  type Binary,
  type Code,
  F32,
  F64,
  f32,
  f64,
  type Load,
  type Store,
  type ValueType,
  v128,
} from "../../kernel/wasm.js";
import {
  double2,
  type FloatVectors,
  float4,
  int4,
  lanes,
  long2,
  type Unary,
  vector,
} from "./instructions.js";

export interface FloatLanes {
  /** Ends the names of the kernels. */
  readonly suffix: "F64" | "F32";
  readonly type: ValueType;
  readonly bytes: 4 | 8;
  readonly shift: 2 | 3;
  /** Lanes of a vector. */
  readonly width: 2 | 4;
  readonly load: Load;
  readonly store: Store;
  readonly splat: Load;
  readonly loadLane: typeof vector.load32Lane;
  readonly vectors: FloatVectors;
  readonly add: Binary;
  readonly scalarMul: Binary;
  readonly scalarAdd: Binary;
  readonly scalarMinusZero: Code;
  readonly minusZero: Code;
  /** Ones in the lanes that are the same to the bit. */
  readonly sameBits: Binary;
  /** A bit for each lane of a comparison. */
  readonly bitmask: Unary;
  /** Bytes of shuffles that put the lanes of two vectors in turns: the first halves, the second halves. */
  readonly interleave: readonly [readonly number[], readonly number[]];
  /** sum + x * y, of vectors. */
  readonly multiplyAdd: (sum: Code, x: Code, y: Code) => Code;
  /** The same of lists of `width` vectors with rows and columns exchanged: steps, each a list of results. */
  readonly transpose: readonly (readonly (readonly [x: number, y: number, bytes: readonly number[]])[])[];
}

const zeros = (bytes: number): readonly number[] => new Array<number>(bytes).fill(0);

const scalar =
  (opcode: number): Binary =>
  (x, y) => [x, y, opcode];

/** Bytes of shuffles that put the lanes of two vectors in turns: those of the first halves, those of the second. */
const inTurns = (bytes: 4 | 8): readonly [readonly number[], readonly number[]] => {
  const width = 16 / bytes;
  const half = (first: number): readonly number[] =>
    lanes(
      bytes,
      Array.from({ length: width }, (_, i) => first + (i >> 1) + (i & 1) * width),
    );
  return [half(0), half(width / 2)];
};

const double = (relaxed: boolean, [low, high] = inTurns(8)): FloatLanes => ({
  suffix: "F64",
  type: F64,
  bytes: 8,
  shift: 3,
  width: 2,
  load: f64.load,
  store: f64.store,
  splat: vector.load64Splat,
  loadLane: vector.load64Lane,
  vectors: double2,
  add: double2.add,
  scalarAdd: scalar(0xa0),
  scalarMul: scalar(0xa2),
  scalarMinusZero: [0x44, zeros(7), 0x80],
  minusZero: v128.const([...zeros(7), 0x80, ...zeros(7), 0x80]),
  sameBits: long2.eq,
  bitmask: long2.bitmask,
  interleave: [low, high],
  multiplyAdd: (sum, x, y) => (relaxed ? vector.madd64(x, y, sum) : double2.add(sum, double2.mul(x, y))),
  transpose: [
    [
      [0, 1, low],
      [0, 1, high],
    ],
  ],
});

const single = (relaxed: boolean, [low, high] = inTurns(4)): FloatLanes => ({
  suffix: "F32",
  type: F32,
  bytes: 4,
  shift: 2,
  width: 4,
  load: f32.load,
  store: f32.store,
  splat: vector.load32Splat,
  loadLane: vector.load32Lane,
  vectors: float4,
  add: float4.add,
  scalarAdd: scalar(0x92),
  scalarMul: scalar(0x94),
  scalarMinusZero: [0x43, zeros(3), 0x80],
  minusZero: v128.const([...zeros(3), 0x80, ...zeros(3), 0x80, ...zeros(3), 0x80, ...zeros(3), 0x80]),
  sameBits: int4.eq,
  bitmask: int4.bitmask,
  interleave: [low, high],
  multiplyAdd: (sum, x, y) => (relaxed ? vector.madd32(x, y, sum) : float4.add(sum, float4.mul(x, y))),
  transpose: [
    [
      [0, 1, low],
      [0, 1, high],
      [2, 3, low],
      [2, 3, high],
    ],
    [
      [0, 2, lanes(4, [0, 1, 4, 5])],
      [0, 2, lanes(4, [2, 3, 6, 7])],
      [1, 3, lanes(4, [0, 1, 4, 5])],
      [1, 3, lanes(4, [2, 3, 6, 7])],
    ],
  ],
});

/** Both widths; `relaxed` rounds a product and its sum once, where the machine can. */
export const floatLanes = (relaxed: boolean): readonly [FloatLanes, FloatLanes] => [
  double(relaxed),
  single(relaxed),
];
