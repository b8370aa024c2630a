/** Bundles of programs that use the package, as esbuild makes them for browsers, and which sources their code comes from. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildResult, build } from "esbuild";

export interface Bundle {
  readonly text: string;
  readonly gzipped: number;
  readonly warnings: readonly string[];
  /** Paths in src of whatever has code in it. */
  readonly sources: readonly string[];
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Numbers of a segment: base 64 with a bit that says whether another digit follows, the lowest bit of all the sign. */
const numbersOf = (segment: string): readonly number[] => {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) === 0) {
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
  }
  return numbers;
};

/** The sources to which code is mapped; a source that is only listed has none in the bundle. */
const mapped = ({ sources, mappings }: SourceMap): readonly string[] => {
  const found = new Set<number>();
  let source = 0;
  for (const segment of mappings.split(/[;,]/)) {
    const [, step] = numbersOf(segment);
    if (step === undefined) continue;
    source += step;
    found.add(source);
  }
  return [...found].flatMap((index) => /(?:^|\/)src\/(.+)$/.exec(sources[index] as string)?.[1] ?? []).sort();
};

/** A program that imports `cotangent` and its rooms, of which `folder` has the modules. */
export const bundle = async (folder: string, program: string): Promise<Bundle> => {
  const room = (name: string): string => join(folder, name, "index.js");
  const rooms = ["numpy", "lax", "nn", "optim", "linalg", "fft", "random", "special", "tape"];
  const result: BuildResult<{ write: false }> = await build({
    stdin: { contents: program, resolveDir: folder, loader: "js" },
    alias: {
      cotangent: join(folder, "index.js"),
      ...Object.fromEntries(rooms.map((name) => [`cotangent/${name}`, room(name)])),
    },
    bundle: true,
    minify: true,
    write: false,
    outfile: join(folder, "bundle.js"),
    sourcemap: "external",
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [map, code] = [/\.map$/, /\.js$/].map((end) => result.outputFiles.find(({ path }) => end.test(path)));
  if (map === undefined || code === undefined) throw new Error("esbuild made no bundle");
  return {
    text: code.text,
    gzipped: gzipSync(code.contents, { level: 9 }).length,
    warnings: result.warnings.map((w) => w.text),
    sources: mapped(JSON.parse(map.text) as SourceMap),
  };
};
