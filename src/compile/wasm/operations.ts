/** What each scalar operation is in vector instructions, by the kind of its operands. */
import { copySign, exponent, pow2 } from "../../expr/bits.js";
import type { ScalarFunctionRef, ScalarOp } from "../../expr/expr.js";
import { type Binary, type Code, I32, i32, select } from "../../kernel/wasm.js";
import type { DType } from "../../tensor/dtype.js";
import { limitedBy } from "./extremes.js";
import { double2, type FloatVectors, float4, int4, long2, type Unary, vector, word } from "./instructions.js";
import { isUnsigned, kindOf, type Lanes, type Value } from "./values.js";

type Names<T> = { [K in keyof FloatVectors]: FloatVectors[K] extends T ? K : never }[keyof FloatVectors];

const floatUnary: { readonly [Op in ScalarOp]?: Exclude<Names<Unary>, "splat"> } = {
  neg: "neg",
  abs: "abs",
  sqrt: "sqrt",
  floor: "floor",
  ceil: "ceil",
  trunc: "trunc",
  round: "nearest",
};

const floatBinary: { readonly [Op in ScalarOp]?: Names<Binary> } = {
  add: "add",
  sub: "sub",
  mul: "mul",
  div: "div",
  min: "min",
  max: "max",
};

const comparisons: { readonly [Op in ScalarOp]?: "eq" | "ne" | "lt" | "le" | "gt" | "ge" } = {
  eq: "eq",
  ne: "ne",
  lt: "lt",
  le: "le",
  gt: "gt",
  ge: "ge",
};

/** Every lane of the mask set, or none. */
const always = (lanes: Lanes, truth: boolean): Value => lanes.constantValue("bool", truth ? 1 : 0);

/** An operation on floats, or undefined where there are no vector instructions for it. */
const onFloats = (
  lanes: Lanes,
  op: ScalarOp,
  args: readonly Value[],
  constants: readonly (number | undefined)[],
): Value | undefined => {
  const [a, b] = args as [Value, Value];
  const { dtype, kind } = a;
  const wide = kind === "double";
  const F = wide ? double2 : float4;
  const xs = lanes.vectorsOf(a);
  const value = (vectors: readonly Code[]): Value =>
    wide ? { kind, dtype, wide: vectors } : { kind, dtype, narrow: vectors };
  const mask = (vectors: readonly Code[]): Value =>
    wide ? { kind: "mask", dtype: "bool", wide: vectors } : { kind: "mask", dtype: "bool", narrow: vectors };
  const number = (x: number): Code => (wide ? lanes.doubles(x) : lanes.singles(x));
  const one = floatUnary[op];
  if (one !== undefined) return value(lanes.map(xs, (x) => F[one](x)));
  const two = floatBinary[op];
  const ys = b === undefined ? [] : lanes.vectorsOf(b);
  const limited = op === "max" || op === "min" ? limitedBy(lanes, op, a, b, constants) : undefined;
  if (limited !== undefined) return limited;
  if (two !== undefined) return value(lanes.map(xs, (x, i) => F[two](x, ys[i] as Code)));
  const compared = comparisons[op];
  if (compared !== undefined) return mask(lanes.map(xs, (x, i) => F[compared](x, ys[i] as Code)));
  switch (op) {
    case "isNaN":
      return mask(lanes.map(xs, (x) => F.ne(x, x)));
    case "isFinite": {
      const infinity = number(Infinity);
      return mask(lanes.map(xs, (x) => F.lt(F.abs(x), infinity)));
    }
    case "sign": {
      const [zero, up, down] = [number(0), number(1), number(-1)];
      return value(
        lanes.map(xs, (x) => vector.bitselect(up, vector.bitselect(down, x, F.lt(x, zero)), F.gt(x, zero))),
      );
    }
    default:
      return undefined;
  }
};

/** Whether a function is one of those on bits that vectors have instructions for. */
export const isBitFunction = ({
  callee,
  dtype,
}: {
  readonly callee: ScalarFunctionRef;
  readonly dtype: DType;
}): boolean =>
  dtype === "float64" && (callee.f === pow2.f || callee.f === exponent.f || callee.f === copySign.f);

