// `npm run examples [name ...]`: builds the package and runs every example in examples/, or those named.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { node, root } from "./process.mjs";

const every = readdirSync(join(root, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .sort();
const named = process.argv.slice(2).map((name) => `${name.replace(/\.ts$/, "")}.ts`);
const entries = (named.length > 0 ? named : every).map((file) => `examples/${file}`);

node(["scripts/build.mjs"]);
const { compile } = await import("./programs.mjs");
const modules = await compile(entries);
for (const [i, module] of modules.entries()) {
  console.log(`\n--- ${entries[i]} ---`);
  node(["--enable-source-maps", module]);
}
