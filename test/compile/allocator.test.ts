/** The block by which the memory allocator learns to keep what is free: made once, however often it is asked for. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const prepared = async (): Promise<() => number> =>
  (await import("../../src/compile/allocator.js")).prepareAllocator;

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** What blocks are made of while the test runs. */
const blocks = (make: (bytes: number) => object): void => {
  vi.stubGlobal("ArrayBuffer", function (this: unknown, bytes: number) {
    return make(bytes);
  });
};

it("is made once, of the size up to which GNU's allocator learns", async () => {
  const made: number[] = [];
  blocks((byteLength) => {
    made.push(byteLength);
    return { byteLength };
  });
  const prepare = await prepared();
  expect(made).toEqual([]);
  for (let i = 0; i < 3; i++) expect(prepare()).toBe(62914560);
  expect(made).toEqual([31457280]);
  expect(made[0]).toBeLessThan(32 * 2 ** 20);
});

it("is done without where there is no room for it", async () => {
  let asked = 0;
  blocks(() => {
    asked++;
    throw new RangeError("Array buffer allocation failed");
  });
  const prepare = await prepared();
  for (let i = 0; i < 3; i++) expect(prepare()).toBe(0);
  expect(asked).toBe(1);
});
