/** The guides for those who come from elsewhere: the right-hand side of every line runs and gives what the line says. */
import { readdirSync, readFileSync } from "node:fs";
import * as cotangent from "cotangent";
import * as lax from "cotangent/lax";
import * as linalg from "cotangent/linalg";
import * as optim from "cotangent/optim";
import * as random from "cotangent/random";
import * as special from "cotangent/special";
import * as tapes from "cotangent/tape";
import { checkGrads } from "cotangent/testing";
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../src/graph/context.js";

const folder = new URL("../docs/", import.meta.url);
const guides = readdirSync(folder).filter((name) => /^(?:from-.*|sharp-bits)\.md$/.test(name));

interface Line {
  readonly there: string;
  readonly here: string;
  readonly gives: string;
}
interface Section {
  readonly title: string;
  readonly preamble: string;
  readonly lines: readonly Line[];
}

const codeOf = (cell: string): string => /^`(.*)`$/.exec(cell.trim())?.[1] ?? "";
const sections = (text: string): readonly Section[] =>
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.split("\n")[0] as string,
      preamble: /^```js\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? "",
      lines: section
        .split("\n")
        .filter((line) => /^\| /.test(line))
        .slice(1)
        .map((line) => {
          const cells = line.split(" | ");
          expect(cells, line).toHaveLength(3);
          const [there, here, gives] = cells as [string, string, string];
          return { there: there.slice(2), here: codeOf(here), gives: codeOf(gives.replace(/\|$/, "")) };
        }),
    }));

// the rooms by their names, but for the tape's, whose functions the guides import: `tape` is a tape of theirs
const scope: Readonly<Record<string, unknown>> = {
  ...cotangent,
  lax,
  linalg,
  optim,
  random,
  special,
  checkGrads,
  ...tapes,
};
/** The value of the last of some statements, after those of the section. */
const run = (preamble: string, program: string): unknown => {
  const end = lastStatement(program);
  const body = `{ ${program.slice(0, end)}\nreturn (${program.slice(end).replace(/;\s*$/, "")}); }`;
  return new Function(...Object.keys(scope), `${preamble}\n${body}`)(...Object.values(scope));
};
/** Where the last statement begins: after the last semicolon that no bracket encloses, or the last block. */
const lastStatement = (program: string): number => {
  let [depth, at] = [0, 0];
  for (let i = 0; i < program.length; i++) {
    const c = program[i] as string;
    if ("([{".includes(c)) depth++;
    if (")]}".includes(c)) depth--;
    const ends = c === ";" || (c === "}" && /^ [\w([]/.test(program.slice(i + 1)));
    if (depth === 0 && ends && program.slice(i + 1).trim() !== "") at = i + 1;
  }
  return at;
};
const show = (value: unknown): string =>
  value === undefined || typeof value === "string" || value instanceof cotangent.Tensor
    ? String(value)
    : value instanceof tapes.Variable
      ? String(value)
      : JSON.stringify(value);

describe.each(guides)("%s", (guide) => {
  const all = sections(readFileSync(new URL(guide, folder), "utf8"));
  it("has tables", () => {
    expect(all.length).toBeGreaterThan(1);
    for (const { title, lines } of all) expect(lines.length, title).toBeGreaterThan(0);
  });
  for (const { title, preamble, lines } of all) {
    it.each(lines)(`${title}: $there`, ({ here, gives }) => {
      expect(here).not.toBe("");
      expect(gives).not.toBe("");
      expect(show(run(preamble, here))).toBe(gives);
      expect(currentInterpreter()).toBeNull();
    });
  }
});

it("statements are told apart", () => {
  expect(run("const a = 1;", "let b = a; for (const c of [1, 2]) { b += c; } b")).toBe(4);
  expect(run("", "[1, 2].map((x) => { const y = x; return y; })")).toEqual([1, 2]);
  expect(() => run("", "nothing")).toThrow();
});
