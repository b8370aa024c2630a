/** The axes of a loop nest, and the pieces into which its loops are cut: boxes, and diagonals across them. */
import type { LoopGroup } from "./groups.js";
import { alongAxes, type Extents, type IndexMap } from "./index-map.js";
import type { Obstacle } from "./values.js";

/** Loops cut into more pieces than this are not worth it. */
const mostPieces = 32;

/** A loop axis that does not run by itself: its counter is at + the sum over the other axes of `by` times their counters. */
export interface Slant {
  readonly axis: number;
  readonly at: number;
  readonly by: readonly number[];
}

/** A stretch of every loop axis: where it starts, and its length. */
export interface Piece {
  readonly from: readonly number[];
  readonly extents: Extents;
  /** For a diagonal, the axis that follows the others: it starts at 0, and its extent is 1. */
  readonly slant: Slant | null;
}

/** The loop axes of a group: outer ones first, folded ones last. */
export interface Axes {
  extents: Extents;
  /** How many of them are folded; null for loops without folds. */
  folded: number | null;
  /** For each axis of size > 1 of the roots' shape, the loop axes that walk it, outer to inner. */
  readonly walks: (readonly number[])[];
}

export const axesOf = (group: LoopGroup): Axes => {
  const sizes = group.shape.filter((n) => n !== 1);
  const fold = group.axes;
  const order = [
    ...[...sizes.keys()].filter((axis) => fold === null || !fold.includes(axis)),
    ...(fold ?? []),
  ];
  const extents = order.map((axis) => sizes[axis] as number);
  const walks = sizes.map((_, axis) => [order.indexOf(axis)]);
  if (fold !== null && fold.length === 0) extents.push(1);
  return { extents, walks, folded: fold === null ? null : Math.max(1, fold.length) };
};

/** All loops, uncut. */
export const wholeOf = ({ extents }: Axes): Piece => ({ from: extents.map(() => 0), extents, slant: null });

/** How a value of the roots' shape is seen by the loops. */
export const mapOf = (axes: Axes, shape: readonly number[], { from, slant }: Piece): IndexMap => {
  const rank = axes.extents.length;
  let real = 0;
  const map = alongAxes(
    shape.map(() => null),
    rank,
  );
  const offset = [...map.offset];
  const terms = map.terms.map((term) => [...term]);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const walk = axes.walks[real++] as readonly number[];
    const own = terms[axis] as number[];
    let start = 0;
    let by = 1;
    for (let i = walk.length - 1; i >= 0; i--) {
      const d = walk[i] as number;
      if (d === slant?.axis) {
        start += by * slant.by.reduce((sum, b, other) => sum + b * (from[other] as number), slant.at);
        slant.by.forEach((b, other) => {
          own[other] = (own[other] as number) + by * b;
        });
      } else {
        own[d] = (own[d] as number) + by;
        start += by * (from[d] as number);
      }
      by *= axes.extents[d] as number;
    }
    offset[axis] = start;
  });
  return { offset, terms };
};

/** Replaces a loop axis by several. */
const split = (axes: Axes, axis: number, sizes: readonly number[]): Axes => {
  const more = sizes.length - 1;
  const rank = axes.extents.length;
  const isFolded = axes.folded !== null && axis >= rank - axes.folded;
  return {
    extents: axes.extents.flatMap((n, d) => (d === axis ? sizes : [n])),
    folded: axes.folded === null ? null : axes.folded + (isFolded ? more : 0),
    walks: axes.walks.map((walk) =>
      walk.flatMap((d) => (d < axis ? [d] : d > axis ? [d + more] : sizes.map((_, i) => axis + i))),
    ),
  };
};

const cut = (pieces: readonly Piece[], axis: number, at: number): readonly Piece[] =>
  pieces.flatMap((piece) => {
    const n = piece.extents[axis] as number;
    const start = piece.from[axis] as number;
    const here = at - start;
    if (here <= 0 || here >= n) return [piece];
    const part = (from: number, length: number): Piece => ({
      ...piece,
      from: piece.from.map((f, d) => (d === axis ? f + from : f)),
      extents: piece.extents.map((e, d) => (d === axis ? length : e)),
    });
    return [part(0, here), part(here, n - here)];
  });

/** Pieces that can be built, and what was built of each. */
export interface Settled<T> {
  readonly axes: Axes;
  readonly pieces: readonly Piece[];
  readonly built: readonly T[];
}

/** Builds every piece, axes split and pieces cut as often as obstacles ask for it; or the value that has to have memory. */
export const settled = <T extends object>(
  initial: Axes,
  start: readonly Piece[],
  build: (axes: Axes, piece: Piece) => T | { readonly obstacle: Obstacle },
): Settled<T> | { readonly force: Obstacle["value"] } => {
  let axes = initial;
  let pieces = start;
  for (;;) {
    const built: T[] = [];
    let obstacle: Obstacle | undefined;
    for (const piece of pieces) {
      const found = build(axes, piece);
      if ("obstacle" in found) {
        obstacle = found.obstacle;
        if (obstacle.kind === "cut")
          obstacle = { ...obstacle, at: obstacle.at + (piece.from[obstacle.axis] as number) };
        break;
      }
      built.push(found);
    }
    if (obstacle === undefined) return { axes, pieces, built };
    if (obstacle.kind === "force") return { force: obstacle.value };
    if (obstacle.kind === "split") {
      if (pieces.length > 1 || pieces[0]?.slant != null) return { force: obstacle.value };
      axes = split(axes, obstacle.axis, obstacle.sizes);
      pieces = [wholeOf(axes)];
      continue;
    }
    const foldFrom = axes.folded === null ? axes.extents.length : axes.extents.length - axes.folded;
    pieces = cut(pieces, obstacle.axis, obstacle.at);
    if (obstacle.axis >= foldFrom || pieces.length > mostPieces) return { force: obstacle.value };
  }
};
