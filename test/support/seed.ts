/**
 * The seed of the random properties. It comes from the sources and tests themselves: a checkout always tries the same
 * cases, so that a green run stays green and a red one can be replayed anywhere, and every change tries new ones.
 * COTANGENT_SEED says another (a number, or `random`).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A 31-bit number that changes with any TypeScript file in the folders. */
export const seedOf = (folders: readonly string[]): number =>
  folders.flatMap(filesBelow).reduce((hash, file) => crc32(readFileSync(file), hash), 0) & 0x7fffffff;

/** What COTANGENT_SEED asks for, or else the seed of the folders. */
export const chosenSeed = (wanted: string | undefined, folders: readonly string[]): number => {
  if (wanted === undefined || wanted === "") return seedOf(folders);
  if (wanted === "random") return Math.floor(Math.random() * 0x7fffffff);
  if (!/^-?\d+$/.test(wanted)) throw new Error(`COTANGENT_SEED=${wanted}: give an integer or "random"`);
  return Number(wanted);
};
