/** What jit keeps for a function: one entry for each form of arguments, as long as the function lives. */
import type { Executable } from "../compile/executable.js";
import { typeKey } from "../compile/keys.js";
import type { Reading } from "../control/closed.js";
import type { Graph } from "../graph/graph.js";
import { structureDifference, type TreeStructure } from "../graph/tree.js";
import { describe } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import type { AnyFunction } from "./arguments.js";

/** What decides whether two calls share a program. */
export interface Form {
  /** Of each argument; null for static ones. */
  readonly structures: readonly (TreeStructure | null)[];
  /** Tensors, of which only the types count. */
  readonly types: readonly Pick<Tensor, "type">[];
  readonly statics: readonly unknown[];
}

export interface Entry {
  readonly graph: Graph;
  /** What the function reads that may change, read again at every call: the next operands. */
  readonly readings: readonly Reading[];
  /** Values of transformations that are running, over which the function closes: further operands of the graph. */
  readonly closedOver: readonly Tensor[];
  /** Whether the graph is that of the next call too. */
  readonly lasts: boolean;
  /** Of the result. */
  readonly structure: TreeStructure;
  readonly contract: boolean;
  executable: Executable | undefined;
}

export interface Cache {
  readonly entries: { readonly form: Form; readonly entry: Entry }[];
  compiles: number;
  hits: number;
  lastMiss: string | null;
}

/** Forms kept for one function; the oldest goes first. */
const most = 256;

const exact: WeakMap<AnyFunction, Cache> = new WeakMap();
const fused: WeakMap<AnyFunction, Cache> = new WeakMap();

/** The cache of a function, which every jit of it shares. */
export const entriesOf = (f: AnyFunction, contract: boolean): Cache => {
  const kept = contract ? fused : exact;
  let cache = kept.get(f);
  if (cache === undefined) {
    cache = { entries: [], compiles: 0, hits: 0, lastMiss: null };
    kept.set(f, cache);
  }
  return cache;
};

export const sameType = (a: TensorType, b: TensorType): boolean => {
  if (a === b) return true;
  if (a.dtype !== b.dtype || a.weak !== b.weak || a.shape.length !== b.shape.length) return false;
  for (let i = 0; i < a.shape.length; i++) if (a.shape[i] !== b.shape[i]) return false;
  return true;
};

/** Static values are compared by what they say where they are plain data, else by identity. */
const sameStatic = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (!Array.isArray(a) && Object.getPrototypeOf(a) !== Object.prototype) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], i) => key === right[i]?.[0] && sameStatic(value, right[i]?.[1]))
  );
};

const sameStructure = (a: TreeStructure | null | undefined, b: TreeStructure | null | undefined): boolean =>
  a === b || (a != null && b != null && structureDifference(a, b) === undefined);

const matches = (a: Form, b: Form): boolean => {
  if (a.structures.length !== b.structures.length || a.types.length !== b.types.length) return false;
  for (let i = 0; i < a.types.length; i++)
    if (!sameType((a.types[i] as Tensor).type, (b.types[i] as Tensor).type)) return false;
  for (let i = 0; i < a.structures.length; i++)
    if (!sameStructure(a.structures[i], b.structures[i])) return false;
  return (
    a.statics.length === b.statics.length && a.statics.every((value, i) => sameStatic(value, b.statics[i]))
  );
};

export const lookUp = ({ entries }: Cache, form: Form): Entry | undefined => {
  for (let i = entries.length - 1; i >= 0; i--) {
    const kept = entries[i] as Cache["entries"][number];
    if (!matches(kept.form, form)) continue;
    if (i !== entries.length - 1) {
      entries.splice(i, 1);
      entries.push(kept);
    }
    return kept.entry;
  }
  return undefined;
};

export const remember = ({ entries }: Cache, form: Form, entry: Entry): void => {
  // types alone: a cache keeps nobody's data
  const types = form.types.map(({ type }) => ({ type }));
  entries.push({ form: { ...form, types }, entry });
  if (entries.length > most) entries.shift();
};

/** What is new about a form, against that of the last call. */
export const missReason = ({ entries, compiles }: Cache, form: Form): string => {
  const last = entries.at(-1)?.form;
  if (last === undefined)
    return compiles === 0 ? "the first call" : "the function closes over values of a transformation";
  if (last.structures.length !== form.structures.length)
    return `${form.structures.length} arguments, before ${last.structures.length}`;
  for (const [i, now] of form.structures.entries()) {
    const before = last.structures[i];
    if (now == null || before == null) continue;
    const difference = structureDifference(before, now, `argument ${i}`);
    if (difference !== undefined) return `${difference[0]} is ${difference[2]}, before ${difference[1]}`;
  }
  for (const [i, now] of form.types.entries()) {
    const [is, was] = [typeKey(now), typeKey(last.types[i] as Tensor)];
    if (is !== was) return `tensor ${i} is ${is}, before ${was}`;
  }
  const changed = form.statics.findIndex((value, i) => !sameStatic(value, last.statics[i]));
  if (changed >= 0)
    return `static value ${changed} is ${describe(form.statics[changed])}, before ${describe(last.statics[changed])}`;
  return "the function closes over values of a transformation";
};
