/**
 * Plans as WebAssembly: one function drives the kernels, those of the program and those that all share, and no
 * JavaScript runs between them but for opaque primitives. Inputs are copied into the shared memory, results out of it.
 */
import { defineFunction, I32, wasmEngine } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import type { Executable } from "../executable.js";
import type { Plan } from "../plan.js";
import { arenaLayout, Emission } from "./emission.js";
import { type Heap, heap } from "./heap.js";
import { sharedKernels } from "./library.js";
import { ModuleBuilder } from "./module.js";
import { ConstantPool } from "./pool.js";
import { emitSteps, type RunOpaque } from "./steps.js";
import { copyIn, copyOut } from "./transfer.js";

/** A program in WebAssembly. */
export interface WasmExecutable extends Executable {
  readonly run: (ins: readonly DenseTensor[]) => DenseTensor[];
  /** Size of the code. */
  readonly bytes: number;
}

/** Modules by their bytes: programs of one structure are compiled once. The oldest goes first. */
const modules: Map<string, object> = new Map();
const MODULES = 64;
/** Longer modules are not kept: few programs of that size have one structure. */
const KEPT = 65536;

/** Bytes of the largest arena: half of what 32-bit addresses reach, since residents and constants need room too. */
const LARGEST = 2147483648;

const moduleOf = (
  engine: NonNullable<ReturnType<typeof wasmEngine>>,
  bytes: Uint8Array<ArrayBuffer>,
): object => {
  if (bytes.length > KEPT) return new engine.Module(bytes);
  let key = "";
  for (let at = 0; at < bytes.length; at += 4096)
    key += String.fromCharCode(...bytes.subarray(at, at + 4096));
  let known = modules.get(key);
  modules.delete(key);
  known ??= new engine.Module(bytes);
  modules.set(key, known);
  if (modules.size > MODULES) modules.delete(modules.keys().next().value as string);
  return known;
};

/** The eager kernel of a primitive on operands copied out of the memory, its results copied back. */
const opaqueRunner =
  (store: Heap): RunOpaque =>
  ({ primitive, p, ins }, addresses) => {
    const operands = ins.map(({ type }, i) => copyOut(store, type, addresses[i] as number));
    primitive.impl(operands, p).forEach((result, i) => {
      if (result.size > 0) copyIn(store, result, addresses[ins.length + i] as number);
    });
  };

const describeBytes = (n: number): string => (n < 10240 ? `${n} bytes` : `${Math.round(n / 1024)} KiB`);

interface Assembled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly builder: ModuleBuilder;
  readonly pool: ConstantPool;
  readonly arenaBytes: number;
  readonly copies: readonly number[];
  readonly outputs: readonly number[];
  readonly describe: readonly string[];
}

const assemble = (plan: Plan, store: Heap): Assembled => {
  const builder = new ModuleBuilder(sharedKernels(plan.contract));
  const pool = new ConstantPool();
  const layout = arenaLayout(plan);
  let emission: Emission | undefined;
  const main = defineFunction("run", [I32, I32], [], (newLocal, arena, constants) => {
    emission = new Emission(plan, layout, builder, pool, arena.get, constants.get, newLocal);
    const code = emitSteps(emission, plan.steps, opaqueRunner(store));
    return [emission.prologue(), code];
  });
  builder.add(main);
  const { arenaBytes, describe } = emission as unknown as Emission;
  const outputs: number[] = [];
  for (const { place } of plan.buffers) {
    if (place.kind === "output") outputs[place.index] = layout.plan + place.offset;
  }
  return { bytes: builder.encode(), builder, pool, arenaBytes, copies: layout.copies, outputs, describe };
};

/** The plan as a program, or null where the engine has no WebAssembly or its vectors, or no room for its arena. */
export const emitWasm = (plan: Plan): WasmExecutable | null => {
  const engine = wasmEngine();
  const store = heap();
  if (engine === undefined || store === null) return null;
  const { bytes, builder, pool, arenaBytes, copies, outputs, describe } = assemble(plan, store);
  if (arenaBytes > LARGEST) return null;
  const { memory, residents } = store;
  const instance = new engine.Instance(moduleOf(engine, bytes), { env: { ...builder.bindings, memory } });
  const { run: execute } = instance.exports as { readonly run: (arena: number, constants: number) => void };
  // The constants live as long as what may still be run.
  const owner = { constants: pool.size === 0 ? 0 : store.allocate(pool.size) };
  pool.write(store.views.uint8, owner.constants);
  if (owner.constants !== 0) store.releaseWith(owner, owner.constants, pool.size);
  const sizes = plan.inputs.map(({ shape }) => sizeOf(shape));

  const enter = (x: DenseTensor, index: number, arena: number, outermost: boolean): number => {
    const n = sizes[index] as number;
    const { data } = x;
    if (data !== null && x.strides === null && data.length === n) {
      const resident = residents.find(data, outermost, (address) => copyIn(store, x, address));
      if (resident !== 0) return resident;
    }
    const address = arena + (copies[index] as number);
    if (n > 0) copyIn(store, x, address);
    return address;
  };

  const types = plan.outputs;
  const run = (ins: readonly DenseTensor[]): DenseTensor[] => {
    const outermost = !store.running;
    const arena = store.enter(arenaBytes);
    try {
      if (outermost) residents.begin();
      for (let i = 0; i < ins.length; i++) {
        const address = enter(ins[i] as DenseTensor, i, arena, outermost);
        store.views.int32[arena / 4 + i] = address;
      }
      execute(arena, owner.constants);
      const results = new Array<DenseTensor>(types.length);
      for (let i = 0; i < types.length; i++) {
        results[i] = copyOut(store, types[i] as TensorType, arena + (outputs[i] as number));
      }
      return results;
    } finally {
      store.leave(arena, arenaBytes);
    }
  };

  return {
    run,
    text: () => {
      const types = (list: Plan["inputs"]): string =>
        list
          .map(
            ({ dtype, shape }: { readonly dtype: DType; readonly shape: readonly number[] }) =>
              `${dtype}[${shape}]`,
          )
          .join(", ");
      return [
        `WebAssembly: ${describeBytes(bytes.length)} of code, ${describeBytes(pool.size)} of constants, arena of ${describeBytes(arenaBytes)}`,
        `(${types(plan.inputs)}) => ${types(plan.outputs)}`,
        ...describe.map((line) => `  ${line}`),
        ...plan.buffers.flatMap(({ dtype, size, place }, i) =>
          place.kind === "scratch" || place.kind === "output"
            ? [
                `  buffer ${i}: ${size} ${dtype} at ${place.offset}, ${place.kind}, ${size * itemSize(dtype)} bytes`,
              ]
            : [],
        ),
      ].join("\n");
    },
    bytes: bytes.length,
  };
};
