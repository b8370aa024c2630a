/**
 * Elementwise operations on long operands, outside of compiled programs: the kernels of compiled loops, on pieces that
 * stay in the cache while they are copied into the shared memory and out of it.
 */
import type { ScalarProgram } from "../../expr/program.js";
import type { LongLoops } from "../../kernel/elementwise.js";
import { collapse, forEachIndex, stridesOf } from "../../kernel/layout.js";
import { copyBlock } from "../../kernel/move.js";
import { wasmEngine } from "../../kernel/wasm.js";
import { allocate, type DType, itemSize, type Storage } from "../../tensor/dtype.js";
import { compactStrides, sizeOf } from "../../tensor/shape.js";
import { compact, type DenseTensor } from "../../tensor/tensor.js";
import { prepareAllocator } from "../allocator.js";
import { heap, type Views } from "./heap.js";
import { kernelFunction, lanewiseFunction } from "./kernel.js";
import { analyse, type KernelSpec, type Stream } from "./kernel-spec.js";
import { ModuleBuilder } from "./module.js";
import { cutInto } from "./pieces.js";
import { ConstantPool } from "./pool.js";
import { elementsTogether } from "./width.js";

/** Elements of large tensors, in runs of so many at least; and those that have to pass before a loop is made for them. */
const LARGE = 4096;
const RUN = 256;
const WORTHWHILE = 262144;
/** Elements of a piece: of all operands of an operation together some hundred kilobytes. */
const PIECE = 4096;

/** A loop over operands, each with its strides over axes of the given sizes, to a result without gaps. */
type Loop = (
  result: Storage,
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
  ins: readonly DenseTensor[],
) => void;

type Run = (...addressesThenCountAndConstants: readonly number[]) => void;

/** The kernel of a program over operands without gaps; of those with the letter n one element is read. */
const specOf = (program: ScalarProgram, out: DType, layout: string): KernelSpec => {
  const stream = (dtype: DType, pointer: number): Stream => ({ dtype, pointer, offset: 0 });
  const steps = program.inputs.map((dtype, i) => (layout[i] === "n" ? 0 : itemSize(dtype)));
  return {
    body: program,
    sizes: [PIECE],
    strides: [...steps, itemSize(out)].map((step) => [step]),
    loads: program.inputs.map(stream),
    stores: [{ value: 0, stream: stream(out, steps.length) }],
    width: elementsTogether(program),
    active: 0,
  };
};

/** The kernel in a module of its own, and its constants; null where functions would be called for lane after lane. */
const compiled = (
  spec: KernelSpec,
  memory: object,
): { readonly run: Run; readonly pool: ConstantPool } | null => {
  const engine = wasmEngine();
  if (engine === undefined) return null;
  const { seldom } = analyse(spec);
  const rare = new Set<unknown>(
    spec.body.nodes.flatMap((node, id) => (node.kind === "call" && seldom[id] === 1 ? [node.callee.f] : [])),
  );
  const builder = new ModuleBuilder();
  const pool = new ConstantPool();
  const helpers = new Map<unknown, string>();
  let isVector = true;
  const kernel = kernelFunction("kernel", spec, pool, builder.call, (f, _, arity) => {
    isVector &&= rare.has(f);
    const known = helpers.get(f);
    if (known !== undefined) return known;
    const [name, callee] = [`lanes${helpers.size}`, `callee${helpers.size}`];
    helpers.set(f, name);
    builder.import(callee, new Array<0x7c>(arity).fill(0x7c), [0x7c], f);
    builder.add(lanewiseFunction(name, callee, arity, builder.call));
    return name;
  });
  if (!isVector) return null;
  builder.add(kernel);
  const module = new engine.Module(builder.encode());
  const { exports } = new engine.Instance(module, { env: { ...builder.bindings, memory } });
  return { run: (exports as { readonly kernel: Run }).kernel, pool };
};

/** Elements of an operand with strides over the sizes, row-major to `to`. */
const copyPiece = (
  view: Storage,
  to: number,
  data: Storage,
  from: number,
  sizes: readonly number[],
  strides: readonly number[],
  count: number,
): void => {
  let step = 1;
  let isWhole = true;
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (sizes[axis] !== 1) isWhole &&= strides[axis] === step;
    step *= sizes[axis] as number;
  }
  if (isWhole) view.set(data.subarray(from, from + count), to);
  else copyBlock(sizes, view, to, compactStrides(sizes), data, from, strides);
};

