// `npm run bench [options]`: builds the package and runs bench/main.ts against it. Timings inform; they never gate.
import { node } from "./process.mjs";

node(["scripts/build.mjs"]);
const { compile } = await import("./programs.mjs");
const modules = await compile(["bench/main.ts"]);
node(["--expose-gc", "--enable-source-maps", ...modules, ...process.argv.slice(2)]);
