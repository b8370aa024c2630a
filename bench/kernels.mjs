// `node bench/kernels.mjs`: what the WebAssembly kernels of compiled programs reach by themselves, in GFLOP/s and in
// nanoseconds per element, copies of operands and results included. A kernel that fits the first level cache is timed
// beside each: machines have slow phases, so compare a line with its calibration, never with another run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "cotangent-kernels-"));
const entry = "kernels";
const source = `
  export { emitWasm } from ${JSON.stringify(`${root}src/compile/wasm/program.ts`)};
  export { compact } from ${JSON.stringify(`${root}src/tensor/tensor.ts`)};
  export { allocate, itemSize } from ${JSON.stringify(`${root}src/tensor/dtype.ts`)};
`;
const bundle = await rolldown({
  input: entry,
  platform: "neutral",
  plugins: [
    {
      name: "entry",
      resolveId: (id) => (id === entry ? id : null),
      load: (id) => (id === entry ? source : null),
    },
  ],
});
await bundle.write({ dir: folder, format: "esm", entryFileNames: "kernels.mjs" });
await bundle.close();
const { emitWasm, compact, allocate, itemSize } = await import(pathToFileURL(join(folder, "kernels.mjs")));
rmSync(folder, { recursive: true });

const type = (dtype, ...shape) => ({ dtype, shape, weak: false });
const sizeOf = (shape) => shape.reduce((n, size) => n * size, 1);

/** Numbers of which a part are zeros, in no order. */
const filled = (dtype, n, zeros = 0) => {
  const data = allocate(dtype, n);
  for (let i = 0, state = 1; i < n; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state < zeros * 2 ** 32 ? 0 : Math.sin(i * 0.7) + 0.01;
  }
  return compact(type(dtype, n), data);
};

/** A plan of one step, whose operands are inputs and whose results are outputs. */
const planOf = (ins, outs, step) => {
  let arena = 0;
  const buffers = ins.map(({ dtype, shape }, index) => ({
    dtype,
    size: sizeOf(shape),
    place: { kind: "input", index },
  }));
  outs.forEach(({ dtype, shape }, index) => {
    const size = sizeOf(shape);
    buffers.push({ dtype, size, place: { kind: "output", index, offset: arena } });
    arena += Math.ceil((size * itemSize(dtype)) / 16) * 16;
  });
  return { buffers, steps: [step], inputs: ins, outputs: outs, arena, contract: false };
};

/** Seconds of one call, the best of many, after the engine has had time to optimise. */
const best = async (run, least) => {
  for (let i = 0; i < 5; i++) run();
  await new Promise((resolve) => setTimeout(resolve, 100));
  let seconds = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + least; performance.now() < end; ) {
    const start = performance.now();
    run();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return seconds;
};

const product = (dtype, batch, m, k, n, left, right) => {
  const side = (rows, columns, turned, buffer) => ({
    buffer,
    offset: 0,
    batchStride: rows * columns,
    rowStride: turned ? 1 : columns,
    columnStride: turned ? rows : 1,
  });
  const ins = [type(dtype, batch * m * k), type(dtype, batch * k * n)];
  const step = {
    kind: "contract",
    dtype,
    batch,
    m,
    k,
    n,
    left: side(m, k, left === "T", 0),
    right: side(k, n, right === "T", 1),
    out: 2,
  };
  return planOf(ins, [type(dtype, batch * m * n)], step);
};

const loop = (dtype, shape, strides, nodes, fold) => {
  const n = sizeOf(shape);
  const row = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const out = fold ? shape.slice(0, -1) : shape;
  const access = {
    buffer: strides.length,
    offset: 0,
    strides: fold ? out.map((_, a) => sizeOf(out.slice(a + 1))) : row,
  };
  const sizes = strides.map(
    (s) => 1 + s.reduce((reach, stride, axis) => reach + stride * (shape[axis] - 1), 0),
  );
  const value = 0;
  return {
    n,
    plan: planOf(
      sizes.map((size) => type(dtype, size)),
      [type(dtype, ...out)],
      {
        kind: "loop",
        shape,
        folded: fold !== undefined,
        body: { inputs: strides.map(() => dtype), nodes, outputs: [nodes.length - 1] },
        loads: strides.map((s, buffer) => ({ buffer, offset: 0, strides: s })),
        stores: fold ? [] : [{ value, access }],
        folds: fold ? [{ op: fold, value, access }] : [],
      },
    ),
  };
};

