// `npm run startup`: what importing the package and taking one gradient adds to a bare start of Node.
// Medians of interleaved runs, so that a busy moment of the machine falls on both. Informs; never gates.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node, root } from "./process.mjs";

const runs = 15;
const programs = {
  bare: "",
  gradient: `import { grad, np } from "cotangent";
if (grad((x) => np.mul(x, x))(3).item() !== 6) throw new Error("the gradient of x * x at 3 is not 6");
`,
};

node(["scripts/build.mjs"]);
const folder = join(root, ".build", "startup");
mkdirSync(folder, { recursive: true });
const path = (name) => join(folder, `${name}.mjs`);
for (const [name, text] of Object.entries(programs)) writeFileSync(path(name), text);

const time = (name) => {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [path(name)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return performance.now() - started;
};
const median = (xs) => xs.sort((a, b) => a - b)[xs.length >> 1];

const times = { bare: [], gradient: [] };
for (const name of Object.keys(programs)) time(name);
for (let i = 0; i < runs; i++) for (const name of Object.keys(programs)) times[name].push(time(name));
const [bare, gradient] = [median(times.bare), median(times.gradient)];
const ms = (t) => `${t.toFixed(1)} ms`;
console.log(
  `bare start ${ms(bare)}, import and one gradient ${ms(gradient)}: ratio ${(gradient / bare).toFixed(2)} (target 1.5)`,
);
