// The JavaScript of the package: the entries of package.json's exports map, and shared chunks between them. A hundred
// small modules take Node three times as long to load as a handful. The bundler also marks the calls that make
// constants as pure, from the builders' own annotations, so that a user's bundler drops those that are not used.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";
import { functions } from "./functions.mjs";
import { root } from "./process.mjs";

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Entries by name of module in dist: `numpy/index` is `src/numpy/index.ts`. */
const entries = Object.fromEntries(
  Object.values(exports).flatMap((entry) => {
    const name = /^\.\/dist\/(.*)\.js$/.exec(entry.default ?? "")?.[1];
    return name === undefined ? [] : [[name, join(root, "src", `${name}.ts`)]];
  }),
);

// `np` and `lax` at the root stay namespaces of modules: of an object made of all their functions, a user's bundler
// could drop none.
const namespaces = {
  name: "namespaces",
  resolveId: (specifier, importer) => {
    if (importer !== entries.index || !specifier.startsWith(".")) return null;
    const file = join(dirname(importer), specifier).replace(/\.js$/, ".ts");
    return Object.values(entries).includes(file) ? { id: specifier, external: true } : null;
  },
};

/** What a module loads, and what that loads in turn. Types are erased and load nothing. */
const loadedBy = (file, found = new Set()) => {
  if (found.has(file)) return found;
  found.add(file);
  const loads = /^(?:import|export)\s(?!type\b)[^;"]*?from "(\.[^"]+)\.js";/gm;
  for (const [, specifier] of readFileSync(file, "utf8").matchAll(loads))
    loadedBy(`${join(dirname(file), specifier)}.ts`, found);
  return found;
};

// What the root loads is one file: a file costs Node more at start than what stands in it. The errors are another, for
// who wants no more. Entries stay out of it: one that chunks share would export their short names beside its own.
const source = join(root, "src");
const within = (pattern) => (id) => pattern.test(relative(source, id).replaceAll("\\", "/"));
const core = loadedBy(entries.index);
const groups = [
  { name: "errors", test: within(/^tensor\/errors\b/) },
  { name: "core", test: (id) => core.has(id) && !Object.values(entries).includes(id) },
];

/** Writes the package's modules to a folder. */
export const writeModules = async (folder) => {
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: "neutral",
    preserveEntrySignatures: "allow-extension",
    plugins: [namespaces, functions],
    external: /^(?![./]|[A-Za-z]:)/,
    treeshake: { moduleSideEffects: false },
  });
  await bundle.write({
    dir: folder,
    format: "esm",
    sourcemap: true,
    minify: { compress: false, mangle: true, codegen: { removeWhitespace: true } },
    codeSplitting: { includeDependenciesRecursively: false, groups },
    comments: { legal: true, annotation: true, jsdoc: false },
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await bundle.close();
};
