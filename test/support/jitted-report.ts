/** Under TEST_JIT, after each test file: how its calls went, one line of JSON for scripts/jit.mjs to add up. */
import { appendFileSync } from "node:fs";
import { afterAll, expect } from "vitest";
import { outcomes } from "./jitted.js";

afterAll(() => {
  const file = expect.getState().testPath;
  appendFileSync(
    process.env.TEST_JIT as string,
    `${JSON.stringify({ file, outcomes: Object.fromEntries(outcomes) })}\n`,
  );
});
