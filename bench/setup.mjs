// Installs the rivals into PEERS_DIR (default: cotangent-peers in the temporary folder). No install scripts are run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PEERS_DIR } from "./lib/peers.mjs";

const packages = [
  "@jax-js/jax@0.1.25",
  "@tensorflow/tfjs@4.22.0",
  "@tensorflow/tfjs-core@4.22.0",
  "@tensorflow/tfjs-backend-cpu@4.22.0",
  "@tensorflow/tfjs-backend-wasm@4.22.0",
  "mathjs@15",
  "numeric@1.2.6",
  "ml-matrix@6.15.1",
  "fft.js@4.0.4",
  "esbuild",
];
mkdirSync(PEERS_DIR, { recursive: true });
const manifest = join(PEERS_DIR, "package.json");
if (!existsSync(manifest)) writeFileSync(manifest, '{"name":"peers","private":true,"type":"module"}\n');
const { status } = spawnSync(`npm install --ignore-scripts --no-audit --no-fund ${packages.join(" ")}`, {
  cwd: PEERS_DIR,
  shell: true,
  stdio: "inherit",
});
process.exit(status ?? 1);
