/**
 * Fusion: the steps of a graph in order, where loops over one shape that need not wait for each other are one loop
 * with several results.
 */
import { isVariable, type Operand, type Variable } from "../graph/primitive.js";
import type { Shape } from "../tensor/shape.js";
import { sizeOf } from "../tensor/shape.js";
import type { Analysis, Lowered } from "./analysis.js";

/** A value computed in a loop nest: of an elementwise kind (or an arrangement) that gets memory, or a fold. */
export interface Root {
  readonly variable: Variable;
  readonly lowered: Lowered;
  /** The shape over which its loops run: a fold's operand's. */
  readonly shape: Shape;
  /** Which of the shape's sizes other than 1 are folded; null for what is no fold. */
  readonly axes: readonly number[] | null;
}

/** Roots over one shape, one loop nest. */
export interface LoopGroup {
  readonly kind: "loops";
  readonly shape: Shape;
  axes: readonly number[] | null;
  readonly roots: Root[];
  weight: number;
  /** Whether a frame is written into the loops, so that they may have to be cut: folds cannot be. */
  framed: boolean;
}

/** One equation by itself. */
export interface Single {
  readonly kind: "single";
  readonly lowered: Lowered;
}

export type Group = LoopGroup | Single;

/** What a root reads. */
interface Needs {
  /** Values with memory; true for those read only element by element, in the order of the root's own loops. */
  readonly values: ReadonlyMap<Variable, boolean>;
  /** Whether there are frames on the way to them. */
  readonly framed: boolean;
}

/** Loops longer than this are cut: registers and compilers have limits. */
const heaviest = 600;

/** The sizes that make loops: axes of size 1 do not count. */
const keyOf = (shape: Shape): string => shape.filter((n) => n !== 1).join(",");

/** Axes counted without those of size 1. */
const realAxes = (shape: Shape, axes: readonly number[]): readonly number[] => {
  const real = shape.flatMap((n, axis) => (n === 1 ? [] : [axis]));
  return real.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
};

/** What has to be in memory before a root's loops start. */
const needsOf = (analysis: Analysis, { lowered, shape }: Root): Needs => {
  const needs = new Map<Variable, boolean>();
  let framed = lowered.lowering.kind === "place";
  const seen = new Map<Variable, boolean>();
  const pending: (readonly [Operand, boolean])[] = lowered.equation.ins.map((x) => [
    x,
    isElementwise(lowered) || lowered.lowering.kind === "fold" || sizeOf(shape) === 1,
  ]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [x, direct] = next;
    if (!isVariable(x)) continue;
    if (analysis.hasMemory(x)) {
      needs.set(x, direct && !analysis.isSeparate(x) && needs.get(x) !== false);
      continue;
    }
    const before = seen.get(x);
    if (before === false || before === direct) continue;
    seen.set(x, direct);
    const source = analysis.sourceOf(x) as Lowered;
    framed ||= source.lowering.kind === "place";
    const still =
      direct && (isElementwise(source) || (sizeOf(x.type.shape) === 1 && source.lowering.kind !== "place"));
    for (const y of source.equation.ins)
      pending.push([y, still && sizeOf(y.type.shape) === sizeOf(x.type.shape)]);
  }
  return { values: needs, framed };
};

const isElementwise = ({ lowering }: Lowered): boolean => lowering.kind === "map";

/** The root that an equation is, if it is one. */
const rootOf = (analysis: Analysis, lowered: Lowered): Root | undefined => {
  const { equation, lowering } = lowered;
  const variable = equation.only;
  if (variable === null) return undefined;
  switch (lowering.kind) {
    case "map":
    case "view":
    case "reshape":
    case "place":
      if (!analysis.hasMemory(variable)) return undefined;
      return { variable, lowered, shape: variable.type.shape, axes: null };
    case "fold": {
      const operand = equation.ins[0] as Operand;
      const { shape } = operand.type;
      return { variable, lowered, shape, axes: realAxes(shape, lowering.axes) };
    }
    default:
      return undefined;
  }
};

