// Threefry-2x32 against the known answers that its authors publish with Random123.

import { describe, expect, it } from "vitest";
import { threefry2x32 } from "../../src/kernel/threefry.js";

const block = (key: readonly [number, number], counter: readonly [number, number]): number[] => {
  const out = new Uint32Array(2);
  threefry2x32(...key, ...counter, out, 0);
  return [...out];
};

describe("threefry2x32", () => {
  it("gives the known answers for 20 rounds", () => {
    expect(block([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
    expect(block([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(block([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
  });

  it("takes signed and unsigned words alike", () => {
    expect(block([-1, -1], [-1, -1])).toEqual(block([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]));
  });

  it("writes two words where it is told, and nothing else", () => {
    const out = new Uint32Array(5).fill(7);
    threefry2x32(0, 0, 0, 0, out, 2);
    expect([...out]).toEqual([7, 7, 0x6b200159, 0x99ba4efe, 7]);
  });

  it("is a bijection of counters under one key, and changes half of the bits for one bit of input", () => {
    const seen = new Set(Array.from({ length: 1000 }, (_, i) => block([1, 2], [0, i]).join()));
    expect(seen.size).toBe(1000);
    const [a, b] = block([1, 2], [3, 4]) as [number, number];
    let changed = 0;
    for (let bit = 0; bit < 32; bit++) {
      const [c, d] = block([1, 2], [3 ^ (1 << bit), 4]) as [number, number];
      for (const word of [a ^ c, b ^ d]) for (let k = 0; k < 32; k++) changed += (word >>> k) & 1;
    }
    expect(changed / 32 / 64).toBeGreaterThan(0.45);
    expect(changed / 32 / 64).toBeLessThan(0.55);
  });
});
