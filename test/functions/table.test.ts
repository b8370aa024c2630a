/** The table in the documentation is what the functions do now; `npm run coverage-table` writes it. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { table } from "./table.js";

const file = new URL("../../docs/coverage.md", import.meta.url);

it("docs/coverage.md is up to date", () => {
  const made = table();
  if (process.env.COVERAGE_TABLE === "write") writeFileSync(file, made);
  expect(readFileSync(file, "utf8")).toBe(made);
}, 240_000);
