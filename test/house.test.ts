/**
 * The structure of the sources as facts: layers, cycles, sizes, no holes in the types, nothing that runs on import,
 * every primitive in the catalogue. The rules are tried on planted violations first.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "../src/primitives/catalogue.js";
import {
  cycles,
  holes,
  layerViolations,
  lineLimit,
  longFiles,
  mutableState,
  packageViolations,
  sideEffects,
} from "./support/house.js";
import { blank, importsOf, resolveImport, type Sources, topLevel } from "./support/source.js";

const src = fileURLToPath(new URL("../src", import.meta.url));
const sources: Sources = new Map(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => [path, readFileSync(join(src, path), "utf8")]),
);

/** The module state that exists, each with its reason. */
const state: Readonly<Record<string, string>> = {
  "compile/allocator.ts kept": "what the memory allocator keeps for the next results: it is told once",
  "compile/compiler.ts exact": "compiled programs, weakly by their graphs",
  "compile/compiler.ts fused": "the same, with fused rounding",
  "control/closed.ts derived":
    "graphs made of a graph, weakly by that graph: made once, so that compiled code is found again",
  "graph/context.ts current": "the interpreter in charge: the one piece of state that changes meaning",
  "kernel/fft/plan.ts kept":
    "roots of unity and room to work in of the last lengths transformed, a few of them",
  "kernel/fft/plan.ts keptReal": "the same for real transforms",
  "kernel/fft/plan.ts room": "the memory in which these transforms run; left with them",
  "kernel/linalg/lu.ts kept":
    "the factors of a matrix, weakly by the matrix: a solve and its derivatives share them",
  "kernel/linalg/pseudo.ts kept": "the same for singular value decompositions and least squares",
  "tensor/fluent.ts methods":
    "what the methods of tensors do; given once, by the doors through which tensors are made",
  "kernel/matmul.ts large": "the product of large matrices; given once, by the functions that make arrays",
  "kernel/fours.ts large": "the same of a large matrix and a vector",
  "compile/wasm/long-products.ts shapes":
    "kernels of those by shape, made once a shape has had work for them, at most 64",
  "kernel/gathered.ts shared": "the tile of convolutions: assembled once, on first use",
  "kernel/elementwise.ts longLoops":
    "the loops over large tensors; given once, by the functions that make arrays",
  "kernel/reduce.ts longFolds": "the same of reductions",
  "kernel/reduce.ts rowFolds": "reductions by rows; given once, by the functions that make arrays",
  "kernel/move.ts planeCopy": "copies by tiles; given once, by the same",
  "compile/wasm/long-loops.ts made":
    "those loops, weakly by their programs: made once an operation has had work for them",
  "kernel/tile.ts shared": "the machine's tile kernels: assembled once, on first use",
  "compile/diagonals.ts found": "the diagonals of constants, looked for once and weakly kept",
  "compile/wasm/heap.ts shared": "the one memory of compiled programs: each reserves gigabytes of addresses",
  "compile/wasm/library.ts families": "the kernels that all compiled programs share: assembled on first use",
  "compile/wasm/fold-family.ts family": "those of folds, shared with reductions of large tensors",
  "compile/wasm/program.ts modules": "the last few modules by their bytes, at most 64: immutable",
  "numpy/convert.ts recent": "the last few constants made of bare numbers: immutable, at most sixteen",
  "transforms/jit-cache.ts exact": "what jit has staged, weakly by the user's function",
  "transforms/jit-cache.ts fused": "the same, with fused rounding",
  "primitives/compare.ts selectKernels": "generated loops, one for each dtype",
};

describe("the sources", () => {
  it("are there to be read", () => {
    expect(sources.size).toBeGreaterThan(20);
    expect([...sources.values()].flatMap(importsOf).length).toBeGreaterThan(sources.size);
  });

  it("import from their own layer or a lower one", () => expect(layerViolations(sources)).toEqual([]));
  it("load each other in no circle", () => expect(cycles(sources)).toEqual([]));
  it(`stay within ${lineLimit} lines a file`, () => expect(longFiles(sources)).toEqual([]));
  it("have no any, no silenced compiler, no default export, no export *", () =>
    expect(holes(sources)).toEqual([]));
  it("load fp-ts by module and nothing of a platform", () => expect(packageViolations(sources)).toEqual([]));
  it("do nothing when they are imported", () => expect(sideEffects(sources)).toEqual([]));
  it("keep no state but what is listed here", () => {
    expect([...mutableState(sources)].sort()).toEqual(Object.keys(state).sort());
  });
});

