/** Convolutions in compiled programs: the gathered tile against the loops, bit for bit, whatever the strides. */
import { grad, jit, np, type Tensor } from "cotangent";
import * as nn from "cotangent/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitJavaScript } from "../../../src/compile/javascript/program.js";
import type { Plan } from "../../../src/compile/plan.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import { sweep } from "../../../src/kernel/conv.js";
import type { WindowProduct } from "../../../src/kernel/window-product.js";
import { allocate } from "../../../src/tensor/dtype.js";
import { compact } from "../../../src/tensor/tensor.js";
import { interpret } from "../../support/plans.js";
import { runs } from "../../support/runs.js";

const sum = (list: readonly number[]): number => list.reduce((total, n) => total + n, 0);
const product = (list: readonly number[]): number => list.reduce((total, n) => total * n, 1);

/** Where the least element stands that axes with these strides reach, and how many lie between it and the greatest. */
const extent = (
  sizes: readonly number[],
  strides: readonly number[],
): { readonly offset: number; readonly size: number } => {
  const reach = sizes.map((n, i) => (n - 1) * (strides[i] as number));
  const offset = -sum(reach.filter((r) => r < 0));
  return { offset, size: offset + sum(reach.filter((r) => r > 0)) + 1 };
};

const axes = (most: number, count: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: count });
const list = (...lists: readonly (readonly number[])[]): fc.Arbitrary<readonly number[]> =>
  fc.constantFrom(...lists);
const strides = fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 4, maxLength: 4 });

const plans = fc
  .record({
    dtype: fc.constantFrom("float32" as const, "float64" as const),
    groups: fc.constantFrom(1, 1, 2, 3),
    rows: fc.oneof(axes(7, 3), axes(40, 2), list([300], [2, 257])),
    depth: fc.oneof(axes(5, 3), axes(20, 2), list([256], [257], [3, 200], [90, 6])),
    columns: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(32, 33, 71)),
    image: fc.tuple(strides, strides, fc.boolean()),
    windowFirst: fc.boolean(),
    outOrder: fc.boolean(),
  })
  .map(({ dtype, groups, rows, depth, columns, image: [inRows, inDepth, packed], windowFirst, outOrder }) => {
    const behind = (list: readonly number[], i: number, last = 1): number =>
      last * product(list.slice(i + 1));
    const rowStrides = rows.map((_, i) => inRows[i] as number);
    const depthStrides = depth.map((_, i) => (packed ? behind(depth, i) : (inDepth[i] as number)));
    const k = product(depth);
    const [columnStride, step] = windowFirst ? [k, 1] : [1, columns];
    const outStrides = rows.map((_, i) =>
      outOrder ? behind(rows, i, columns) : columns * product(rows.slice(0, i)),
    );
    const seen = extent([...rows, ...depth], [...rowStrides, ...depthStrides]);
    const sizes = [seen.size + groups - 1, groups * k * columns, groups * product(rows) * columns];
    const form: WindowProduct = {
      groups,
      groupStrides: [1, k * columns, product(rows) * columns],
      rows,
      rowStrides: [rowStrides, outStrides],
      depth,
      depthStrides: [depthStrides, depth.map((_, i) => behind(depth, i, step))],
      columns,
      columnStride,
    };
    const types = sizes.map((size) => ({ dtype, shape: [size], weak: false }));
    const [x, w, out] = types as [(typeof types)[0], (typeof types)[0], (typeof types)[0]];
    const plan: Plan = {
      buffers: [
        { dtype, size: sizes[0] as number, place: { kind: "input", index: 0 } },
        { dtype, size: sizes[1] as number, place: { kind: "input", index: 1 } },
        { dtype, size: sizes[2] as number, place: { kind: "output", index: 0, offset: 0 } },
      ],
      steps: [
        {
          kind: "convolve",
          dtype,
          form,
          kernel: sweep,
          image: { buffer: 0, offset: seen.offset },
          window: { buffer: 1, offset: 0 },
          out: 2,
        },
      ],
      inputs: [x, w],
      outputs: [out],
      arena: 8 * (sizes[2] as number) + 16,
      contract: false,
    };
    return plan;
  });

describe("convolutions of a plan", () => {
  it("are the sums that the plan says in both emitters, in the order of all products", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const ins = plan.inputs.map((type, i) => {
          const data = allocate(type.dtype, type.shape[0] as number);
          for (let j = 0; j < data.length; j++) data[j] = Math.sin(j * 12.9898 + i) * 10 ** (j % 5);
          return compact(type, data);
        });
        const [expected] = interpret(plan, ins);
        for (const emit of [emitWasm, emitJavaScript]) {
          const [got] = emit(plan)?.run(ins) ?? [];
          expect(got?.toTypedArray()).toEqual(expected);
        }
      }),
      { numRuns: Math.max(30, runs / 4), interruptAfterTimeLimit: 60_000 },
    );
  });
});

describe("a compiled convolution", () => {
  const input = (shape: readonly number[], dtype: "float32" | "float64", seed: number): Tensor =>
    np.reshape(np.astype(np.sin(np.multiply(np.arange(product(shape)), seed)), dtype), shape);
  const loss = (x: Tensor, w: Tensor): Tensor => {
    const h = nn.relu(nn.convGeneralDilated(x, w, { padding: "SAME", strides: [1, 2] }));
    return np.sum(np.multiply(h, h));
  };

  it.each(["float32", "float64"] as const)("has the bits of the eager one, gradients too, in %s", (dtype) => {
    const [x, w] = [input([3, 13, 17, 5], dtype, 12.9898), input([3, 5, 5, 19], dtype, 78.233)];
    const step = grad(loss, { argnums: [0, 1] });
    const eager = step(x, w);
    jit(step)(x, w).forEach((got, i) => {
      expect(got.toTypedArray()).toEqual((eager[i] as Tensor).toTypedArray());
    });
  });

  it("of elements that stand apart multiplies no zeros: each part of the results has its part of the window", () => {
    const [x, w] = [input([2, 16, 16, 8], "float32", 3), input([3, 3, 8, 16], "float32", 5)];
    const strided = (a: Tensor): Tensor =>
      np.sum(np.square(nn.convGeneralDilated(a, w, { strides: 2, padding: "SAME" })));
    const text = String(jit(grad(strided)).lower(x));
    const over = [...text.matchAll(/^convolve .* over (.*), float32$/gm)].map(([, depth]) => depth);
    expect(over.sort()).toEqual(["1 x 1 x 16", "1 x 2 x 16", "2 x 1 x 16", "2 x 2 x 16", "3 x 3 x 8"]);
  });

  it("runs within the program, windows and images read where they lie", () => {
    const [x, w] = [input([4, 12, 12, 8], "float32", 3), input([3, 3, 8, 16], "float32", 5)];
    const step = jit(
      grad((a: Tensor, b: Tensor) => np.sum(nn.relu(nn.convGeneralDilated(a, b))), { argnums: 1 }),
    );
    const text = String(step.lower(x, w));
    expect(text).not.toContain("by its eager kernel");
    expect(text.match(/^convolve /gm)).toHaveLength(2);
    // the slope of relu, and the gradient with its axes in order: no operand is copied
    expect(text.match(/^loop /gm)).toHaveLength(2);
  });
});