const loopOf = (program: ScalarProgram, out: DType, layout: string): Loop | null => {
  const store = heap();
  const made = store && compiled(specOf(program, out, layout), store.memory);
  if (store === null || made === null) return null;
  const { run, pool } = made;
  const dtypes: readonly DType[] = [...program.inputs, out];
  const bytes = dtypes.map((dtype) => PIECE * itemSize(dtype));
  const places = bytes.map((_, i) => bytes.slice(0, i).reduce((sum, n) => sum + n, 0));
  const all = bytes.reduce((sum, n) => sum + n, 0);
  const constants = pool.size === 0 ? 0 : store.allocate(pool.size);
  pool.write(store.views.uint8, constants);
  if (constants !== 0) store.releaseWith(run, constants, pool.size);

  const write = (
    views: Views,
    start: number,
    result: Storage,
    sizes: readonly number[],
    strides: readonly (readonly number[])[],
    ins: readonly DenseTensor[],
  ): void => {
    const addresses = places.map((place) => start + place);
    const positions = addresses.map((address, i) => address / itemSize(dtypes[i] as DType));
    const { axis, length, inner } = cutInto(sizes, PIECE);
    const within = sizes.slice(axis + 1);
    const ownWithin = strides.map((own) => own.slice(axis));
    ins.forEach((x, i) => {
      if (layout[i] === "n") views[x.dtype][positions[i] as number] = x.data?.[x.offset] ?? x.value;
    });
    const target = positions.at(-1) as number;
    const from = views[out];
    const n = sizes[axis] as number;
    let done = 0;
    const outer = strides.map((own) => own.slice(0, axis));
    const offsets = ins.map((x) => x.offset);
    forEachIndex(sizes.slice(0, axis), outer, offsets, (at) => {
      for (let step = 0; step < n; step += length) {
        const steps = Math.min(length, n - step);
        const count = steps * inner;
        ins.forEach(({ data, dtype }, i) => {
          if (data === null || layout[i] === "n") return;
          const own = ownWithin[i] as readonly number[];
          const begin = (at[i] as number) + step * (own[0] as number);
          copyPiece(views[dtype], positions[i] as number, data, begin, [steps, ...within], own, count);
        });
        run(...addresses, count, constants);
        result.set(from.subarray(target, target + count), done);
        done += count;
      }
    });
  };

  return (result, sizes, strides, ins) => {
    const start = store.allocate(all);
    try {
      write(store.views, start, result, sizes, strides, ins);
    } finally {
      store.release(start, all);
    }
  };
};

/** What has been made for a program, and the elements that have passed until then: by layout, weakly by the program. */
interface Known {
  seen: number;
  loop?: Loop | null;
}
const made: WeakMap<ScalarProgram, Map<string, Known>> = new WeakMap();

/** Large tensors whose elements lie side by side, once the program has met enough of them. */
export const longLoops: LongLoops = (program, type, ins) => {
  const n = sizeOf(type.shape);
  if (n < LARGE) return null;
  const { shape, strides } = collapse(type.shape, ins.map(stridesOf));
  const isApart = (own: readonly number[]): boolean => own.at(-1) !== 0 && own.at(-1) !== 1;
  if ((shape.at(-1) as number) < RUN || strides.some(isApart)) return null;
  const layout = strides.map((own) => (own.every((stride) => stride === 0) ? "n" : "A")).join("");
  const layouts = made.get(program) ?? new Map<string, Known>();
  made.set(program, layouts);
  const known = layouts.get(layout) ?? { seen: 0 };
  layouts.set(layout, known);
  known.seen += n;
  if (known.seen < WORTHWHILE) return null;
  if (known.loop === undefined) {
    prepareAllocator();
    known.loop = loopOf(program, type.dtype, layout);
  }
  if (known.loop === null) return null;
  const out = allocate(type.dtype, n);
  known.loop(out, shape, strides, ins);
  return compact(type, out);
};