describe("the rules find", () => {
  const of = (files: Readonly<Record<string, string>>): Sources => new Map(Object.entries(files));

  it("an import from above, also of a type, a room without a layer and a file that is not there", () => {
    const files = of({
      "tensor/shape.ts": 'import type { Graph } from "../graph/graph.js";\n',
      "graph/graph.ts": 'import { shape } from "../tensor/shape.js";\nimport { a } from "./missing.js";\n',
      "numpy/math.ts": 'export { grad } from "../transforms/grad.js";\n',
      "transforms/grad.ts": 'import {\n  sin,\n  cos,\n} from "../numpy/math.js";\n',
      "index.ts": 'export { grad } from "./transforms/grad.js";\n',
      "attic/old.ts": "",
    });
    expect(layerViolations(files)).toEqual([
      "attic/old.ts is in no layer",
      "tensor/shape.ts imports graph/graph.ts from a layer above",
      "graph/graph.ts imports ./missing.js, which is no file of src",
      "numpy/math.ts imports transforms/grad.ts from a layer above",
    ]);
  });

  it("a circle of modules, and none through types alone", () => {
    const files = of({
      "a.ts": 'import { b } from "./b.js";\n',
      "b.ts": 'import { type C } from "./c.js";\n',
      "c.ts": 'export { a } from "./a.js";\n',
      "d.ts": 'import type { E } from "./e.js";\n',
      "e.ts": 'import { d } from "./d.js";\n',
      "f.ts": 'import { f } from "./f.js";\n',
    });
    expect(cycles(files)).toEqual(["a.ts -> b.ts -> c.ts -> a.ts", "f.ts -> f.ts"]);
  });

  it("a file too long", () => {
    const files = of({ "tensor/a.ts": "\n".repeat(lineLimit), "tensor/b.ts": "\n".repeat(lineLimit + 1) });
    expect(longFiles(files)).toEqual([`tensor/b.ts has ${lineLimit + 1} lines, more than ${lineLimit}`]);
  });

  it("holes in the types, and not where the words stand in comments or strings", () => {
    const files = of({
      "tensor/a.ts":
        "const f = (x: any): void => g(x as any);\nconst h = <any>x;\nlet xs: any[];\nlet m: Map<string, any>;\n",
      "tensor/b.ts":
        '// any: any as any\nconst s = "x as any";\nconst t = `: any ${s} <any>`;\nexport const any = (x: Tensor): Tensor => x;\n',
      "tensor/c.ts":
        "// @ts-ignore\nexport default 1;\nexport * from './a.js';\nexport * as a from './a.js';\nexport { x as default };\n",
      "numpy/utils.ts": "",
    });
    expect(holes(files)).toEqual([
      "tensor/a.ts:1 has the type any",
      "tensor/a.ts:2 has the type any",
      "tensor/a.ts:3 has the type any",
      "tensor/a.ts:4 has the type any",
      "tensor/c.ts:2 has a default export",
      "tensor/c.ts:5 has a default export",
      "tensor/c.ts:3 has export *",
      "tensor/c.ts:1 silences the compiler",
      "numpy/utils.ts is named for nothing that it holds",
    ]);
  });

  it("packages that are not allowed where they stand", () => {
    const files = of({
      "tensor/a.ts": 'import { readFileSync } from "fs";\nimport { pipe } from "fp-ts/function";\n',
      "tensor/b.ts": 'import { pipe } from "fp-ts/lib/function.js";\nimport fc from "fast-check";\n',
      "testing/c.ts": 'import fc from "fast-check";\nimport { test } from "node:test";\n',
      "kernel/d.ts": 'import { pipe } from "fp-ts/lib/function.js";\nimport { e } from "./e";\n',
      "tensor/f.ts": 'const g = await import("./a.js");\n',
    });
    expect(packageViolations(files)).toEqual([
      "tensor/a.ts imports fs, a built-in of Node",
      "tensor/a.ts imports fp-ts/function, which is not among the packages it may use",
      "tensor/b.ts imports fast-check, which is not among the packages it may use",
      "testing/c.ts imports node:test, a built-in of Node",
      "kernel/d.ts imports fp-ts/lib/function.js, and runs once per operation",
      "kernel/d.ts imports ./e without .js",
      "tensor/f.ts imports ./a.js while running",
    ]);
  });

  it("what runs on import", () => {
    const files = of({
      "a.ts":
        'import "./b.js";\nregister(sin);\nexport const x = {\n  y: 1,\n};\nx.y = 2;\nfor (const k of x) {\n  f(k);\n}\n',
      "b.ts":
        "/** register(sin); */\nexport const t = `\nregister(cos);\n`;\nexport const f = (\n  a: number,\n): number => {\n  g(a);\n};\n",
    });
    expect(sideEffects(files)).toEqual([
      "a.ts imports ./b.js for its effect",
      "a.ts:2 runs on import: register(sin);",
      "a.ts:6 runs on import: x.y = 2;",
      "a.ts:7 runs on import: for (const k of x) {",
    ]);
  });

  it("state in modules", () => {
    const files = of({
      "a.ts":
        "let current: Trace | null = null;\nexport let count = 0;\nconst cache = new Map<string, number>();\nconst weak: WeakMap<object, F> = new WeakMap();\n",
      "b.ts":
        "const list: Tensor[] = [];\nconst table: Record<string, F> = {};\nconst none: readonly F[] = [];\nconst known: ReadonlySet<string> = new Set();\nconst scalar: Shape = [];\nconst f = (): void => {\n  let x = 1;\n};\n",
    });
    expect(mutableState(files)).toEqual([
      "a.ts current",
      "a.ts count",
      "a.ts cache",
      "a.ts weak",
      "b.ts list",
      "b.ts table",
    ]);
  });
});

