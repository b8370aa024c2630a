/**
 * Bits: logical and shift operations on integers and bools, and the threefry block cipher from which random
 * numbers are made. None has a derivative.
 */
import type { Batched } from "../graph/primitive.js";
import { threefry2x32 } from "../kernel/threefry.js";
import { ShapeError } from "../tensor/errors.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { compact, compactData, type DenseTensor, type TensorType } from "../tensor/tensor.js";
import { add } from "./arithmetic.js";
import { withBatchAxis } from "./batching.js";
import { type Binary, type Multiple, multiple, type Unary } from "./define.js";
import { type Accepts, elementwise, elementwise2 } from "./elementwise.js";

type BitOp = "and" | "or" | "xor" | "shiftLeft" | "shiftRightLogical" | "shiftRightArithmetic";

/* @__NO_SIDE_EFFECTS__ */
const bitwise = (name: BitOp, accepts: Accepts): Binary =>
  elementwise2({ name, op: name, accepts, tangents: "none" }, () => add);

export const and: Binary = bitwise("and", "bits");
export const or: Binary = bitwise("or", "bits");
export const xor: Binary = bitwise("xor", "bits");
/** Complement: every bit of an integer, the truth of a bool. */
export const not: Unary = elementwise({ name: "not", op: "not", accepts: "bits", tangent: "none" });
export const shiftLeft: Binary = bitwise("shiftLeft", "integer");
/** Zeros come in at the top. */
export const shiftRightLogical: Binary = bitwise("shiftRightLogical", "integer");
/** Copies of the sign come in at the top. */
export const shiftRightArithmetic: Binary = bitwise("shiftRightArithmetic", "integer");

/**
 * [key0, key1, counter0, counter1] -> two words, elementwise on uint32 tensors of one shape: 20 rounds of
 * Threefry-2x32 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011).
 */
export const threefry: Multiple<null> = multiple<4, 2, null>({
  name: "threefry",
  shape: ([k0, k1, x0, x1]) => {
    const ins: readonly TensorType[] = [k0, k1, x0, x1];
    if (ins.some((x) => x.dtype !== "uint32" || !sameShape(x.shape, k0.shape))) {
      throw ShapeError.mismatch(
        "threefry",
        "four uint32 operands of one shape are needed",
        ins.map((x) => x.shape),
        "Broadcast keys and counters first.",
      );
    }
    return [k0, k0];
  },
  impl: ([k0, k1, x0, x1]) => {
    const type = k0.type;
    const n = sizeOf(type.shape);
    const [a, b, c, d] = [k0, k1, x0, x1].map((x: DenseTensor) => compactData(x)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const first = new Uint32Array(n);
    const second = new Uint32Array(n);
    const pair = new Uint32Array(2);
    for (let i = 0; i < n; i++) {
      threefry2x32(a[i] as number, b[i] as number, c[i] as number, d[i] as number, pair, 0);
      first[i] = pair[0] as number;
      second[i] = pair[1] as number;
    }
    return [compact(type, first), compact(type, second)];
  },
  jvp: (ins) => [threefry(ins, null) as readonly [DenseTensor, DenseTensor], [null, null]],
  transpose: "nonlinear",
  batch: (ins, _, { size }): readonly [Batched, Batched] => {
    const [y0, y1] = threefry(
      ins.map((x) => withBatchAxis(x, size)),
      null,
    ) as readonly [DenseTensor, DenseTensor];
    return [
      { value: y0, mapped: true },
      { value: y1, mapped: true },
    ];
  },
  lower: () => ({ kind: "opaque" }),
});
