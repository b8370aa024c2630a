/** What a user's bundler makes of the package: small where little is used, and nothing to complain of. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeModules } from "../../scripts/modules.mjs";
import { type Bundle, bundle as bundleOf } from "../support/bundles.js";

// The package's modules as the build makes them for dist, from the sources as they are now.
const folder = mkdtempSync(join(tmpdir(), "cotangent-"));
beforeAll(async () => {
  await writeModules(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", sideEffects: false }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundle = (program: string): Promise<Bundle> => bundleOf(folder, program);

/** What everything stands on: tensors, their methods, arithmetic and movement. */
const ground = ["expr", "graph", "kernel", "numpy", "primitives", "tensor"];
/** Kernels of operations that a program has not named. */
const special = [
  "kernel/(bessel|conv|cumulative|entropy|gamma|gather|incomplete|quadrature|radix|sampling|sort|zeta)",
  "primitives/(conv|gather|sampling|sort|special-several|svd|orthogonal)",
];

interface Import {
  readonly program: string;
  /** Bytes, gzipped: a little above what it takes. */
  readonly most: number;
  /** The folders of src that are in it, and patterns of sources that are not. */
  readonly rooms: readonly string[];
  readonly lacks: readonly string[];
}

const imports: Readonly<Record<string, Import>> = {
  "grad and vmap": {
    program: `
      import { grad, vmap } from "cotangent";
      import { mul, sin } from "cotangent/numpy";
      export const slopes = vmap(grad((x) => mul(x, sin(x))));
    `,
    most: 30_000,
    rooms: [...ground, "interpreters", "transforms"],
    lacks: [...special, "kernel/(fft|linalg|tile|blocked|wasm|threefry)", "transforms/(jit|jacobian|custom)"],
  },
  "np.sum": {
    program: `export { sum } from "cotangent/numpy";`,
    most: 22_500,
    rooms: ground,
    lacks: [...special, "kernel/(fft|linalg|tile|blocked|wasm|threefry)", "primitives/(factor|fft|solve)"],
  },
  jit: {
    program: `
      import { jit } from "cotangent";
      import { mul, sin } from "cotangent/numpy";
      export const compiled = jit((x) => mul(x, sin(x)));
    `,
    most: 85_000,
    rooms: [...ground, "compile", "control", "interpreters", "transforms"],
    // of control flow only calls; no other transformation
    lacks: [
      ...special,
      "kernel/(fft|linalg)",
      "control/(scan|while|branch|custom)",
      "transforms/(grad|vmap|linear)",
    ],
  },
  "linalg.cholesky": {
    program: `export { cholesky } from "cotangent/linalg";`,
    most: 28_000,
    rooms: [...ground, "linalg"],
    lacks: [...special, "kernel/(fft|linalg/(eig|lu|pseudo|qr|reflectors|svd))", "primitives/(fft|solve)"],
  },
  "fft.fft": {
    program: `export { fft } from "cotangent/fft";`,
    most: 28_000,
    rooms: [...ground, "fft"],
    lacks: [...special, "kernel/(linalg|tile|blocked|threefry)", "fft/(several|frequencies)"],
  },
  "optim.adam": {
    program: `export { adam } from "cotangent/optim";`,
    most: 28_000,
    rooms: [...ground, "optim", "transforms"],
    lacks: [
      ...special,
      "kernel/(fft|linalg|threefry)",
      "transforms/(grad|differentiate|vmap|jit)",
      "optim/(lbfgs|line-search|least-squares|newton-cg|minimize|schedules|variables)",
    ],
  },
  "random.normal": {
    program: `export { key, normal } from "cotangent/random";`,
    most: 26_500,
    rooms: [...ground, "random"],
    lacks: [
      ...special,
      "kernel/(fft|linalg|tile|blocked)",
      "random/(gamma|discrete|categories|matrices|order)",
    ],
  },
};

describe("a bundle", () => {
  it.each(Object.entries(imports))("of %s holds what it needs and no more", async (_, wanted) => {
    const { gzipped, sources, warnings } = await bundle(wanted.program);
    expect(warnings).toEqual([]);
    const rooms = [...new Set(sources.map((path) => path.split("/")[0]))].sort();
    // a constant that calls or computes (2 ** 40) stays in every bundle: a literal or a pure call does not
    expect(rooms).toEqual([...wanted.rooms].sort());
    expect(
      sources.filter((path) => wanted.lacks.some((pattern) => new RegExp(`^${pattern}`).test(path))),
    ).toEqual([]);
    expect(gzipped, "bytes, gzipped").toBeLessThanOrEqual(wanted.most);
    // a bound far above what it takes would hold nothing
    expect(gzipped, "bytes, gzipped").toBeGreaterThan(0.9 * wanted.most);
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

  it("is made of entries that export their own names and no others", async () => {
    const rooms = ["index", "fft", "lax", "linalg", "nn", "numpy", "optim", "random", "special", "tape"];
    for (const room of rooms) {
      const path = room === "index" ? room : `${room}/index`;
      const built = (await import(
        /* @vite-ignore */ pathToFileURL(join(folder, `${path}.js`)).href
      )) as object;
      const source = (await import(/* @vite-ignore */ `../../src/${path}.js`)) as object;
      expect(Object.keys(built).sort(), room).toEqual(Object.keys(source).sort());
    }
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
