/** Every TypeScript block of the README runs by itself and prints what its comments say. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);

/** What stands in comments after `console.log(...);`, or on the lines below it. */
const promised = (block: string): string =>
  block
    .split("\n")
    .flatMap(
      (line) => /^\s*console\.log\(.*\); \/\/ (.*)$/.exec(line)?.[1] ?? /^\/\/ (.*)$/.exec(line)?.[1] ?? [],
    )
    .join("\n");

const folder = join(root, ".build", "readme");

afterEach(() => {
  vi.restoreAllMocks();
});

describe("README", () => {
  it("has blocks, and every one prints", () => {
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) expect(promised(block), block).not.toBe("");
  });

  it("names the scripts of the package", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] as string);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  for (const [i, block] of blocks.entries()) {
    it(`block ${i + 1} prints what it says`, async () => {
      const lines: string[] = [];
      vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => {
        lines.push(parts.map((part) => (typeof part === "string" ? part : inspect(part))).join(" "));
      });
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `block-${i + 1}.ts`);
      writeFileSync(file, block);
      await import(file);
      expect(lines.join("\n")).toBe(promised(block));
    });
  }
});
