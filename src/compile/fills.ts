/** Loops that compute nothing: a row, or one number for each row, is written over and over. */
import type { Access, LoopStep } from "./plan.js";

/** Rows shorter than this are written element by element. */
const shortest = 16;

export interface Fill {
  /** Loops around: sizes of the first axes of the accesses. */
  readonly outer: readonly number[];
  /** Rows of the result, `stride` elements apart, each of `length` elements side by side. */
  readonly rows: number;
  readonly length: number;
  readonly stride: number;
  readonly to: Access;
  /** The row that is repeated, or the numbers each of which fills a row, `step` elements apart; or one known number. */
  readonly from:
    | { readonly kind: "row"; readonly access: Access }
    | { readonly kind: "numbers"; readonly access: Access; readonly step: number }
    | { readonly kind: "known"; readonly value: number };
}

/** The step as a fill, or null where it is none. */
export const fillOf = ({ shape, folded, body, loads, stores }: LoopStep): Fill | null => {
  const [node] = body.nodes;
  const [store] = stores;
  if (folded || shape.length === 0 || body.nodes.length !== 1) return null;
  if (node === undefined || store === undefined || stores.length > 1) return null;
  const { access: to } = store;
  const length = shape.at(-1) as number;
  if (to.strides.at(-1) !== 1 || length < shortest) return null;
  const outer = shape.slice(0, -2);
  const rows = shape.at(-2) ?? 1;
  const whole = { outer, rows, length, stride: to.strides.at(-2) ?? 0, to };
  if (node.kind === "constant") return { ...whole, from: { kind: "known", value: node.value } };
  if (node.kind !== "input") return null;
  const access = loads[node.index] as Access;
  const along = access.strides.at(-1) as number;
  const step = access.strides.at(-2) ?? 0;
  if (along === 0) return { ...whole, from: { kind: "numbers", access, step } };
  return along === 1 && step === 0 && rows > 1 ? { ...whole, from: { kind: "row", access } } : null;
};
