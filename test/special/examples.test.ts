/** The examples of the docstrings say what the functions give. */
import type { Tensor } from "cotangent";
import * as special from "cotangent/special";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";

const examples = docExamples("special");

describe("docstrings", () => {
  it("have an example for every function", () => {
    const shown = examples.map(({ expression }) => /special\.(\w+)/.exec(expression)?.[1]);
    expect(Object.keys(special).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it.each(examples)("$expression", ({ expression, expected }) => {
    const got = new Function("special", `return ${expression};`)(special) as Tensor;
    const [flat, wanted] = [[got.toArray()].flat(3), [expected].flat(3)] as number[][];
    expect(flat?.length).toBe(wanted?.length);
    wanted?.forEach((value, i) => {
      expect(Math.abs((flat?.[i] as number) - value)).toBeLessThanOrEqual(2e-15 * Math.abs(value));
    });
  });
});
