/**
 * The door of functions that make arrays of any size: a program that makes large ones works on them, and pays for the
 * kernels of compiled loops and for those that mind the order of memory. What only takes arrays goes through smaller doors.
 */
import { longFolds } from "../compile/wasm/long-folds.js";
import { longLoops } from "../compile/wasm/long-loops.js";
import { longVectorProduct } from "../compile/wasm/long-products.js";
import { provideLongLoops } from "../kernel/elementwise.js";
import { provideLargeVectorProduct } from "../kernel/fours.js";
import { providePlaneCopy } from "../kernel/move.js";
import { copyPlanes } from "../kernel/planes.js";
import { provideLongFolds, provideRowFolds } from "../kernel/reduce.js";
import { rowFolds } from "../kernel/row-folds.js";
import { openWorkshop } from "./workshop.js";

/** `openWorkshop`, and the kernels for large tensors. */
export const openArrays = (): void => {
  openWorkshop();
  provideLongLoops(longLoops);
  provideLongFolds(longFolds);
  provideRowFolds(rowFolds);
  providePlaneCopy(copyPlanes);
  provideLargeVectorProduct(longVectorProduct);
};
