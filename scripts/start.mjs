// `npm start`: from a fresh clone to the tour. Installs what is missing, builds, runs examples/tour/main.ts.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { node, npm, root } from "./process.mjs";

// npm writes this file last: without it an install is absent or was cut short.
if (!existsSync(join(root, "node_modules", ".package-lock.json"))) npm("ci --no-fund --no-audit");
node(["scripts/build.mjs"]);
const { compile } = await import("./programs.mjs");
node(["--enable-source-maps", ...(await compile(["examples/tour/main.ts"])), ...process.argv.slice(2)]);
