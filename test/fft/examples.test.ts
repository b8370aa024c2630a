/** The examples of the docstrings say what the functions give. */
import type { Tensor } from "cotangent";
import * as fft from "cotangent/fft";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";

const examples = docExamples("fft");

describe("docstrings", () => {
  it("have an example for every function", () => {
    const shown = examples.map(({ expression }) => /fft\.(\w+)/.exec(expression)?.[1]);
    expect(Object.keys(fft).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it.each(examples)("$expression", ({ expression, expected }) => {
    const got = (new Function("fft", `return ${expression};`)(fft) as Tensor).toArray() as unknown[];
    const [flat, wanted] = [got.flat(3), [expected].flat(4)] as number[][];
    expect(flat?.length).toBe(wanted?.length);
    wanted?.forEach((value, i) => {
      expect(Math.abs((flat?.[i] as number) - value)).toBeLessThanOrEqual(1e-14);
    });
  });
});
