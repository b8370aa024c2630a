/**
 * Scalar programs as JavaScript statements. A value used once stands where it is used, so that a branch not taken is
 * not computed; one used more often is a constant.
 */
import { argsOf, type ScalarNode, type ScalarProgram, worksIn } from "./program.js";
import { functionNamed, holds, meaningOf, rounded, rounds } from "./semantics.js";

type Callable = (...args: number[]) => number;

/** The functions that source calls, by the names it calls them. */
export class Scope {
  readonly #functions = new Map<string, Callable>();

  /** The name of a function of one's own; two functions never share one. */
  nameOf(own: string, f: Callable): string {
    let name = own.replace(/\W/g, "_");
    do name += "$";
    while ((this.#functions.get(name) ?? f) !== f);
    this.#functions.set(name, f);
    return name;
  }

  /** Makes known the functions that the operations in this source mean, those of Math among them. */
  use(source: string): void {
    for (const name of source.match(/\w+(?=\()/g) ?? []) this.#functions.set(name, functionNamed(name));
  }

  /**
   * Turns source into a function, or undefined where the engine forbids it (a content security policy,
   * `node --disallow-code-generation-from-strings`): callers then go through `toClosure`.
   */
  compile<F>(parameters: readonly string[], body: string): F | undefined {
    try {
      const make = new Function(
        ...this.#functions.keys(),
        `"use strict"; return function (${parameters}) { ${body} };`,
      );
      return make(...this.#functions.values()) as F;
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}

/** How deep operands may nest: parsers recurse. */
const deepest = 50;

const literal = (value: number): string =>
  Object.is(value, -0) || value < 0 ? `(${value === 0 ? "-0" : value})` : `${value}`;

/** The source of a node, with # and a position for each of its operands. */
const templateOf = (
  node: ScalarNode,
  nodes: readonly ScalarNode[],
  operands: readonly string[],
  scope: Scope,
): string => {
  const { dtype } = node;
  switch (node.kind) {
    case "input":
      return dtype === "bool"
        ? rounded(dtype, operands[node.index] as string)
        : (operands[node.index] as string);
    case "constant":
      return dtype === "bool" ? `${node.value !== 0}` : literal(node.value);
    case "convert": {
      const from = worksIn(node, nodes);
      return from === "bool" ? "(#0 ? 1 : 0)" : holds(dtype, from) ? "#0" : rounded(dtype, "#0");
    }
    case "apply": {
      const from = worksIn(node, nodes);
      const text = `(${meaningOf(node.op, from)[0]})`;
      return rounds(node.op, from) ? rounded(from, text) : text;
    }
    default: {
      const { name, f } = node.callee;
      return rounded(dtype, `${scope.nameOf(name, f)}(${node.args.map((_, i) => `#${i}`)})`);
    }
  }
};

const holes: RegExp = /#(\d)/g;

export interface Statements {
  /** Statements that compute what is shared. */
  readonly text: string;
  /** The results, as expressions to be used once, where these statements have run. */
  readonly results: readonly string[];
}

/**
 * The program over operands of these names, numbers that are elements of its inputs' dtypes. Constants are named
 * from `prefix` on. Bools are numbers outside and JavaScript's own within.
 */
export const toStatements = (
  { nodes, outputs }: ScalarProgram,
  operands: readonly string[],
  scope: Scope,
  prefix = "t",
): Statements => {
  const templates = nodes.map((node) => templateOf(node, nodes, operands, scope));
  const uses = new Uint32Array(nodes.length);
  for (const id of outputs) uses[id]! += 1;
  const args = nodes.map(argsOf);
  templates.forEach((template, id) => {
    scope.use(template);
    template.replace(holes, (_, i) => `${uses[args[id]?.[i] as number]!++}`);
  });
  const depths = new Uint8Array(nodes.length);
  const texts: string[] = [];
  let text = "";
  nodes.forEach(({ kind }, id) => {
    const value = (templates[id] as string).replace(
      holes,
      (_, i) => texts[args[id]?.[i] as number] as string,
    );
    const depth = 1 + Math.max(0, ...(args[id] as readonly number[]).map((arg) => depths[arg] as number));
    if (kind === "input" || kind === "constant" || (uses[id] === 1 && depth < deepest)) {
      texts.push(value);
      depths[id] = depth;
    } else {
      text += `const ${prefix}${id} = ${value}; `;
      texts.push(prefix + id);
    }
  });
  const results = outputs.map(
    (id) => (nodes[id]?.dtype === "bool" ? `(${texts[id]} ? 1 : 0)` : texts[id]) as string,
  );
  return { text, results };
};
