/**
 * Enough of TypeScript's surface to ask questions of sources as text: comments and literals blanked out in place,
 * imports listed, statements at the top level found. Positions and line breaks are kept.
 */

/** Sources by path from `src/`, with forward slashes: `tensor/shape.ts`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly specifier: string;
  /** Erased by the compiler. `import { type A }` is not: what remains loads the module. */
  readonly typeOnly: boolean;
  readonly form: "import" | "export" | "bare" | "dynamic";
}

// What stands before a slash that begins a regular expression and does not divide.
const beforeRegExp = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|throw))\s*$/;

/** Blanks comments, and the insides of literals too unless `literals` is "keep". Code inside `${}` stays code. */
export const blank = (text: string, literals: "keep" | "blank"): string => {
  const out = text.split("");
  const erase = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (out[i] !== "\n") out[i] = " ";
  };
  const endOf = (from: number, closed: (c: string) => boolean): number => {
    let end = from;
    while (end < text.length && !closed(text[end] as string)) end += text[end] === "\\" ? 2 : 1;
    return end;
  };
  // One entry for each `${` that is open: how many braces are open within it.
  const holes: number[] = [];
  const template = (from: number): number => {
    let end = from;
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end))
      end += text[end] === "\\" ? 2 : 1;
    if (literals === "blank") erase(from, end);
    if (text[end] === "`") return end + 1;
    holes.push(0);
    return end + 2;
  };
  let i = 0;
  while (i < text.length) {
    const c = text[i] as string;
    const hole = holes.length - 1;
    if (c === "/" && (text[i + 1] === "/" || text[i + 1] === "*")) {
      const line = text[i + 1] === "/";
      const close = text.indexOf(line ? "\n" : "*/", i + 2);
      const end = close < 0 ? text.length : close + (line ? 0 : 2);
      erase(i, end);
      i = end;
    } else if (c === '"' || c === "'") {
      const end = endOf(i + 1, (d) => d === c);
      if (literals === "blank") erase(i + 1, end);
      i = end + 1;
    } else if (c === "`") {
      i = template(i + 1);
    } else if (c === "/" && beforeRegExp.test(out.slice(Math.max(0, i - 60), i).join(""))) {
      let inClass = false;
      const end = endOf(i + 1, (d) => {
        if (d === "[") inClass = true;
        if (d === "]") inClass = false;
        return d === "/" && !inClass;
      });
      if (literals === "blank") erase(i + 1, end);
      i = end + 1;
    } else if (c === "}" && hole >= 0 && holes[hole] === 0) {
      holes.pop();
      i = template(i + 1);
    } else {
      if (hole >= 0 && (c === "{" || c === "}")) holes[hole] = (holes[hole] as number) + (c === "{" ? 1 : -1);
      i++;
    }
  }
  return out.join("");
};

/** Every module that a file loads or names. */
export const importsOf = (text: string): readonly Import[] => {
  const code = blank(text, "keep");
  const found: Import[] = [];
  for (const m of code.matchAll(
    /^(import|export)(\s+type)?\s+(?:[\w*$]|\{)[^;"']*?\bfrom\s*["']([^"']+)["']/gm,
  )) {
    found.push({
      specifier: m[3] as string,
      typeOnly: m[2] !== undefined,
      form: m[1] as "import" | "export",
    });
  }
  for (const m of code.matchAll(/^import\s*["']([^"']+)["']/gm)) {
    found.push({ specifier: m[1] as string, typeOnly: false, form: "bare" });
  }
  for (const m of code.matchAll(/\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]/g)) {
    found.push({ specifier: m[1] as string, typeOnly: false, form: "dynamic" });
  }
  return found;
};

/** The file that a relative specifier means: `../tensor/shape.js` from `graph/tree.ts` is `tensor/shape.ts`. */
export const resolveImport = (from: string, specifier: string): string | null => {
  if (!specifier.startsWith(".")) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/").replace(/\.js$/, ".ts");
};

export interface Statement {
  readonly line: number;
  readonly text: string;
}

/** First lines of the statements at the top level, comments and literals blanked. */
export const topLevel = (text: string): readonly Statement[] => {
  const found: Statement[] = [];
  let depth = 0;
  for (const [i, line] of blank(text, "blank").split("\n").entries()) {
    if (depth === 0 && /^[^\s)}\]>`]/.test(line)) found.push({ line: i + 1, text: line.trimEnd() });
    for (const c of line) {
      if (c === "(" || c === "[" || c === "{") depth++;
      else if (c === ")" || c === "]" || c === "}") depth--;
    }
  }
  return found;
};
