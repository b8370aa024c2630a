/** The kernels that fold floats, which compiled programs and reductions of large tensors share. */
import { assembled, type Family } from "./family.js";
import { foldFunctions } from "./fold.js";

let family: Family | null | undefined;

/** The family, made when it is first needed. */
export const foldFamily = (): Family | null => {
  if (family === undefined) family = assembled((builder) => foldFunctions(builder.call));
  return family;
};
