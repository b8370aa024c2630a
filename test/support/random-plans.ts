/** Random plans: programs of every dtype, strides of every kind, folds of lengths around the blocks of a sum. */
import fc from "fast-check";
import type { Access, Buffer, FoldOp, LoopStep, Plan, Step } from "../../src/compile/plan.js";
import * as bits from "../../src/expr/bits.js";
import type { ScalarFunctionRef, ScalarOp } from "../../src/expr/expr.js";
import type { ScalarNode, ScalarProgram } from "../../src/expr/program.js";
import {
  allocate,
  type DType,
  dtypes,
  isFloat,
  itemSize,
  roundTo,
  type Storage,
} from "../../src/tensor/dtype.js";
import { compact, type DenseTensor } from "../../src/tensor/tensor.js";

export type Gen = <T>(arb: fc.Arbitrary<T>) => T;

const ofFloats: readonly ScalarOp[] = [
  ...(["add", "sub", "mul", "div", "neg", "abs", "sign", "floor", "ceil", "trunc", "round"] as const),
  ...([
    "min",
    "max",
    "sqrt",
    "rem",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "isFinite",
    "isNaN",
    "select",
  ] as const),
];
const ofInts: readonly ScalarOp[] = [
  ...(["add", "sub", "mul", "div", "rem", "neg", "abs", "sign", "floor", "round", "min", "max"] as const),
  ...([
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "isFinite",
    "isNaN",
    "select",
    "and",
    "or",
    "xor",
    "not",
  ] as const),
  ...(["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"] as const),
];
const ofBools: readonly ScalarOp[] = [
  ...(["add", "mul", "min", "max", "and", "or", "xor", "not", "eq", "ne", "lt", "le", "gt", "ge"] as const),
  ...(["select", "isFinite", "isNaN"] as const),
];
const tests: readonly ScalarOp[] = ["eq", "ne", "lt", "le", "gt", "ge", "isFinite", "isNaN"];
const single: readonly ScalarOp[] = [
  ...(["neg", "abs", "sign", "floor", "ceil", "trunc", "round", "sqrt", "isFinite", "isNaN", "not"] as const),
];

const hypot: ScalarFunctionRef = { name: "hypot", f: (a = 0, b = 0) => Math.hypot(a, b) + 0.5 };
const odd: ScalarFunctionRef = { name: "odd", f: (a = 0) => (Number.isNaN(a) ? 7 : a * 3 + 1) };

