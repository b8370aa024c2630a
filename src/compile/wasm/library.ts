/**
 * The kernels that every program shares, in families that are assembled and compiled once for the process when a
 * program first calls one: so they are fast from the second program on, and cost the first nothing that it does not use.
 */
import { tiles } from "../../kernel/tile.js";
import { I32, type WasmFunction } from "../../kernel/wasm.js";
import { assembled, type Family } from "./family.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { wordFoldFunctions } from "./fold.js";
import { foldFamily } from "./fold-family.js";
import { matrixFunctions } from "./matrix.js";
import { dotFunction, matrixVectorFunction } from "./matrix-vector.js";
import type { Call, ModuleBuilder, Offers } from "./module.js";

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

const contents = {
  productF64: products(0, false),
  productF32: products(1, false),
  relaxedF64: products(0, true),
  relaxedF32: products(1, true),
  wordFold: (builder: ModuleBuilder): readonly WasmFunction[] => wordFoldFunctions(builder.call),
} as const;

type FamilyName = keyof typeof contents;

const families: Map<FamilyName, Family | null> = new Map();

const family = (name: FamilyName): Family | null => {
  let made = families.get(name);
  if (made === undefined) {
    made = assembled(contents[name]);
    families.set(name, made);
  }
  return made;
};

const isProduct =
  /^(?:tile|direct|vectorMatrix|matrixVector|dot|pack|panels|merge|sample|listed|sifted|sparse|window)/;

/** The shared kernels by name; where `relaxed`, products round a product and its sum once, if the engine can. */
export const sharedKernels =
  (relaxed: boolean): Offers =>
  (name) => {
    if (!isProduct.test(name)) {
      const folds = /[IU]32$/.test(name) && !name.startsWith("store") ? family("wordFold") : foldFamily();
      return folds?.get(name);
    }
    const width = name.endsWith("F64") ? "F64" : "F32";
    return (relaxed ? family(`relaxed${width}`) : null)?.get(name) ?? family(`product${width}`)?.get(name);
  };
