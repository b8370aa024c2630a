/** The package as package.json describes it: each entry exists, and says what it exports name by name. */
import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { topLevel } from "../support/source.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Entry {
  readonly types: string;
  readonly default: string;
}
interface Manifest {
  readonly exports: Readonly<Record<string, Entry | string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly sideEffects: boolean;
}
const manifest = JSON.parse(read("package.json")) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([path, entry]) =>
  typeof entry === "string" ? [] : [[path, entry] as const],
);

describe.each(entries)("the entry %s", (path, entry) => {
  const source = entry.default.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts");

  it("is compiled from a source that exists, and has types before code", () => {
    expect(Object.keys(entry)).toEqual(["types", "default"]);
    expect(entry.types).toBe(entry.default.replace(/\.js$/, ".d.ts"));
    expect(existsSync(join(root, source))).toBe(true);
    expect(source).toBe(path === "." ? "src/index.ts" : `src/${path.slice(2)}/index.ts`);
  });

  it("consists of imports and named exports", () => {
    const statements = topLevel(read(source)).map((s) => s.text);
    expect(statements).not.toEqual([]);
    expect(statements.filter((s) => !/^(?:import\b|export (?:type )?\{|export const \w+)/.test(s))).toEqual(
      [],
    );
  });
});

describe("the package", () => {
  it("exports every transformation from its root", async () => {
    const root: Readonly<Record<string, unknown>> = await import("../../src/index.js");
    const promised = [
      ...[
        "grad",
        "valueAndGrad",
        "jvp",
        "vjp",
        "linearize",
        "linearTranspose",
        "jacfwd",
        "jacrev",
        "jacobian",
      ],
      ...[
        "hessian",
        "hvp",
        "elementwiseGrad",
        "vmap",
        "stopGradient",
        "customJvp",
        "customVjp",
        "checkpoint",
      ],
      ...["evalShape", "makeGraph"],
    ];
    expect(promised.filter((name) => typeof root[name] !== "function")).toEqual([]);
  });

  it("depends on fp-ts alone and has no side effects", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["fp-ts"]);
    expect(manifest.sideEffects).toBe(false);
  });

  it("contains what is compiled and what is to be read, nothing else", () => {
    const listed = execSync("npm pack --dry-run --json --ignore-scripts", {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const parsed: unknown = JSON.parse(listed);
    const [pack] = Object.values(parsed as Readonly<Record<string, { files: readonly { path: string }[] }>>);
    const paths = pack?.files.map((file) => file.path) ?? [];
    const other = paths.filter((path) => !/^dist\/.*\.(?:js|d\.ts|js\.map)$/.test(path)).sort();
    expect(other).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  it("names no registry in its lockfile", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });
});