/** A node of `op` or another kind on nodes so far. */
const grow = (g: Gen, nodes: ScalarNode[]): void => {
  const pick = (fits: (node: ScalarNode) => boolean): number | undefined => {
    const all = nodes.flatMap((node, id) => (fits(node) ? [id] : []));
    return all.length === 0 ? undefined : g(fc.constantFrom(...all));
  };
  const ofDType = (dtype: DType) => (node: ScalarNode) => node.dtype === dtype;
  const first = pick(() => true) as number;
  const { dtype } = nodes[first] as ScalarNode;
  const kind = g(fc.integer({ min: 0, max: 11 }));
  if (kind === 0) {
    const to = g(fc.constantFrom(...dtypes.filter((d) => d !== dtype)));
    nodes.push({ kind: "convert", dtype: to, args: [first] });
  } else if (kind === 1) {
    const value = roundTo(
      dtype,
      g(fc.constantFrom(0, -0, 1, -1, 2.5, 3, 31, 40, 1e-310, 1e10, Number.NaN, Infinity)),
    );
    nodes.push({ kind: "constant", dtype, value });
  } else if (kind === 2) {
    nodes.push({ kind: "call", dtype, callee: odd, args: [first] });
  } else if (kind === 3 && dtype === "float64") {
    const callee = g(fc.constantFrom(bits.exponent, bits.copySign, hypot));
    if (callee === bits.exponent) nodes.push({ kind: "call", dtype, callee, args: [first] });
    else {
      // the sign of NaN is nobody's business
      const other = pick(ofDType(dtype)) as number;
      const zero = nodes.push({ kind: "constant", dtype, value: 0 }) - 1;
      const nan = nodes.push({ kind: "apply", dtype: "bool", op: "isNaN", args: [other] }) - 1;
      const sign = nodes.push({ kind: "apply", dtype, op: "select", args: [nan, zero, other] }) - 1;
      nodes.push({ kind: "call", dtype, callee, args: [first, sign] });
    }
  } else if (kind === 4 && dtype === "float64") {
    // pow2 is defined for whole numbers of a range
    const low = nodes.push({ kind: "constant", dtype, value: -1023 }) - 1;
    const high = nodes.push({ kind: "constant", dtype, value: 1024 }) - 1;
    const zero = nodes.push({ kind: "constant", dtype, value: 0 }) - 1;
    const nan = nodes.push({ kind: "apply", dtype: "bool", op: "isNaN", args: [first] }) - 1;
    const safe = nodes.push({ kind: "apply", dtype, op: "select", args: [nan, zero, first] }) - 1;
    const whole = nodes.push({ kind: "apply", dtype, op: "floor", args: [safe] }) - 1;
    const above = nodes.push({ kind: "apply", dtype, op: "max", args: [whole, low] }) - 1;
    const k = nodes.push({ kind: "apply", dtype, op: "min", args: [above, high] }) - 1;
    nodes.push({ kind: "call", dtype, callee: bits.pow2, args: [k] });
  } else if (kind === 5) {
    const condition = pick(ofDType("bool"));
    if (condition === undefined) return;
    const called = nodes.push({ kind: "call", dtype, callee: odd, args: [first] }) - 1;
    const usual = pick(ofDType(dtype)) as number;
    const branches = g(fc.boolean()) ? [called, usual] : [usual, called];
    nodes.push({ kind: "apply", dtype, op: "select", args: [condition, ...branches] });
  } else {
    const op = g(fc.constantFrom(...(isFloat(dtype) ? ofFloats : dtype === "bool" ? ofBools : ofInts)));
    const out = tests.includes(op) ? "bool" : dtype;
    if (op === "select") {
      const condition = pick(ofDType("bool"));
      if (condition === undefined) return;
      nodes.push({ kind: "apply", dtype, op, args: [condition, first, pick(ofDType(dtype)) as number] });
    } else {
      const args = single.includes(op) ? [first] : [first, pick(ofDType(dtype)) as number];
      nodes.push({ kind: "apply", dtype: out, op, args });
    }
  }
};

export const randomBody = (g: Gen, inputs: readonly DType[], results: number): ScalarProgram => {
  const nodes: ScalarNode[] = inputs.map((dtype, index) => ({ kind: "input", dtype, index }));
  const wanted = nodes.length + g(fc.integer({ min: 1, max: 10 }));
  for (let tries = 0; nodes.length < wanted && tries < 40; tries++) grow(g, nodes);
  // the last node of all, then any
  const outputs = Array.from({ length: results }, (_, i) =>
    i === 0 ? nodes.length - 1 : g(fc.integer({ min: 0, max: nodes.length - 1 })),
  );
  return { inputs, nodes, outputs };
};

const numbers = fc.oneof(
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(
    0,
    -0,
    1,
    Number.NaN,
    Infinity,
    -Infinity,
    1e-310,
    2 ** 31,
    -(2 ** 31),
    2 ** 40 + 3,
    1e300,
    0.1,
  ),
);

/** Elements of a dtype, varied, from a few random numbers. */
export const elements = (g: Gen, dtype: DType, n: number): Storage => {
  const some = g(fc.array(numbers, { minLength: 7, maxLength: 7 }));
  const data = allocate(dtype, n);
  const tame = g(fc.boolean());
  for (let i = 0; i < n; i++) {
    const value = tame
      ? Math.sin(i * 1.37 + (some[0] as number) || 0.3) * 5
      : (some[(i * 5 + (i >> 3)) % 7] as number) * (1 + (i % 3));
    data[i] = roundTo(dtype, value);
  }
  return data;
};

export interface RandomPlan {
  readonly plan: Plan;
  readonly ins: readonly DenseTensor[];
}

