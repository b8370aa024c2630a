/**
 * Areas of the workspace below the heap, as addresses: no two kernels use it at once. They are numbers, not sums, since
 * bundlers keep what is computed; `test/compile/wasm/workspace.test.ts` adds up.
 */

/** Rows of A whose panels stay in the second level cache, and columns of B that are packed at a time. */
export const CACHED_ROWS = 128;
export const HELD_COLUMNS = 1024;

// The product of panels: those of A, those of B, each with room for BLOCK doubles a line, and a strip of tiles.
export const LEFT = 0;
export const RIGHT = 262144;
export const STRIP = 2359296;

/** Vectors of a row of the sparse product's panel, and bytes. */
export const PANEL_VECTORS = 8;
export const PANEL_ROW = 128;
/** Lines whose lists are held together. */
export const HELD_LINES = 512;

// The sparse product: its panel of BLOCK rows, of which none has address 0; where the list of each line ends; orders of
// lanes, one vector for each pattern of bits; and the lists, each with room for BLOCK entries of two doubles.
export const PANEL = 64;
export const ENDS = 32832;
export const ORDERS = 34880;
export const LISTS = 262144;
