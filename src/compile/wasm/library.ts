/**
 * The kernels that every program shares, in families that are assembled and compiled once for the process when a
 * program first calls one: so they are fast from the second program on, and cost the first nothing that it does not use.
 */
import { tiles } from "../../kernel/tile.js";
import { I32, type WasmFunction, wasmEngine } from "../../kernel/wasm.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { foldFunctions, wordFoldFunctions } from "./fold.js";
import { matrixFunctions } from "./matrix.js";
import { dotFunction, matrixVectorFunction } from "./matrix-vector.js";
import { type Call, ModuleBuilder, type Offer, type Offers } from "./module.js";

type Family = ReadonlyMap<string, Offer>;

const productFunctions = (lanes: FloatLanes, call: Call): readonly WasmFunction[] => [
  ...matrixFunctions(lanes, call),
  matrixVectorFunction(lanes),
  dotFunction(lanes),
];

/** Products of one width, with every rounding or fused ones. */
/* @__NO_SIDE_EFFECTS__ */
const products =
  (place: 0 | 1, relaxed: boolean) =>
  (builder: ModuleBuilder): readonly WasmFunction[] => {
    const lanes = floatLanes(relaxed)[place];
    // The eager product's module packs for any strides.
    const exports = tiles()?.program.exports ?? {};
    for (const name of ["packRows", "packColumns"]) {
      const full = `${name}${lanes.suffix}`;
      builder.import(full, new Array<typeof I32>(6).fill(I32), [], exports[full]);
    }
    return productFunctions(lanes, builder.call);
  };

const families = {
  productF64: products(0, false),
  productF32: products(1, false),
  relaxedF64: products(0, true),
  relaxedF32: products(1, true),
  fold: (builder: ModuleBuilder): readonly WasmFunction[] => foldFunctions(builder.call),
  wordFold: (builder: ModuleBuilder): readonly WasmFunction[] => wordFoldFunctions(builder.call),
} as const;

type FamilyName = keyof typeof families;

/** A family of kernels, or null where the engine refuses it. */
const assemble = (name: FamilyName): Family | null => {
  const engine = wasmEngine();
  const set = tiles();
  if (engine === undefined || set === null) return null;
  const builder = new ModuleBuilder();
  for (const f of families[name](builder)) builder.add(f);
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

const assembled: Map<FamilyName, Family | null> = new Map();

const family = (name: FamilyName): Family | null => {
  let made = assembled.get(name);
  if (made === undefined) {
    made = assemble(name);
    assembled.set(name, made);
  }
  return made;
};

const isProduct = /^(?:tile|direct|vectorMatrix|matrixVector|dot|pack|window|mergeWindow)/;

/** The shared kernels by name; where `relaxed`, products round a product and its sum once, if the engine can. */
export const sharedKernels =
  (relaxed: boolean): Offers =>
  (name) => {
    if (!isProduct.test(name))
      return family(/[IU]32$/.test(name) && !name.startsWith("store") ? "wordFold" : "fold")?.get(name);
    const width = name.endsWith("F64") ? "F64" : "F32";
    return (relaxed ? family(`relaxed${width}`) : null)?.get(name) ?? family(`product${width}`)?.get(name);
  };
