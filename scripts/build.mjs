// Compiles src to dist from nothing, so that a renamed source leaves no stale module in the package, and marks what
// bundlers may leave out. The marks move columns on their lines of the source maps, never lines.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node, root } from "./process.mjs";
import { markPure } from "./pure.mjs";

const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
node(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  if (!path.endsWith(".js")) continue;
  const file = join(dist, path);
  writeFileSync(file, markPure(readFileSync(file, "utf8")));
}
