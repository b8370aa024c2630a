/** Eager operations on large tensors: the kernels of compiled loops, piece by piece, to the bits of the closures. */
import { np, type Tensor } from "cotangent";
import { describe, expect, it } from "vitest";
import { longLoops } from "../../../src/compile/wasm/long-loops.js";
import { toClosure } from "../../../src/expr/closure.js";
import { call, type Expr, input } from "../../../src/expr/expr.js";
import { programOf, type ScalarProgram } from "../../../src/expr/program.js";
import type { AnyPrimitive } from "../../../src/graph/primitive.js";

import { catalogue } from "../../../src/primitives/catalogue.js";
import { allocate, type DType, dtypes, roundTo } from "../../../src/tensor/dtype.js";
import { sizeOf } from "../../../src/tensor/shape.js";
import { DenseTensor, type TensorType, uniform } from "../../../src/tensor/tensor.js";

const named = (name: string): AnyPrimitive => catalogue.find((p) => p.name === name) as AnyPrimitive;

/** What an operation computes of elements of the dtypes. */
const programFor = (name: string, ...operands: readonly DType[]): { program: ScalarProgram; out: DType } => {
  const types = operands.map((dtype): TensorType => ({ dtype, shape: [], weak: false }));
  const primitive = named(name);
  const lowering = primitive.lower(types, undefined);
  const out = (primitive.shape(types, undefined)[0] as TensorType).dtype;
  if (lowering.kind !== "map") throw new TypeError(`${name} is no map`);
  return { program: programOf(lowering.expr, operands, out), out };
};

/** A tensor of these strides over odd and even numbers, a few elements into its memory. */
const viewOf = (
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[],
  scale = 4,
): DenseTensor => {
  const reach = shape.reduce((sum, n, axis) => sum + (n - 1) * (strides[axis] as number), 1);
  const data = allocate(dtype, reach + 3);
  for (let i = 0; i < data.length; i++) data[i] = roundTo(dtype, Math.sin(i * 1.7) * scale);
  return new DenseTensor({ dtype, shape, weak: false }, data, 0, strides, 3);
};

/** So many elements of this layout that the loop is made. */
const expectBits = (program: ScalarProgram, out: DType, ins: readonly DenseTensor[]): void => {
  const { shape } = ins[0] as DenseTensor;
  const type = { dtype: out, shape, weak: false };
  const n = sizeOf(shape);
  let got: DenseTensor | null = null;
  for (let passed = 0; passed < 300_000 && got === null; passed += n) got = longLoops(program, type, ins);
  if (got === null) expect.fail("no loop was made");
  const f = toClosure(program);
  for (let i = 0; i < n; i++) {
    const operands = ins.map((x) => x.at(i));
    const wanted = f(...operands);
    if (!Object.is(got.at(i), wanted))
      expect.fail(`element ${i} at ${operands} is ${got.at(i)}, by the closure ${wanted}`);
  }
};

describe("a large elementwise operation", () => {
  const shapes = [[4096], [4097], [70_001], [3, 5000], [2, 9, 300], [40, 1000]];

  it.each(shapes)("of [%s, ...] takes views of any kind, in pieces", (...sizes) => {
    const shape = sizes.filter((n) => n !== undefined);
    const { program, out } = programFor("add", "float32", "float32");
    const last = shape.at(-1) as number;
    const rows = shape.map((_, axis) => shape.slice(axis + 1).reduce((n, m) => n * m, 1));
    const apart = rows.map((stride, axis) => (axis === shape.length - 1 ? 1 : stride + 5));
    const reversed = shape.map((_, axis) => (axis === shape.length - 1 ? 1 : last * (axis + 1)));
    const layouts = [rows, apart, reversed, shape.map((_, axis) => (axis === shape.length - 1 ? 1 : 0))];
    for (const [i, strides] of layouts.entries()) {
      const other = layouts[(i + 1) % layouts.length] as readonly number[];
      expectBits(program, out, [viewOf("float32", shape, strides), viewOf("float32", shape, other)]);
    }
    const column = shape.map((_, axis) => (axis === 0 && shape.length > 1 ? 2 : 0));
    expectBits(program, out, [viewOf("float32", shape, rows), viewOf("float32", shape, column)]);
    expectBits(program, out, [
      viewOf("float32", shape, rows),
      uniform(viewOf("float32", shape, rows).type, 0.25),
    ]);
  });

  it.each(dtypes)("takes %s", (dtype) => {
    const shape = [5000];
    const x = viewOf(dtype, shape, [1], 90);
    const { program, out } =
      dtype === "bool" ? programFor("eq", dtype, dtype) : programFor("max", dtype, dtype);
    expectBits(program, out, [x, viewOf(dtype, shape, [0], 40)]);
    const select = programFor("select", "bool", dtype, dtype);
    expectBits(select.program, select.out, [viewOf("bool", shape, [1]), x, viewOf(dtype, [5000], [1], 7)]);
  });

  it.each(["exp", "tanh", "tan", "cbrt"])("is %s, where a few arguments are huge too", (name) => {
    for (const dtype of ["float64", "float32"] as const) {
      const { program, out } = programFor(name, dtype);
      const x = viewOf(dtype, [9000], [1], 30);
      for (const [i, value] of [1e300, -1e30, Number.NaN, -0, Infinity, 1e-310].entries())
        (x.data as Float64Array)[1000 * i + 17] = value;
      expectBits(program, out, [x]);
    }
  });

  it("is left to the loops of numbers where it calls functions of numbers, is small, or strides", () => {
    const type = (n: number): TensorType => ({ dtype: "float64", shape: [n], weak: false });
    const callee = { name: "cosine", f: Math.cos };
    const cosine: Expr = call(callee, input(0));
    const program = programOf(cosine, ["float64"], "float64");
    const x = viewOf("float64", [300_000], [1]);
    expect(longLoops(program, x.type, [x])).toBeNull();
    const { program: sum } = programFor("add", "float64", "float64");
    const short = viewOf("float64", [4000], [1]);
    for (let i = 0; i < 100; i++) expect(longLoops(sum, type(4000), [short, short])).toBeNull();
    const striding = viewOf("float64", [300_000], [2]);
    expect(longLoops(sum, type(300_000), [x, striding])).toBeNull();
  });

  it("gives the elements that small ones give", () => {
    const values = Array.from({ length: 300_000 }, (_, i) => Math.sin(i) * 20);
    const x = np.array(values);
    const whole = (np.exp(x) as Tensor).toTypedArray();
    for (const from of [0, 123_456, 299_900])
      expect([...whole.subarray(from, from + 100)]).toEqual([
        ...np.exp(np.array(values.slice(from, from + 100))).toTypedArray(),
      ]);
  });
});
