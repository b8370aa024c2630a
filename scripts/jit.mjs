// `npm run test:jit`: the tests of values and derivatives again, with every function that a transformation is given
// compiled first.
import { node } from "./process.mjs";

node(["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], { TEST_JIT: "1" });
