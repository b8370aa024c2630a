/** Large products by inner products and vector tiles, for programs that make arrays: some kilobytes that others do without. */
import { blockedMatmul } from "./blocked.js";
import { dot32, dot64 } from "./inner.js";
import { eachDirect, type LargeProduct, provideLargeProduct } from "./matmul.js";
import { tiles } from "./tile.js";

const tiledMatmul: LargeProduct = (a, b, c, batch, m, k, n) => {
  if (m === 1 && n === 1) {
    if (c instanceof Float64Array) eachDirect(dot64, a, b, c, batch, m, k, n);
    else eachDirect(dot32, a, b, c, batch, m, k, n);
    return true;
  }
  // a row and a matrix of doubles with contiguous columns gain nothing by packing
  if (m === 1 && b.rowStride === 1 && c instanceof Float64Array) return false;
  const set = tiles();
  if (set === null) return false;
  blockedMatmul(set[c instanceof Float64Array ? "float64" : "float32"], a, b, c, batch, m, k, n);
  return true;
};

/** From now on large products go these ways, with the same bits as before. */
export const provideTiles = (): void => provideLargeProduct(tiledMatmul);
