/** The examples of the docstrings say what the functions give. */
import { np, type Tensor } from "cotangent";
import * as nn from "cotangent/nn";
import * as random from "cotangent/random";
import { describe, expect, it } from "vitest";
import { docExamples } from "../support/examples.js";

const examples = docExamples("nn");
/** Functions of np under their names here: their examples stand there. */
const elsewhere = ["oneHot", "logsumexp"];

describe("docstrings", () => {
  it("have an example for every function", () => {
    const shown = examples.map(({ expression }) => /nn\.(\w+)/.exec(expression)?.[1]);
    expect(Object.keys(nn).filter((name) => !shown.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });

  it.each(examples)("$expression", ({ expression, expected }) => {
    const got: unknown = new Function("nn", "np", "random", `return ${expression};`)(nn, np, random);
    const flat =
      typeof got === "object" && got !== null && "toArray" in got ? (got as Tensor).toArray() : got;
    const [ours, theirs] = [[flat].flat(9), [expected].flat(9)] as number[][];
    expect(ours?.length).toBe(theirs?.length);
    theirs?.forEach((value, i) => {
      expect(Math.abs((ours?.[i] as number) - value)).toBeLessThanOrEqual(4e-15 * Math.abs(value));
    });
  });
});
