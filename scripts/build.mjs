// Makes dist from nothing, so that a renamed source leaves nothing stale: declarations by the compiler, which checks
// on the way, and modules.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { node, root } from "./process.mjs";

rmSync(join(root, "dist"), { recursive: true, force: true });
node(["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
const { writeModules } = await import("./modules.mjs");
await writeModules(join(root, "dist"));
