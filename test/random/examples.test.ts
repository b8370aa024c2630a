/** The examples of the docstrings say what the samplers give. */
import { Tensor } from "cotangent";
import * as random from "cotangent/random";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";

const examples = docExamples("random");

describe("docstrings", () => {
  it("have an example for every function", () => {
    const shown = examples.flatMap(({ expression }) =>
      [...expression.matchAll(/random\.(\w+)/g)].map((m) => m[1]),
    );
    expect(Object.keys(random).filter((name) => name !== "Key" && !shown.includes(name))).toEqual([]);
  });

  it.each(examples)("$expression", ({ expression, expected }) => {
    const got: unknown = new Function("random", `return ${expression};`)(random);
    const [flat, wanted] = [got instanceof Tensor ? got.toArray() : got, expected].map((x) =>
      [x].flat(3).map(Number),
    ) as [number[], number[]];
    expect(flat.length).toBe(wanted.length);
    wanted.forEach((value, i) => {
      expect(Math.abs((flat[i] as number) - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
    });
  });
});