describe("reading sources", () => {
  it("tells code from comments, literals and regular expressions", () => {
    const text = "const a = /[/\"]`/.test(b) / c; // it's\nconst d = `x ${e(`y ${'}'}`)} z`; /* { */ f";
    const code = blank(text, "blank");
    expect(code).toHaveLength(text.length);
    expect(
      code
        .replace(/ +/g, " ")
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(["const a = / /.test(b) / c;", "const d = ` ${e(` ${' '}`)} `; f"]);
  });

  it("finds the statements of the top level", () => {
    expect(topLevel("const a = [\n1,\n];\nclass B {\nc(): void {}\n}\nd();\n").map((s) => s.line)).toEqual([
      1, 4, 7,
    ]);
  });

  it("resolves paths", () => {
    expect(resolveImport("graph/tree.ts", "../tensor/shape.js")).toBe("tensor/shape.ts");
    expect(resolveImport("index.ts", "./numpy/index.js")).toBe("numpy/index.ts");
    expect(resolveImport("index.ts", "fp-ts/lib/Either.js")).toBeNull();
  });
});

/** The primitives that modules export, as operations with their records on them, and the catalogue leaves out. */
const unlisted = (
  modules: readonly Readonly<Record<string, unknown>>[],
  listed: readonly unknown[],
): readonly string[] =>
  modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) =>
      typeof value === "function" && "primitive" in value && !listed.includes(value.primitive) ? [name] : [],
    ),
  );

describe("the catalogue", () => {
  it("lists every primitive, once", async () => {
    const paths = [...sources.keys()].filter((path) => path.startsWith("primitives/"));
    const modules = await Promise.all(
      paths.map((path) => import(join(src, path)) as Promise<Readonly<Record<string, unknown>>>),
    );
    expect(unlisted(modules, []).length).toBeGreaterThanOrEqual(catalogue.length);
    expect(unlisted(modules, catalogue)).toEqual([]);
    const names = catalogue.map((primitive) => primitive.name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("would be found wanting", () => {
    const operation = (primitive: object): object => Object.assign(() => 0, { primitive });
    const [listed, forgotten] = [{ name: "a" }, { name: "b" }];
    expect(unlisted([{ a: operation(listed), b: operation(forgotten), c: () => 0 }], [listed])).toEqual([
      "b",
    ]);
  });
});
