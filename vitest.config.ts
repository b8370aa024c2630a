import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

const report = process.env.TEST_REPORT;

// Tests and examples import the package by its public name; here that name means the sources, not dist.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: source("index.ts") },
      { find: /^cotangent\/(.+)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // TEST_REPORT=file: counts as JSON as well, for .ci/run
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