/** An access to a new input whose strides are random. */
const randomLoad = (
  g: Gen,
  shape: readonly number[],
): { readonly access: Omit<Access, "buffer">; readonly size: number } => {
  const order = g(fc.constantFrom("plain", "plain", "mixed"));
  const axes = shape.map((_, i) => i);
  const sequence =
    order === "plain"
      ? [...axes].reverse()
      : g(fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }));
  const strides = shape.map(() => 0);
  let offset = g(fc.constantFrom(0, 0, 3));
  let reach = 1;
  for (const axis of sequence) {
    const n = shape[axis] as number;
    const what = g(fc.integer({ min: 0, max: 9 }));
    if (what === 0) continue;
    const backwards = order === "mixed" && what === 1;
    strides[axis] = backwards ? -reach : reach;
    if (backwards) offset += (n - 1) * reach;
    reach = reach * n + (order === "mixed" && what === 2 ? 2 : 0);
  }
  return { access: { offset, strides }, size: offset + reach + 3 };
};

const compactOver = (shape: readonly number[], order: readonly number[]): readonly number[] => {
  const strides = shape.map(() => 0);
  let reach = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = reach;
    reach *= shape[axis] as number;
  }
  return strides;
};

/** A plan of one loop, folded or not, that reads inputs and writes outputs. */
export const randomLoop = (g: Gen, sizes: fc.Arbitrary<number>): RandomPlan => {
  const rank = g(fc.integer({ min: 0, max: 3 }));
  let shape = Array.from({ length: rank }, () => g(sizes));
  while (shape.reduce((n, size) => n * size, 1) > 20000) shape = shape.map((size) => Math.ceil(size / 4));
  const folded = rank > 0 && g(fc.boolean());
  const buffers: Buffer[] = [];
  const ins: DenseTensor[] = [];
  const loads: Access[] = [];
  const count = g(fc.integer({ min: 1, max: 4 }));
  for (let i = 0; i < count; i++) {
    const { access, size } = randomLoad(g, shape);
    const dtype = g(fc.constantFrom(...dtypes, "float64", "float32"));
    const data = elements(g, dtype, size);
    buffers.push({
      dtype,
      size,
      place:
        i === 3
          ? { kind: "constant", tensor: compact({ shape: [size], dtype, weak: false }, data) }
          : { kind: "input", index: i },
    });
    if (i !== 3) ins.push(compact({ shape: [size], dtype, weak: false }, data));
    loads.push({ buffer: i, ...access });
  }
  const inputs = loads.map(({ buffer }) => (buffers[buffer] as Buffer).dtype);
  const body = randomBody(g, inputs, g(fc.integer({ min: 1, max: 3 })));
  const outputs: Plan["outputs"][number][] = [];
  let arena = 0;
  const output = (dtype: DType, shape_: readonly number[]): number => {
    const size = shape_.reduce((n, s) => n * s, 1);
    const id =
      buffers.push({ dtype, size, place: { kind: "output", index: outputs.length, offset: arena } }) - 1;
    outputs.push({ dtype, shape: [...shape_], weak: false });
    arena += Math.ceil((size * itemSize(dtype)) / 16) * 16;
    return id;
  };
  const stores: LoopStep["stores"][number][] = [];
  const folds: LoopStep["folds"][number][] = [];
  body.outputs.forEach((id, value) => {
    const { dtype } = body.nodes[id] as ScalarNode;
    const isFold = folded && (value === 0 || g(fc.boolean()));
    const over = isFold ? shape.slice(0, -1) : shape;
    const axes = over.map((_, i) => i);
    const order = g(fc.integer({ min: 0, max: 3 })) === 0 ? [...axes].reverse() : axes;
    const access: Access = { buffer: output(dtype, over), offset: 0, strides: compactOver(over, order) };
    if (isFold)
      folds.push({ op: g(fc.constantFrom<FoldOp>("add", "add", "mul", "max", "min")), value, access });
    else stores.push({ value, access });
  });
  const step: Step = { kind: "loop", shape, folded, body, loads, stores, folds };
  return {
    plan: { buffers, steps: [step], inputs: ins.map(({ type }) => type), outputs, arena, contract: false },
    ins,
  };
};
