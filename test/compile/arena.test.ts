/** Places of buffers in the arena. */
import { expect, it } from "vitest";
import { arranged } from "../../src/compile/arena.js";

it("has room for buffers that no step touches", () => {
  const { arena, buffers } = arranged([{ dtype: "float64", size: 36, place: { kind: "scratch" } }], []);
  expect(buffers[0]?.place).toEqual({ kind: "scratch", offset: 0 });
  expect(arena).toBeGreaterThanOrEqual(36 * 8);
});
