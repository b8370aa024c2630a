// Compiles src to dist from nothing, so that a renamed source leaves no stale module in the package.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { node, root } from "./process.mjs";

rmSync(join(root, "dist"), { recursive: true, force: true });
node(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
