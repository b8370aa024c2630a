/** Under TEST_JIT, around each test file: tests that are left out, and afterwards how the calls of the others went. */
import { appendFileSync } from "node:fs";
import { sep } from "node:path";
import { afterAll, beforeEach, expect } from "vitest";
import { outcomes } from "./jitted.js";
import { uncompiled } from "./uncompiled.js";

interface Named {
  readonly name: string;
  readonly suite?: Named | undefined;
  readonly tasks?: readonly Named[];
}

const reasonsOf = (file: string): Readonly<Record<string, string>> =>
  uncompiled[
    file
      .split(sep)
      .join("/")
      .replace(/^.*\/test\//, "")
  ] ?? {};

const fullName = ({ suite, name }: Named): string =>
  suite === undefined ? name : `${fullName(suite)} ${name}`;

/** Names of all tests in a suite. */
const namesIn = (task: Named, before = ""): readonly string[] =>
  task.tasks === undefined
    ? [`${before} ${task.name}`.trim()]
    : task.tasks.flatMap((inner) => namesIn(inner, `${before} ${task.name}`.trim()));

let file: Named | undefined;

beforeEach(({ task, skip }) => {
  file = task.file as Named;
  const reason = reasonsOf(task.file.filepath)[fullName(task as Named)];
  if (reason !== undefined) skip(reason);
});

afterAll(() => {
  const path = expect.getState().testPath as string;
  const names = new Set(file?.tasks?.flatMap((task) => namesIn(task)));
  const stale = Object.keys(reasonsOf(path)).filter((name) => !names.has(name));
  if (file !== undefined && stale.length > 0)
    throw new Error(`test/support/uncompiled.ts lists no tests of ${path}: ${stale}`);
  const line = { file: path, outcomes: Object.fromEntries(outcomes) };
  appendFileSync(process.env.TEST_JIT as string, `${JSON.stringify(line)}\n`);
});
