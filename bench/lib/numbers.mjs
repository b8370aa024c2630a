/** What both benchmarks say of times and of the machine. */
import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { PEERS_DIR } from "./peers.mjs";

export const median = (list) => {
  const s = [...list].sort((x, y) => x - y);
  const m = s.length >> 1;
  return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
};

/** Nanoseconds in a unit that suits them. */
export const duration = (ns) => {
  for (const [unit, scale] of [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
  ])
    if (ns < 999.5 * scale) return `${(ns / scale).toPrecision(3)} ${unit}`;
  return `${(ns / 1e9).toPrecision(3)} s`;
};

const peers = [
  "@jax-js/jax",
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "fft.js",
  "mathjs",
  "ml-matrix",
  "numeric",
];

/** Versions of the rivals that are installed. */
export const peerVersions = () => {
  const versions = {};
  for (const name of peers) {
    const file = join(PEERS_DIR, "node_modules", name, "package.json");
    if (existsSync(file)) versions[name] = JSON.parse(readFileSync(file, "utf8")).version;
  }
  return versions;
};

const commit = () => {
  try {
    return execSync("git rev-parse --short HEAD", { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return null;
  }
};

/** Where and when a run is made, and how busy the machine is as it begins. */
export const machine = () => ({
  date: new Date().toISOString(),
  // where the JSON goes is nobody's business but the runner's
  command: ["node", ...process.argv.slice(1).map((arg) => arg.replace(`${process.cwd()}/`, ""))]
    .join(" ")
    .replace(/ --out \S+/, ""),
  commit: commit(),
  node: process.version,
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  kernel: release(),
  load: loadavg()[0],
  peers: peerVersions(),
});
