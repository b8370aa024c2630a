// `npm run bench -- [options]`: builds the package and measures it beside its rivals; bench/README.md has the options.
// Timings inform; they never gate.
import { node, root } from "./process.mjs";

node(["scripts/build.mjs"]);
node(["bench/run.mjs", ...process.argv.slice(2)], { PROJECT_DIR: process.env.PROJECT_DIR ?? root });