/** A function on the bits of doubles, or undefined where it is none of them or on other operands. */
export const bitOperation = (
  lanes: Lanes,
  f: ScalarFunctionRef["f"],
  args: readonly Value[],
): Value | undefined => {
  const [a, b] = args as [Value, Value];
  if (args.some((arg) => arg.kind !== "double")) return undefined;
  const xs = lanes.wide(a);
  const made = (vectors: readonly Code[]): Value => ({ kind: "double", dtype: "float64", wide: vectors });
  switch (f) {
    case copySign.f: {
      const sign = lanes.longs(1n << 63n);
      const ys = lanes.wide(b);
      return made(lanes.map(xs, (x, i) => vector.bitselect(ys[i] as Code, x, sign)));
    }
    case pow2.f: {
      // k + 1.5 * 2^52 has k in its low bits: with the bias added they are an exponent field.
      const shifter = lanes.doubles(6755399441055744 + 1023);
      return made(lanes.map(xs, (x) => long2.shl(double2.add(x, shifter), i32.const(52))));
    }
    case exponent.f: {
      // The field as the low bits of a double at 2^52.
      const [unit, bias] = [lanes.doubles(2 ** 52), lanes.doubles(2 ** 52 + 1023)];
      return made(
        lanes.map(xs, (x) =>
          double2.sub(vector.or(long2.shrUnsigned(long2.shl(x, i32.const(1)), i32.const(53)), unit), bias),
        ),
      );
    }
    default:
      return undefined;
  }
};

/** A shift by one count in every lane, and the instruction for a single lane. */
const shiftOf = (op: ScalarOp): readonly [vectors: Binary, opcode: number] =>
  op === "shiftLeft"
    ? [int4.shl, 0x74]
    : op === "shiftRightLogical"
      ? [int4.shrUnsigned, 0x76]
      : [int4.shr, 0x75];

/** Shifts have one count for all lanes in vector instructions: other counts go lane by lane. */
const shifted = (
  lanes: Lanes,
  op: ScalarOp,
  a: Value,
  b: Value,
  count: number | undefined,
): readonly Code[] => {
  const [vectors, opcode] = shiftOf(op);
  const xs = lanes.narrow(a);
  const arithmetic = op === "shiftRightArithmetic";
  if (count !== undefined) {
    if (count >= 32 && !arithmetic) return lanes.map(xs, (x) => vector.xor(x, x));
    const by = i32.const(count >= 32 ? 31 : count & 31);
    return lanes.map(xs, (x) => vectors(x, by));
  }
  const ys = lanes.narrow(b);
  const [left, right] = [lanes.newLocal(I32), lanes.newLocal(I32)];
  const less = isUnsigned(b.dtype) ? word.lessUnsigned : i32.lessThan;
  return xs.map((x, i) => {
    const result = lanes.newLocal(0x7b);
    lanes.emit(result.set(x));
    for (let lane = 0; lane < 4; lane++) {
      const inRange = less(right.get, i32.const(32));
      lanes.emit([
        left.set(int4.extract(x, lane)),
        right.set(int4.extract(ys[i] as Code, lane)),
        result.set(
          int4.replace(
            result.get,
            lane,
            arithmetic
              ? [left.get, select(right.get, i32.const(31), inRange), opcode]
              : select([left.get, right.get, opcode], i32.const(0), inRange),
          ),
        ),
      ]);
    }
    return result.get;
  });
};

/** Quotients towards zero, 0 where the divisor is 0. */
const quotients = (lanes: Lanes, a: Value, b: Value): readonly Code[] => {
  const xs = lanes.toDouble(a);
  const ys = lanes.toDouble(b);
  return lanes.toWords(lanes.map(xs, (x, i) => double2.div(x, ys[i] as Code)));
};

