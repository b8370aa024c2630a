/**
 * Whatever is passed to whatever is exported, in any place: the call succeeds or throws an error of ours, with a
 * message of good manners. No TypeError of JavaScript's from within, and no interpreter left in charge.
 */
import { CotangentError } from "cotangent";
import * as debug from "cotangent/debug";
import * as fp from "cotangent/fp";
import * as tape from "cotangent/tape";
import * as testing from "cotangent/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";
import {
  api,
  expectIntact,
  expectManner,
  type Loose,
  lax,
  linalg,
  np,
  optim,
  random,
  special,
  tree,
} from "./harness.js";

class Foreign {}
const tensor = np.ones([2, 3]);
const junk: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  text: "ab",
  function: () => 1,
  promise: Promise.resolve(1),
  object: { a: 1 },
  fraction: 1.5,
  negative: -7,
  number: 2,
  NaN: Number.NaN,
  bigint: 10n,
  symbol: Symbol("s"),
  boolean: true,
  tensor,
  vector: np.array([1, 2, 3]),
  integers: np.array([1, 0], { dtype: "int32" }),
  list: [1, 2],
  lists: [
    [1, 2],
    [3, 4],
  ],
  ragged: [[1], [2, 3]],
  empty: [],
  map: new Map([[1, 2]]),
  key: random.key(1),
  instance: new Foreign(),
  "axis out of range": { axis: 9 },
  "axis fractional": { axis: 0.5 },
  "axis of text": { axis: "0" },
  "axis twice": { axis: [0, 0] },
  "axis object": { axis: {} },
  "axes for axis": { axes: 0 },
  "unknown dtype": { dtype: "float16" },
};
const kinds = Object.keys(junk);

/** Every list of up to two kinds, and a tensor followed by one of a few and any. */
const calls: readonly (readonly string[])[] = [
  [],
  ...kinds.map((a) => [a]),
  ...kinds.flatMap((a) => kinds.map((b) => [a, b])),
  ...["tensor", "number", "list"].flatMap((b) => kinds.map((c) => ["tensor", b, c])),
];

const rooms: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["", api],
  ["np.", np],
  ["lax.", lax],
  ["random.", random],
  ["special.", special],
  ["tree.", tree],
  ["optim.", optim],
  ["linalg.", linalg],
  ["debug.", debug],
  ["fp.", fp],
  ["tape.", tape],
  ["testing.", testing],
];

const seen = new Set<string>();
const check = (call: () => unknown, path: string): unknown => {
  const result = attempt(call, path);
  if (currentInterpreter() !== null) throw new Error(`${path} left an interpreter in charge`);
  return result;
};
const attempt = (call: () => unknown, path: string): unknown => {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof CotangentError))
      throw new Error(`${path} threw what is not ours`, { cause: error });
    if (!seen.has(error.message)) expectManner(error.message);
    seen.add(error.message);
    return undefined;
  }
};

const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0; // hundreds of thousands of errors: their stacks are what takes the time
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

describe.each(rooms)("%s", (prefix, room) => {
  const functions = Object.entries(room).filter(
    ([name, value]) => typeof value === "function" && !/^[A-Z]/.test(name),
  );
  it.each(functions)("%s answers junk with its own errors", (name, f) => {
    for (const call of calls) {
      const path = `${prefix}${name}(${call.join(", ")})`;
      const result = check(() => (f as Loose)(...call.map((kind) => junk[kind])), path);
      // a transformation gives a function, which meets junk too
      if (typeof result === "function")
        for (const kind of kinds) check(() => (result as Loose)(junk[kind]), `${path}(${kind})`);
    }
    expectIntact();
  });
});
