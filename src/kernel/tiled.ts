/** Large products by vector tiles, for programs that make arrays: some kilobytes that others do without. */
import { blockedMatmul } from "./blocked.js";
import { type LargeProduct, provideLargeProduct } from "./matmul.js";
import { tiles } from "./tile.js";

const tiledMatmul: LargeProduct = (a, b, c, batch, m, k, n) => {
  const set = tiles();
  if (set === null) return false;
  blockedMatmul(set[c instanceof Float64Array ? "float64" : "float32"], a, b, c, batch, m, k, n);
  return true;
};

/** From now on large products go through tiles, with the same bits as before. */
export const provideTiles = (): void => provideLargeProduct(tiledMatmul);
