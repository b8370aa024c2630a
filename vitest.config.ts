import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { chosenSeed } from "./test/support/seed.ts";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

const seed = chosenSeed(
  process.env.COTANGENT_SEED,
  ["src", "test"].map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
);
console.log(`random cases: COTANGENT_SEED=${seed}`);

const report = process.env.TEST_REPORT;

// TEST_JIT: every function that is given to a transformation is compiled first (see test/support/jitted.ts).
// Its value is the file to which outcomes are added: `npm run test:jit` makes one in a temporary folder.
const outcomes = process.env.TEST_JIT;
const isJit = outcomes !== undefined;
if (outcomes !== undefined && !isAbsolute(outcomes))
  throw new Error(
    `TEST_JIT=${outcomes} is no absolute path of a file: use npm run test:jit, with files if wanted`,
  );
const jitted = {
  name: "jitted",
  transform: (code: string, id: string): string | undefined =>
    id.endsWith("src/transforms/differentiate.ts")
      ? code.replace(
          /export const call = [^;]*;/,
          `export { callJitted as call } from "../../test/support/jitted.ts"; import { callJitted as call } from "../../test/support/jitted.ts";`,
        )
      : undefined,
};

// Tests and examples import the package by its public name; here that name means the sources, not dist.
export default defineConfig({
  plugins: isJit ? [{ ...jitted, enforce: "pre" }] : [],
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: source("index.ts") },
      { find: /^cotangent\/(.+)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Single tests that say nothing of compiled functions are listed in test/support/uncompiled.ts. Whole files: those
    // that give no function to a transformation; errors, which callJitted takes from the function itself; sums of
    // gradients to the bit, which a compiled part may add in another order.
    exclude: isJit
      ? [
          "test/{graph,kernel,expr,tensor,package,soak,compile,errors}/**",
          "test/{house,readme}.test.ts",
          "test/tape/orders.test.ts",
        ]
      : [],
    pool: "forks",
    setupFiles: ["test/support/seeded.ts", ...(isJit ? ["test/support/jitted-report.ts"] : [])],
    env: { COTANGENT_SEED: String(seed) },
    testTimeout: isJit ? 300_000 : 60_000,
    hookTimeout: 60_000,
    // TEST_REPORT=file: counts as JSON as well, for .ci/run
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
