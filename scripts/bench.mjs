// `npm run bench [options]`: builds the package and runs bench/run.mjs against it. Timings inform; they never gate.
import { node } from "./process.mjs";

node(["scripts/build.mjs"]);
node(["--expose-gc", "bench/run.mjs", ...process.argv.slice(2)]);
