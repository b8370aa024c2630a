/** Areas of the workspace have the room that their kernels need, and those of one kernel do not touch. */
import { expect, it } from "vitest";
import * as areas from "../../../src/compile/wasm/workspace.js";
import { BLOCK, WORKSPACE } from "../../../src/kernel/blocked.js";

const DOUBLE = 8;
const VECTOR = 16;

const apart = (...list: readonly (readonly [start: number, bytes: number])[]): void => {
  list.forEach(([start, bytes], i) => {
    const [next] = list[i + 1] ?? [WORKSPACE];
    expect(start % VECTOR).toBe(0);
    expect(start + bytes).toBeLessThanOrEqual(next);
  });
};

it("holds the panels of a product, and a strip of tiles as high as those of A", () => {
  const { CACHED_ROWS, HELD_COLUMNS, LEFT, RIGHT, STRIP } = areas;
  apart(
    [LEFT, CACHED_ROWS * BLOCK * DOUBLE],
    [RIGHT, HELD_COLUMNS * BLOCK * DOUBLE],
    [STRIP, CACHED_ROWS * 2 * VECTOR],
  );
});

it("holds the panel of a sparse product, its lists, and a strip of sixteen lines", () => {
  const { PANEL, PANEL_ROW, PANEL_VECTORS, HELD_LINES, ENDS, ORDERS, LISTS, STRIP } = areas;
  expect(PANEL_ROW).toBe(PANEL_VECTORS * VECTOR);
  expect(PANEL).toBeGreaterThan(0);
  apart(
    [PANEL, BLOCK * PANEL_ROW],
    [ENDS, 4 * HELD_LINES],
    [ORDERS, 16 * VECTOR],
    [LISTS, HELD_LINES * BLOCK * 2 * DOUBLE],
    [STRIP, 16 * PANEL_ROW],
  );
});
