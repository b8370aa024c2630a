// Turns TypeScript programs into modules that Node 20 can run. `cotangent` stays an import, which Node resolves to
// dist through the package's own exports map: programs meet the package exactly as users do.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./process.mjs";

/** Compiles the entries (paths from the root) into `.build`; returns the paths of the modules made. */
export const compile = async (entries) => {
  const missing = entries.filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`no such program: ${missing.join(", ")}`);
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: ".build",
    outbase: ".",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    tsconfigRaw: "{}",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
  return entries.map((entry) => join(".build", entry.replace(/\.ts$/, ".mjs")));
};
