/** The vector passes of Fourier transforms are those written in JavaScript, number for number. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Pass, runPass } from "../../src/kernel/fft/passes.js";
import { Room } from "../../src/kernel/fft/room.js";
import { roots } from "../../src/kernel/fft/twiddles.js";
import { runs } from "../support/runs.js";

const passesOf = (radices: readonly number[]): readonly Pass[] => {
  const n = radices.reduce((product, r) => product * r, 1);
  const points = roots(n);
  let stride = 1;
  return radices.map((radix) => {
    const pass = { radix, length: n / stride, stride, points };
    stride *= radix;
    return pass;
  });
};

const room = (): Room => {
  const opened = Room.open();
  if (opened === null) throw new Error("this engine has no vectors");
  return opened;
};

const one = fc.constantFrom(2, 3, 4, 5, 7, 11, 13);
const several = fc
  .array(one, { minLength: 2, maxLength: 5 })
  .filter((radices) => radices.reduce((product, r) => product * r, 1) <= 4000);
const element = fc.double({ min: -1e9, max: 1e9, noNaN: true });

it("for every order of the radices", () => {
  const shared = room();
  fc.assert(
    fc.property(several, fc.array(element, { minLength: 1, maxLength: 9 }), (radices, values) => {
      const passes = passesOf(radices);
      const n = passes[0]?.length as number;
      let from = [0, 3].map((shift) =>
        Float64Array.from(
          { length: n },
          (_, j) => (values[(j * j + shift) % values.length] as number) * (j + 1),
        ),
      ) as [Float64Array, Float64Array];
      const { source, run } = shared.workplace(n, passes);
      source().re.set(from[0]);
      source().im.set(from[1]);
      for (const pass of passes) {
        const to: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
        runPass(pass, ...from, ...to);
        from = to;
      }
      const result = run();
      // adding 0 makes zeros of both signs one: where an imaginary part is 0, a factor of 1 may turn its sign
      expect(result.re.map((x) => x + 0)).toEqual(from[0].map((x) => x + 0));
      expect(result.im.map((x) => x + 0)).toEqual(from[1].map((x) => x + 0));
    }),
    { numRuns: runs },
  );
});

it("in places that stay apart while the memory grows", () => {
  const shared = room();
  const small = shared.workplace(8, passesOf([4, 2]));
  small.source().re.fill(1);
  small.source().im.fill(0);
  const large = shared.workplace(2 ** 16, passesOf([4, 4, 4, 4, 4, 4, 4, 4]));
  large.source().re.fill(7);
  large.source().im.fill(7);
  expect([...small.run().re]).toEqual([8, 0, 0, 0, 0, 0, 0, 0]);
  expect(large.run().re[0]).toBe(7 * 2 ** 16);
  expect(shared.size).toBeGreaterThan(4 * 8 * 2 ** 16);
});
