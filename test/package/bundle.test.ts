/** What a user's bundler makes of the package: small where little is used, and nothing to complain of. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildResult, build, type Plugin, transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { markPure } from "../../scripts/pure.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Bundle {
  readonly code: Uint8Array;
  readonly warnings: readonly string[];
  readonly modules: readonly string[];
}

/** Sources as the build makes them for dist: compiled, and marked with what a bundler may leave out. */
const compiled: Plugin = {
  name: "compiled",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "ts", target: "es2022" });
      return { contents: markPure(code), loader: "js" };
    }),
};

/** Bundles a program for browsers, with the package's public names standing for its sources. */
const bundle = async (program: string): Promise<Bundle> => {
  const result: BuildResult<{ write: false; metafile: true }> = await build({
    absWorkingDir: root,
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    alias: {
      cotangent: "./src/index.ts",
      "cotangent/numpy": "./src/numpy/index.ts",
      "cotangent/lax": "./src/lax/index.ts",
    },
    plugins: [compiled],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error("esbuild made no bundle");
  return {
    code: file.contents,
    warnings: result.warnings.map((w) => w.text),
    modules: Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  };
};

const gzipped = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length;

describe("a bundle", () => {
  it("of grad, vmap and what they need stays under 30 kB gzipped", async () => {
    const { code, warnings } = await bundle(`
      import { grad, vmap } from "cotangent";
      import { mul, sin } from "cotangent/numpy";
      export const slopes = vmap(grad((x) => mul(x, sin(x))));
    `);
    expect(warnings).toEqual([]);
    expect(gzipped(code)).toBeGreaterThan(1_000);
    expect(gzipped(code)).toBeLessThan(30_000);
  });

  it("runs, and differentiates", async () => {
    const { code } = await bundle(`
      import { grad } from "cotangent";
      import { sin } from "cotangent/numpy";
      export const slope = grad((x) => sin(x))(1).item();
    `);
    const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    const { slope } = (await import(/* @vite-ignore */ url)) as { readonly slope: number };
    expect(slope).toBeCloseTo(Math.cos(1), 14);
  });

  it("of the errors alone leaves the transformations out", async () => {
    const { modules, code, warnings } = await bundle(`export { ShapeError } from "cotangent";`);
    expect(
      modules.filter((path) => /src\/(?:transforms|interpreters|primitives|numpy)\//.test(path)),
    ).toEqual([]);
    expect(gzipped(code)).toBeLessThan(5_000);
  });
});