const onInts = (
  lanes: Lanes,
  op: ScalarOp,
  args: readonly Value[],
  constants: readonly (number | undefined)[],
): Value | undefined => {
  const [a, b] = args as [Value, Value];
  const { dtype } = a;
  const xs = lanes.narrow(a);
  const ys = b === undefined ? [] : lanes.narrow(b);
  const unsigned = isUnsigned(dtype);
  const int = (vectors: readonly Code[]): Value => ({ kind: "int", dtype, narrow: vectors });
  const wrapped = (vectors: readonly Code[]): Value => int(lanes.wrap(dtype, vectors));
  const both = (f: Binary): readonly Code[] => lanes.map(xs, (x, i) => f(x, ys[i] as Code));
  const compared = comparisons[op];
  if (compared !== undefined) {
    const f =
      compared === "eq" || compared === "ne" || !unsigned ? int4[compared] : int4[`${compared}Unsigned`];
    return { kind: "mask", dtype: "bool", narrow: both(f) };
  }
  switch (op) {
    case "add":
    case "sub":
    case "mul":
      return wrapped(both(int4[op]));
    case "and":
    case "or":
    case "xor":
      return int(both(vector[op]));
    case "not":
      return wrapped(lanes.map(xs, vector.not));
    case "neg":
      return wrapped(lanes.map(xs, int4.neg));
    case "abs":
      return unsigned ? a : wrapped(lanes.map(xs, int4.abs));
    case "sign": {
      const zero = lanes.words(0);
      if (unsigned) return int(lanes.map(xs, (x) => int4.neg(int4.ne(x, zero))));
      return int(lanes.map(xs, (x) => int4.sub(int4.lt(x, zero), int4.gt(x, zero))));
    }
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return a;
    case "min":
      return int(both(unsigned ? int4.minUnsigned : int4.min));
    case "max":
      return int(both(unsigned ? int4.maxUnsigned : int4.max));
    case "div":
      return wrapped(quotients(lanes, a, b));
    case "rem": {
      const zero = lanes.words(0);
      const qs = quotients(lanes, a, b);
      const rest = lanes.map(xs, (x, i) => int4.sub(x, int4.mul(qs[i] as Code, ys[i] as Code)));
      return wrapped(lanes.map(rest, (r, i) => vector.and(r, int4.ne(ys[i] as Code, zero))));
    }
    case "shiftLeft":
    case "shiftRightLogical":
    case "shiftRightArithmetic":
      return wrapped(shifted(lanes, op, a, b, constants[1]));
    case "isFinite":
    case "isNaN":
      return always(lanes, op === "isFinite");
    default:
      return undefined;
  }
};

/** Two masks in one form, the one that the first has. */
const onMasks = (lanes: Lanes, op: ScalarOp, args: readonly Value[]): Value | undefined => {
  const [a, b] = args as [Value, Value];
  const wide = a.wide !== undefined && (b === undefined || b.wide !== undefined || a.narrow === undefined);
  const vectors = (value: Value): readonly Code[] => (wide ? lanes.wide(value) : lanes.narrow(value));
  const xs = vectors(a);
  const ys = b === undefined ? [] : vectors(b);
  const mask = (f: (x: Code, y: Code) => Code): Value => {
    const made = lanes.map(xs, (x, i) => f(x, ys[i] as Code));
    return wide ? { kind: "mask", dtype: "bool", wide: made } : { kind: "mask", dtype: "bool", narrow: made };
  };
  switch (op) {
    case "add":
    case "or":
    case "max":
      return mask(vector.or);
    case "mul":
    case "and":
    case "min":
      return mask(vector.and);
    case "xor":
    case "ne":
      return mask(vector.xor);
    case "eq":
      return mask((x, y) => vector.not(vector.xor(x, y)));
    case "lt":
      return mask((x, y) => vector.andNot(y, x));
    case "gt":
      return mask(vector.andNot);
    case "le":
      return mask((x, y) => vector.not(vector.andNot(x, y)));
    case "ge":
      return mask((x, y) => vector.not(vector.andNot(y, x)));
    case "not":
      return mask((x) => vector.not(x));
    case "isFinite":
    case "isNaN":
      return always(lanes, op === "isFinite");
    default:
      return undefined;
  }
};

/**
 * An operation on vectors, or undefined where it has to be called lane by lane. `constants` are the operands that are
 * known numbers.
 */
export const operation = (
  lanes: Lanes,
  op: ScalarOp,
  args: readonly Value[],
  constants: readonly (number | undefined)[],
): Value | undefined => {
  if (op === "select") {
    const [condition, yes, no] = args as [Value, Value, Value];
    const dtype: DType = yes.dtype;
    const kind = kindOf(dtype);
    const wide = kind === "double" || (kind === "mask" && condition.wide !== undefined);
    const form = (value: Value): readonly Code[] => (wide ? lanes.wide(value) : lanes.narrow(value));
    const [masks, xs, ys] = [form(condition), form(yes), form(no)];
    const [, ifSo, ifNot] = constants;
    const isFloat = kind === "double" || kind === "single";
    const made = lanes.map(xs, (x, i) => {
      const [mask, y] = [masks[i] as Code, ys[i] as Code];
      if (Object.is(ifNot, 0)) return vector.and(x, mask);
      if (Object.is(ifSo, 0)) return vector.andNot(y, mask);
      // every bit set is a NaN
      if (isFloat && Number.isNaN(ifSo)) return vector.or(y, mask);
      return vector.bitselect(x, y, mask);
    });
    return wide ? { kind, dtype, wide: made } : { kind, dtype, narrow: made };
  }
  switch ((args[0] as Value).kind) {
    case "int":
      return onInts(lanes, op, args, constants);
    case "mask":
      return onMasks(lanes, op, args);
    default:
      return onFloats(lanes, op, args, constants);
  }
};
