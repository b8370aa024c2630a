// `npm run adbench -- <folder>` (or ADBENCH_DIR): checks the programs in examples/adbench against the JSON files of the
// folder: ADBench's inputs with reference values. The files are not part of this project.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { node, root } from "./process.mjs";

const folder = process.argv[2] ?? process.env.ADBENCH_DIR;
if (folder === undefined) {
  console.error("usage: npm run adbench -- <folder with gmm_*.json, ba_*.json, lstm_*.json, hand_*.json>");
  process.exit(2);
}
node(["scripts/build.mjs"]);
const { compile } = await import("./programs.mjs");
const [module] = await compile(["test/golden/adbench-files.ts"]);
const { checkAdbench } = await import(pathToFileURL(join(root, module)).href);

const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const problems = names.map((name) => [name, read(name)]);
const model = problems.find(([, file]) => file.problem === "hand_model")?.[1];

let [passed, total] = [0, 0];
for (const [name, file] of problems.filter(([, { problem }]) => problem !== "hand_model")) {
  const started = performance.now();
  const checks = Object.entries(checkAdbench(file, model));
  const time = `${(performance.now() - started).toFixed(0)} ms`;
  const wrong = checks.filter(([, sentences]) => sentences.length > 0);
  console.log(`${name}: ${checks.length - wrong.length} of ${checks.length} (${time})`);
  for (const [what, sentences] of wrong) console.log(`  ${what}:\n    ${sentences.join("\n    ")}`);
  passed += checks.length - wrong.length;
  total += checks.length;
}
console.log(`${passed} of ${total} passed`);
if (passed < total || total === 0) process.exitCode = 1;
