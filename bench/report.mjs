#!/usr/bin/env node
// node bench/report.mjs [--programs file] [--arrays file]: writes bench/RESULTS.md from the JSON of two runs, by default those
// that are kept in bench/results. To make them (after node bench/setup.mjs; minutes):
//   npm run bench -- --adapters hand,cotangent,cotangent-jit,jaxjs-jit,tfjs-wasm,torch --out bench/results/programs.json
//   node bench/arrays.mjs --out bench/results/arrays.json
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { page } from "./lib/page.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const file = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? join(here, "results", `${name}.json`) : process.argv[at + 1];
};
const read = (name) => JSON.parse(readFileSync(file(name), "utf8"));
writeFileSync(join(here, "RESULTS.md"), page(read("programs"), read("arrays")));
console.log("written to bench/RESULTS.md");
