/** Families of kernels: assembled and compiled once for the process, beside the memory of all programs. */
import { tiles } from "../../kernel/tile.js";
import { type WasmFunction, wasmEngine } from "../../kernel/wasm.js";
import { ModuleBuilder, type Offer } from "./module.js";

export type Family = ReadonlyMap<string, Offer>;

/** The functions by name, or null where the engine refuses them. */
export const assembled = (functions: (builder: ModuleBuilder) => readonly WasmFunction[]): Family | null => {
  const engine = wasmEngine();
  const set = tiles();
  if (engine === undefined || set === null) return null;
  const builder = new ModuleBuilder();
  for (const f of functions(builder)) builder.add(f);
  const { memory } = set.program;
  try {
    const module = new engine.Module(builder.encode());
    const { exports } = new engine.Instance(module, { env: { ...builder.bindings, memory } });
    const bindings = exports as Readonly<Record<string, unknown>>;
    return new Map(
      builder.functions.map(({ name: kernel, parameters, results }) => [
        kernel,
        { parameters, results, binding: bindings[kernel] },
      ]),
    );
  } catch {
    // Relaxed vectors that this engine does not know.
    return null;
  }
};
