/**
 * The kernels that every program shares: assembled and compiled once for the process, so that they are fast from the
 * second program on, and imported by the modules of the programs.
 */
import { tiles } from "../../kernel/tile.js";
import { I32, type WasmFunction, type WasmImport, wasmEngine } from "../../kernel/wasm.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { foldFunctions } from "./fold.js";
import { matrixFunctions } from "./matrix.js";
import { dotFunction, matrixVectorFunction } from "./matrix-vector.js";
import { type Call, ModuleBuilder } from "./module.js";

export interface Library {
  /** Types of the kernels, by name. */
  readonly types: ReadonlyMap<string, WasmImport>;
  readonly exports: Readonly<Record<string, unknown>>;
}

const productFunctions = (lanes: FloatLanes, call: Call): readonly WasmFunction[] => [
  ...matrixFunctions(lanes, call),
  matrixVectorFunction(lanes),
  dotFunction(lanes),
];

const assemble = (relaxed: boolean): Library | null => {
  const engine = wasmEngine();
  const set = tiles();
  if (engine === undefined || set === null) return null;
  const builder = new ModuleBuilder();
  const { exports, memory } = set.program;
  for (const lanes of floatLanes(relaxed)) {
    // What the eager product's module has: the register tile, and packing for any strides.
    for (const [name, count] of [
      ["packRows", 6],
      ["packColumns", 6],
      ["sweep", 7],
    ] as const) {
      const full = `${name}${lanes.suffix}`;
      builder.import(full, new Array<typeof I32>(count).fill(I32), [], exports[full]);
    }
    for (const f of productFunctions(lanes, builder.call)) builder.add(f);
  }
  if (!relaxed) for (const f of foldFunctions(builder.call)) builder.add(f);
  const bytes = builder.encode();
  if (!engine.validate(bytes)) return null;
  const instance = new engine.Instance(new engine.Module(bytes), { env: { ...builder.bindings, memory } });
  return {
    types: new Map(builder.functions.map((f) => [f.name, f])),
    exports: instance.exports as Readonly<Record<string, unknown>>,
  };
};

let exact: Library | null | undefined;
let relaxed: Library | null | undefined;

/** The kernels with every rounding, or null where the engine has none. */
export const library = (): Library | null => {
  if (exact === undefined) exact = assemble(false);
  return exact;
};

/** The products that may round a product and a sum as one; null where this engine has no relaxed vectors. */
export const relaxedLibrary = (): Library | null => {
  if (relaxed === undefined) relaxed = assemble(true);
  return relaxed;
};
