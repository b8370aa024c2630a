/**
 * The rules of the house as pure functions from sources to violations, each a sentence that names file and line.
 * They read text, not syntax trees: rules that hold of formatted code and need no compiler.
 */
import { builtinModules } from "node:module";
import { blank, type Import, importsOf, resolveImport, type Sources, topLevel } from "./source.js";

export const lineLimit = 350;

/** What may import what: a file imports from its own number or a lower one. */
const layers: readonly (readonly string[])[] = [
  ["tensor"],
  ["expr", "kernel"],
  ["graph"],
  ["primitives"],
  ["interpreters"],
  ["compile"],
  ["control"],
  // Below transforms: the fluent methods of the tracers that transformations make are numpy's.
  ["numpy"],
  ["transforms"],
  // Above transforms: control flow takes functions of trees, as they do.
  ["lax"],
  ["special", "random", "linalg", "fft", "nn", "optim", "tape", "debug", "testing", "fp", "export"],
  ["index"],
];

const roomOf = (path: string): string => (path.split("/")[0] as string).replace(/\.ts$/, "");
const layerOf = (path: string): number => layers.findIndex((rooms) => rooms.includes(roomOf(path)));

const each = (sources: Sources, f: (path: string, text: string) => readonly string[]): readonly string[] =>
  [...sources].flatMap(([path, text]) => f(path, text));

const eachImport = (sources: Sources, f: (path: string, i: Import) => string | null): readonly string[] =>
  each(sources, (path, text) => importsOf(text).flatMap((i) => f(path, i) ?? []));

/** Lines on which a pattern occurs in the code. */
const linesWith = (code: string, pattern: RegExp): readonly number[] =>
  code.split("\n").flatMap((line, i) => (pattern.test(line) ? [i + 1] : []));

export const layerViolations = (sources: Sources): readonly string[] => [
  ...[...sources.keys()].flatMap((path) => (layerOf(path) < 0 ? [`${path} is in no layer`] : [])),
  ...eachImport(sources, (path, i) => {
    const target = resolveImport(path, i.specifier);
    if (target === null) return null;
    if (!sources.has(target)) return `${path} imports ${i.specifier}, which is no file of src`;
    return layerOf(target) > layerOf(path) ? `${path} imports ${target} from a layer above` : null;
  }),
];

/** Cycles of modules that load each other, each as the path around it. Types are erased and load nothing. */
export const cycles = (sources: Sources): readonly string[] => {
  const targets = (path: string): readonly string[] =>
    importsOf(sources.get(path) ?? "").flatMap((i) =>
      i.typeOnly ? [] : (resolveImport(path, i.specifier) ?? []),
    );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(" -> "));
    if (at >= 0 || done.has(path)) return;
    for (const target of targets(path)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
};

export const longFiles = (sources: Sources): readonly string[] =>
  each(sources, (path, text) => {
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    return lines > lineLimit ? [`${path} has ${lines} lines, more than ${lineLimit}`] : [];
  });

const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["the type any", /:\s*any\b(?!\s*[(:,])|\bas\s+any\b|<any\b|\bany\[\]|\bany\s*>/],
  ["a default export", /^export\s+default\b|\bas\s+default\b/],
  ["export *", /^export\s+(?:type\s+)?\*(?!\s+as\b)/],
];

/** Holes in the types, exports that hide names, and files named for nothing. */
export const holes = (sources: Sources): readonly string[] =>
  each(sources, (path, text) => [
    ...forbidden.flatMap(([what, pattern]) =>
      linesWith(blank(text, "blank"), pattern).map((line) => `${path}:${line} has ${what}`),
    ),
    // Told to the compiler in comments, so looked for in them.
    ...linesWith(text, /@ts-(?:ignore|nocheck|expect-error)\b/).map(
      (line) => `${path}:${line} silences the compiler`,
    ),
    ...(/(?:^|\/)(?:utils?|helpers?|misc|common)\.ts$/.test(path)
      ? [`${path} is named for nothing that it holds`]
      : []),
  ]);

/** The packages that a file may load; the core has one dependency and no platform. */
export const packageViolations = (sources: Sources): readonly string[] =>
  eachImport(sources, (path, { specifier, form }) => {
    const builtin =
      specifier.startsWith("node:") || builtinModules.includes(specifier.split("/")[0] as string);
    if (builtin) return `${path} imports ${specifier}, a built-in of Node`;
    if (form === "dynamic") return `${path} imports ${specifier} while running`;
    if (specifier.startsWith("."))
      return specifier.endsWith(".js") ? null : `${path} imports ${specifier} without .js`;
    if (/^fp-ts\/lib\/\w+\.js$/.test(specifier)) {
      const inner = ["kernel", "interpreters"].includes(roomOf(path)) || path === "graph/context.ts";
      return inner ? `${path} imports ${specifier}, and runs once per operation` : null;
    }
    const peer = roomOf(path) === "testing" && ["fast-check", "vitest"].includes(specifier);
    return peer ? null : `${path} imports ${specifier}, which is not among the packages it may use`;
  });

const declaration =
  /^(?:import|export|const|let|var|function|async function|class|abstract class|type|interface|enum|declare)\b/;

/** Statements that do something when the module is loaded, rather than name something. */
export const sideEffects = (sources: Sources): readonly string[] => [
  ...eachImport(sources, (path, i) =>
    i.form === "bare" ? `${path} imports ${i.specifier} for its effect` : null,
  ),
  ...each(sources, (path, text) =>
    topLevel(text).flatMap((s) =>
      declaration.test(s.text) ? [] : [`${path}:${s.line} runs on import: ${s.text}`],
    ),
  ),
];

const named = (text: string): string => /^(?:export )?(?:let|var|const) (\w+)/.exec(text)?.[1] ?? text;

/** Whether a constant holds a new container that its type does not declare unchanging. */
const isMutableContainer = (text: string): boolean => {
  const binding = /^(?:export )?const \w+(?:: (.*?))? = (?:new (?:Weak)?(?:Map|Set)\b|(\[\];)|\{\};)/.exec(
    text,
  );
  if (binding === null) return false;
  const [, type, array] = binding;
  if (type === undefined) return true;
  return array === undefined
    ? !/^Readonly/.test(type)
    : /\[\]$|^Array</.test(type) && !/^readonly /.test(type);
};

/** Bindings of a module that may change: variables, and containers whose type does not forbid it. */
export const mutableState = (sources: Sources): readonly string[] =>
  each(sources, (path, text) =>
    topLevel(text).flatMap((s) =>
      /^(?:export )?(?:let|var)\b/.test(s.text) || isMutableContainer(s.text)
        ? [`${path} ${named(s.text)}`]
        : [],
    ),
  );