const input = (dtype, index) => ({ kind: "input", dtype, index });
const apply = (dtype, op, ...args) => ({ kind: "apply", dtype, op, args });
/** A polynomial of degree 13, as costly as an elementary function. */
const polynomial = (dtype) => {
  const nodes = [input(dtype, 0), { kind: "constant", dtype, value: 1 }];
  for (let i = 2, last = 1; i < 15; i++) {
    nodes.push(apply(dtype, "mul", last, 0), { kind: "constant", dtype, value: 1 / i });
    last = nodes.push(apply(dtype, "add", nodes.length - 2, nodes.length - 1)) - 1;
  }
  return nodes;
};

const measure = async (plan, least = 400, zeros = []) => {
  const program = emitWasm(plan);
  const ins = plan.inputs.map(({ dtype, shape }, i) => filled(dtype, sizeOf(shape), zeros[i]));
  return await best(() => program.run(ins), least);
};

const calibration = {
  float32: product("float32", 1, 64, 128, 64),
  float64: product("float64", 1, 64, 128, 64),
};
const speed = async (dtype) => (2 * 64 * 128 * 64) / (await measure(calibration[dtype], 150)) / 1e9;

const print = async (name, dtype, figure) =>
  console.log(
    `${name.padEnd(46)} ${dtype} ${figure.padStart(18)}   calibration ${(await speed(dtype)).toFixed(1)} GFLOP/s`,
  );

for (const dtype of ["float32", "float64"]) {
  for (const [batch, m, k, n, left, right] of [
    [1, 512, 512, 512],
    [1, 1024, 1024, 1024],
    [1, 128, 784, 256],
    [1, 784, 128, 256, "T"],
    [1, 128, 256, 784, "N", "T"],
    [1, 256, 64, 32],
    [256, 32, 64, 64],
    [1, 10000, 100, 1],
    [1, 100, 10000, 1, "T"],
  ]) {
    const seconds = await measure(product(dtype, batch, m, k, n, left, right));
    const name = `${batch > 1 ? `${batch} x ` : ""}[${m}, ${k}]${left === "T" ? "^T" : ""} @ [${k}, ${n}]${right === "T" ? "^T" : ""}`;
    await print(name, dtype, `${((2 * batch * m * k * n) / seconds / 1e9).toFixed(1)} GFLOP/s`);
  }
  // Terms of zeros are left out; the figure counts them.
  for (const [zeros, m, k, n, left] of [
    [[0, 0.5], 784, 128, 256, "T"],
    [[0, 0.8], 784, 128, 256, "T"],
    [[0.5, 0], 128, 256, 128],
    [[0.5, 0], 1024, 1024, 1024],
  ]) {
    const seconds = await measure(product(dtype, 1, m, k, n, left), 400, zeros);
    const parts = zeros.map((part) => `${100 * part} %`).join(" and ");
    const name = `[${m}, ${k}]${left === "T" ? "^T" : ""} @ [${k}, ${n}], ${parts} zeros`;
    await print(name, dtype, `${((2 * m * k * n) / seconds / 1e9).toFixed(1)} GFLOP/s`);
  }
  const two = [input(dtype, 0), input(dtype, 1)];
  for (const [name, shape, strides, nodes, fold] of [
    ["x + y", [100_000], [[1], [1]], [...two, apply(dtype, "add", 0, 1)]],
    ["polynomial of degree 13", [100_000], [[1]], polynomial(dtype)],
    [
      "rows + a row",
      [10_000, 10],
      [
        [10, 1],
        [0, 1],
      ],
      [...two, apply(dtype, "add", 0, 1)],
    ],
    ["transpose", [1024, 1024], [[1, 1024]], [input(dtype, 0)]],
    ["sum", [1_000_000], [[1]], [input(dtype, 0)], "add"],
    ["sum of squares", [1_000_000], [[1]], [input(dtype, 0), apply(dtype, "mul", 0, 0)], "add"],
    ["sums of 10,000 rows of 100", [10_000, 100], [[100, 1]], [input(dtype, 0)], "add"],
    ["sums of 100 columns of 10,000", [100, 10_000], [[1, 100]], [input(dtype, 0)], "add"],
    ["greatest of 10,000 rows of 10", [10_000, 10], [[10, 1]], [input(dtype, 0)], "max"],
  ]) {
    const { n, plan } = loop(dtype, shape, strides, nodes, fold);
    const seconds = await measure(plan);
    await print(name, dtype, `${((seconds / n) * 1e9).toFixed(2)} ns/element`);
  }
}
