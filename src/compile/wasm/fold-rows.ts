/** Folds whose axis lies in vectors: rows of a strip one after the other, or one row in pieces. */
import { type Code, f64, I32, i32, type Local } from "../../kernel/wasm.js";
import type { Nest } from "./axes.js";
import type { Emission } from "./emission.js";
import {
  addressOf,
  around,
  emitBody,
  type Fold,
  pieces,
  STRIP,
  seenFrom,
  storeName,
  widthOf,
} from "./fold-body.js";
import { foldName, isWide, startOf } from "./fold-order.js";
import { double, word } from "./instructions.js";

const setTotal = (emission: Emission, { op, source, totals, stack }: Fold): Code =>
  op === "add" && isWide(source)
    ? word.store(emission.at(stack), i32.const(0))
    : isWide(source)
      ? f64.store(emission.at(totals), double.const(startOf(op, source)))
      : word.store(emission.at(totals), i32.const(startOf(op, source)));

export const emitRows = (emission: Emission, nest: Nest, folds: readonly Fold[]): Code => {
  const { builder } = emission;
  const last = nest.sizes.length - 2;
  const n = nest.sizes[last + 1] as number;
  const kept = nest.sizes.slice(0, -1);
  const indices = kept.map(() => emission.newLocal(I32));
  const along = emission.newLocal(I32);
  const row = indices[last] as Local;
  const store = (fold: Fold, count: number): Code =>
    builder.call(
      storeName(fold.out.dtype),
      emission.at(fold.totals),
      i32.const(count),
      addressOf(seenFrom(fold.out, indices, [])),
      i32.const(fold.out.strides[last] as number),
    );
  if (n <= STRIP) {
    const together = Math.min(kept[last] as number, Math.floor(STRIP / n));
    const block = (rows: number): Code => [
      emission.within(() =>
        emitBody(
          emission,
          nest,
          folds,
          [rows, n],
          (r) => seenFrom(r, indices, [last, last + 1]),
          ({ source }) => [n * widthOf(source), widthOf(source)],
        ),
      ),
      folds.map((fold) => {
        const { op, source, direct, strip, totals, stack } = fold;
        const from = direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, indices, []));
        const rowBytes = direct === undefined ? n * widthOf(source) : (direct.strides[last] as number);
        return [
          builder.call(
            foldName("rows", op, source),
            from,
            i32.const(rows),
            i32.const(n),
            i32.const(rowBytes),
            emission.at(totals),
            emission.at(stack),
          ),
          store(fold, rows),
        ];
      }),
    ];
    return around(kept, [...indices.slice(0, -1), null], pieces(row, kept[last] as number, together, block));
  }
  const hasBody = nest.stores.length > 0 || folds.some(({ direct }) => direct === undefined);
  const chunk = (count: number): Code => [
    emission.within(() =>
      emitBody(
        emission,
        nest,
        folds,
        [count],
        (r) => seenFrom(r, [...indices, along], [last + 1]),
        ({ source }) => [widthOf(source)],
      ),
    ),
    folds.map(({ op, source, direct, strip, totals, stack }) => {
      const from =
        direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, [...indices, along], []));
      const state = op === "add" && isWide(source) ? stack : totals;
      return builder.call(foldName("run", op, source), from, i32.const(count), emission.at(state));
    }),
  ];
  return around(kept, indices, [
    folds.map((fold) => setTotal(emission, fold)),
    pieces(along, n, hasBody ? STRIP : 8 * STRIP, chunk),
    folds.map((fold) => [
      fold.op === "add" && isWide(fold.source)
        ? f64.store(emission.at(fold.totals), builder.call("finishAddF64", emission.at(fold.stack)))
        : [],
      store(fold, 1),
    ]),
  ]);
};
