/** What a user's bundler makes of the package: small where little is used, and nothing to complain of. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildResult, build } from "esbuild";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeModules } from "../../scripts/modules.mjs";

// The package's modules as the build makes them for dist, from the sources as they are now.
const folder = mkdtempSync(join(tmpdir(), "cotangent-"));
beforeAll(async () => {
  await writeModules(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", sideEffects: false }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bundle {
  readonly text: string;
  readonly gzipped: number;
  readonly warnings: readonly string[];
}

const bundle = async (program: string): Promise<Bundle> => {
  const result: BuildResult<{ write: false }> = await build({
    stdin: { contents: program, resolveDir: folder, loader: "js" },
    alias: {
      cotangent: join(folder, "index.js"),
      "cotangent/numpy": join(folder, "numpy/index.js"),
    },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild made no bundle");
  return {
    text: file.text,
    gzipped: gzipSync(file.contents, { level: 9 }).length,
    warnings: result.warnings.map((w) => w.text),
  };
};

describe("a bundle", () => {
  it("of grad, vmap and what they need stays under 30 kB gzipped", async () => {
    const { gzipped, warnings } = await bundle(`
      import { grad, vmap } from "cotangent";
      import { mul, sin } from "cotangent/numpy";
      export const slopes = vmap(grad((x) => mul(x, sin(x))));
    `);
    expect(warnings).toEqual([]);
    expect(gzipped).toBeGreaterThan(5_000);
    expect(gzipped).toBeLessThan(30_000);
  });

  // esbuild keeps all of a namespace that one module exports to another; Rollup's kind, which Vite uses, does not.
  it("by Vite's bundler pays for no more of np than it names", async () => {
    const size = async (program: string): Promise<number> => {
      const input = join(folder, "program.js");
      writeFileSync(input, program);
      const user = await rolldown({ input });
      const { output } = await user.generate({ minify: true });
      await user.close();
      return gzipSync(output[0].code, { level: 9 }).length;
    };
    const named = await size(
      `import { grad } from "./index.js"; import { sin } from "./numpy/index.js"; export const f = grad(sin);`,
    );
    const through = await size(`import { grad, np } from "./index.js"; export const f = grad(np.sin);`);
    expect(through).toBeLessThan(named + 100);
  });

  it("of the errors alone leaves the rest out", async () => {
    const { gzipped, text, warnings } = await bundle(`export { ShapeError } from "cotangent";`);
    expect(warnings).toEqual([]);
    expect(text).toContain("ShapeError");
    expect(gzipped).toBeLessThan(10_000);
  });

  it("runs, and differentiates", async () => {
    const { text } = await bundle(`
      import { grad } from "cotangent";
      import { sin } from "cotangent/numpy";
      export const slope = grad((x) => sin(x))(1).item();
    `);
    const url = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
    const { slope } = (await import(/* @vite-ignore */ url)) as { readonly slope: number };
    expect(slope).toBeCloseTo(Math.cos(1), 14);
  });
});
