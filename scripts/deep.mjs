// `npm run test:deep`: the laws, the elementary functions and the random programs at 1,000 cases and more each, and the long runs at full length (COTANGENT_RUNS changes the number).
import { node } from "./process.mjs";

node(
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "test/laws",
    "test/expr",
    "test/programs",
    "test/soak",
    "--testTimeout=240000", // a law of an expensive operation is 30 seconds at 1,000 cases
    ...process.argv.slice(2),
  ],
  {
    COTANGENT_RUNS: process.env.COTANGENT_RUNS ?? "1000",
  },
);