export interface Grouped {
  readonly groups: readonly Group[];
  /** Values that never leave the loops in which they are made: they need no memory after all. */
  readonly passing: ReadonlySet<Variable>;
}

export const grouped = (analysis: Analysis): Grouped => {
  const groups: Group[] = [];
  const home = new Map<Variable, number>();
  const byKey = new Map<string, number[]>();
  const readBy = new Map<Variable, Set<number>>();
  const read = (v: Variable, group: number): void => {
    const readers = readBy.get(v) ?? new Set<number>();
    readBy.set(v, readers.add(group));
  };
  for (const lowered of analysis.lowered) {
    const { equation, lowering } = lowered;
    const root = rootOf(analysis, lowered);
    // what is filled first joins no other loop
    const isFilledFirst = analysis.isFilledFirst(lowered);
    if (root === undefined || isFilledFirst) {
      const lazy = ["map", "view", "reshape", "place"].includes(lowering.kind);
      if (lazy && !isFilledFirst) continue;
      groups.push({ kind: "single", lowered });
      const needs = isFilledFirst
        ? needsOf(analysis, {
            variable: equation.only as Variable,
            lowered,
            shape: [],
            axes: null,
          }).values.keys()
        : equation.ins.flatMap((x) => basesOf(analysis, x));
      for (const v of needs) read(v, groups.length - 1);
      for (const v of equation.outs) home.set(v, groups.length - 1);
      continue;
    }
    const needs = needsOf(analysis, root);
    const weight = analysis.weightOf(root.variable) + 1;
    const at = place(groups, byKey, home, root, needs, weight);
    home.set(root.variable, at);
    for (const v of needs.values.keys()) read(v, at);
  }
  const outputs = new Set(analysis.graph.outputs.map((out) => analysis.wholeOf(out)));
  const passing = new Set<Variable>();
  for (const [v, at] of home) {
    const group = groups[at] as Group;
    if (group.kind !== "loops" || outputs.has(v)) continue;
    const isFold = group.roots.some((root) => root.variable === v && root.axes !== null);
    if (!isFold && [...(readBy.get(v) ?? [])].every((reader) => reader === at)) passing.add(v);
  }
  return { groups, passing };
};

/** The variables with memory on which a value depends. */
const basesOf = (analysis: Analysis, x: Operand): readonly Variable[] => {
  const found: Variable[] = [];
  const pending = [x];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isVariable(next)) continue;
    if (analysis.hasMemory(next)) found.push(next);
    else pending.push(...(analysis.sourceOf(next) as Lowered).equation.ins);
  }
  return found;
};

/** Puts a root into the last group of its shape that runs late enough, or into a new one. */
const place = (
  groups: Group[],
  byKey: Map<string, number[]>,
  home: ReadonlyMap<Variable, number>,
  root: Root,
  needs: Needs,
  weight: number,
): number => {
  const key = keyOf(root.shape);
  const candidates = byKey.get(key) ?? [];
  for (let i = candidates.length - 1; i >= 0 && i >= candidates.length - 8; i--) {
    const at = candidates[i] as number;
    const group = groups[at] as LoopGroup;
    if (group.weight + weight > heaviest) continue;
    const folds = root.axes !== null || group.axes !== null;
    if (folds && (needs.framed || group.framed)) continue;
    if (root.axes !== null && group.axes !== null && root.axes.join() !== group.axes.join()) continue;
    const early = [...needs.values].some(([v, direct]) => {
      const made = home.get(v);
      if (made === undefined || made < at) return false;
      if (made > at || !direct) return true;
      return group.roots.some((other) => other.variable === v && other.axes !== null);
    });
    if (early) continue;
    group.roots.push(root);
    group.axes ??= root.axes;
    group.weight += weight;
    group.framed ||= needs.framed;
    return at;
  }
  const { framed } = needs;
  groups.push({ kind: "loops", shape: root.shape, axes: root.axes, roots: [root], weight, framed });
  byKey.set(key, [...candidates, groups.length - 1]);
  return groups.length - 1;
};
