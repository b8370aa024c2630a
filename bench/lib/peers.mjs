// Resolves peer packages from PEERS_DIR (default: cotangent-peers in the system's temporary folder), the only place that knows where they live.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
export const PEERS_DIR = process.env.PEERS_DIR || join(tmpdir(), "cotangent-peers");
export const peerRequire = createRequire(join(PEERS_DIR, "package.json"));
/** Imports a peer as an ES module when it has an ESM entry, else through require. */
export async function peerImport(name) {
  const dir = join(PEERS_DIR, "node_modules", name);
  const pkg = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const e = pkg.exports?.["."] ?? pkg.exports;
  const esm = e?.import?.default ?? e?.import;
  if (typeof esm === "string") return import(pathToFileURL(join(dir, esm)).href);
  const m = peerRequire(name);
  return m;
}
