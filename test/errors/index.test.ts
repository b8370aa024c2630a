/** The error index, `docs/errors.md`, held to what the library does: every entry is run. */
import { readFileSync } from "node:fs";
import * as cotangent from "cotangent";
import * as debug from "cotangent/debug";
import * as lax from "cotangent/lax";
import * as linalg from "cotangent/linalg";
import * as tape from "cotangent/tape";
import { describe, expect, it } from "vitest";
import { expectIntact, expectManner } from "./harness.js";

const text = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

interface Entry {
  readonly title: string;
  readonly error: string;
  readonly code: string;
  readonly wrong: string;
  readonly message: string;
  readonly remedy: string;
  readonly right: string;
}

const sections = text.split(/^## /m).slice(1);
const entries = sections.flatMap((section): readonly Entry[] => {
  const [, error, code] = /^`(\w+)` \(code `([\w-]+)`\)\n/.exec(section) as RegExpExecArray;
  return section
    .split(/^### /m)
    .slice(1)
    .map((entry) => {
      const parts = /^(.+)\n\n```ts\n(.+)\n```\n\n> (.+)\n\n(.+)\n\n```ts\n(.+)\n```\n+$/.exec(entry);
      if (parts === null) throw new Error(`${entry.split("\n")[0]} has not the form of an entry`);
      const [, title, wrong, message, remedy, right] = parts;
      return { title, error, code, wrong, message, remedy, right } as Entry;
    });
});

/** What a program of the page sees: the root's names, and the rooms by theirs. */
const scope: Readonly<Record<string, unknown>> = {
  ...cotangent,
  TapeUsedError: tape.TapeUsedError,
  NanError: debug.NanError,
  debug,
  lax,
  linalg,
  tape,
};
const names = Object.keys(scope);
const run = (program: string): unknown => new Function(...names, program)(...Object.values(scope));

describe("docs/errors.md", () => {
  it("has a section for every error class", () => {
    const classes = names.filter((name) => name.endsWith("Error") && name !== "CotangentError");
    expect([...new Set(entries.map(({ error }) => error))].sort()).toEqual(classes.sort());
  });

  it.each(entries)("$title", ({ error, code, wrong, message, remedy, right }) => {
    let thrown: unknown;
    try {
      run(wrong);
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBeInstanceOf(cotangent.CotangentError);
    const found = thrown as cotangent.CotangentError;
    // where the program stands is no part of the page
    const said = found.message.replace(/, called at [^;]+/, "");
    expect({ error: found.name, code: found.code, message: said }).toEqual({ error, code, message });
    expectManner(message);
    expect(remedy).toMatch(/\. .+\.$/);
    expectIntact();
    run(right);
    expectIntact();
  });
});

describe("the codes", () => {
  it("are stable, and each of one class", () => {
    const codes = Object.fromEntries(entries.map(({ error, code }) => [error, code]));
    expect(codes).toEqual({
      ShapeError: "shape",
      AxisError: "axis",
      DTypeError: "dtype",
      IndexError: "index",
      ArgumentError: "argument",
      TreeError: "tree",
      NonScalarOutputError: "non-scalar-output",
      ConcretizationError: "concretization",
      EscapedTracerError: "escaped-tracer",
      LinearityError: "linearity",
      OperatorError: "operator",
      UnboundAxisError: "unbound-axis",
      LinAlgError: "linalg",
      TapeUsedError: "tape-used",
      NanError: "nan",
    });
  });
});
