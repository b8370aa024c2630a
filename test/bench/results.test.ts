/** The page of results is what its script makes of the runs that are kept beside it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cases } from "../../bench/lib/cases.mjs";
import { page } from "../../bench/lib/page.mjs";

const bench = new URL("../../bench/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, bench), "utf8");
interface Run {
  readonly cases: readonly { readonly id: string; readonly rows: readonly { readonly ok?: boolean }[] }[];
}
const [programs, arrays] = ["programs", "arrays"].map(
  (name) => JSON.parse(read(`results/${name}.json`)) as Run,
) as [Run, Run];

it("shows the runs in bench/results (node bench/report.mjs writes it)", () =>
  expect(page(programs, arrays)).toBe(read("RESULTS.md")));

it("has no case that the benchmark has not", () =>
  expect(programs.cases.filter((c) => !cases.some(({ id }) => id === c.id))).toEqual([]));

it("counts right answers of this library alone", () => {
  type Row = { readonly adapter?: string; readonly system?: string; readonly ok?: boolean };
  const ours = [...programs.cases, ...arrays.cases].flatMap(({ id, rows }) =>
    (rows as readonly Row[])
      .filter(({ adapter, system }) => /^cotangent/.test(adapter ?? system ?? ""))
      .map(({ ok }) => [id, ok] as const),
  );
  expect(ours.length).toBeGreaterThan(20);
  expect(ours.filter(([, ok]) => ok !== true)).toEqual([]);
});
