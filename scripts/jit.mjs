// `npm run test:jit`: the tests of values and derivatives again, with every function that a transformation is given
// compiled first. Prints how many calls ran compiled and why others did not, and fails where those are more than a few.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeStatus } from "./process.mjs";

/** The least share of calls that run compiled, those left out that throw in either way. */
const leastShare = 0.98;

const folder = mkdtempSync(join(tmpdir(), "cotangent-jit-"));
const report = join(folder, "outcomes.jsonl");
const status = nodeStatus(["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], {
  TEST_JIT: report,
});

const total = {};
// files that give no function to a transformation write none
const lines = existsSync(report) ? readFileSync(report, "utf8").trim().split("\n") : [];
for (const line of lines)
  for (const [outcome, count] of Object.entries(JSON.parse(line).outcomes))
    total[outcome] = (total[outcome] ?? 0) + count;
rmSync(folder, { recursive: true });

const { compiled = 0, throws = 0, ...others } = total;
const plain = Object.values(others).reduce((sum, count) => sum + count, 0);
const share = compiled / (compiled + plain);
console.log(
  `\nCalls of functions under transformations: ${compiled} compiled (${(100 * share).toFixed(2)} %)`,
);
for (const [reason, count] of Object.entries(others)) console.log(`  ${count} called as they are: ${reason}`);
console.log(`  ${throws} throw, compiled or not`);
if (!(share >= leastShare)) console.log(`FAILED: fewer than ${100 * leastShare} % were compiled`);
process.exit(status !== 0 ? status : share >= leastShare ? 0 : 1);
