// `npm run coverage-table`: writes docs/coverage.md, what is tested of every function, by running the checks.
import { node } from "./process.mjs";

node(["node_modules/vitest/vitest.mjs", "run", "test/functions"], { COVERAGE_TABLE: "write" });
