/** Folds along an axis that does not lie in vectors: row upon row of totals side by side. */
import { BLOCK } from "../../kernel/reduce.js";
import { type Code, I32, i32, type Local, v128 } from "../../kernel/wasm.js";
import type { Nest } from "./axes.js";
import { forRange } from "./control.js";
import type { Emission } from "./emission.js";
import {
  addressOf,
  around,
  COLUMNS,
  emitBody,
  type Fold,
  GROUP,
  pieces,
  seenFrom,
  storeName,
  widthOf,
} from "./fold-body.js";
import { foldName, isWide, startOf } from "./fold-order.js";

const startVector = (emission: Emission, { op, source }: Fold): Code => {
  const start = startOf(op, source);
  return v128.load(
    emission.constants,
    isWide(source) ? emission.pool.doubles(start) : emission.pool.words(start),
  );
};

export const emitColumns = (emission: Emission, nest: Nest, folds: readonly Fold[], axis: number): Code => {
  const { builder } = emission;
  const folded = nest.sizes.length - 1;
  const n = nest.sizes[folded] as number;
  const kept = nest.sizes.slice(0, -1);
  const indices = kept.map(() => emission.newLocal(I32));
  const rowAt = emission.newLocal(I32);
  const blockAt = emission.newLocal(I32);
  const [end, blocks] = [emission.newLocal(I32), emission.newLocal(I32)];
  const column = indices[axis] as Local;
  const isTree = ({ op, source }: Fold): boolean => op === "add" && isWide(source);
  const inBlocks = n > BLOCK && folds.some(isTree);

  const region = (m: number): Code => {
    const lineBytes = Math.ceil(m / 4) * 4;
    const fill = (fold: Fold): Code =>
      builder.call(
        "fill",
        emission.at(fold.totals),
        startVector(emission, fold),
        i32.const(m * (isWide(fold.source) ? 8 : 4)),
      );
    const rows = (count: number): Code => [
      emission.within(() =>
        emitBody(
          emission,
          nest,
          folds,
          [count, m],
          (r) => seenFrom(r, [...indices, rowAt], [folded, axis]),
          ({ source }) => [lineBytes * widthOf(source), widthOf(source)],
        ),
      ),
      folds.map((fold) => {
        const { op, source, direct, strip, totals } = fold;
        const from =
          direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, [...indices, rowAt], []));
        const rowBytes =
          direct === undefined ? lineBytes * widthOf(source) : (direct.strides[folded] as number);
        if (isTree(fold) && count === GROUP) {
          return builder.call(
            `treeAdd${source}`,
            from,
            i32.const(rowBytes),
            i32.const(m),
            emission.at(totals),
          );
        }
        return Array.from({ length: count }, (_, i) =>
          builder.call(
            foldName("row", op, source),
            i32.add(from, i32.const(i * rowBytes)),
            i32.const(m),
            emission.at(totals),
          ),
        );
      }),
    ];
    const run = (from: Code, to: Code, rest: number): Code => [
      forRange(rowAt, from, i32.sub(to, i32.const(rest)), i32.const(GROUP), rows(GROUP)),
      rest > 0 ? rows(rest) : [],
    ];
    const trees = folds.filter(isTree);
    const push = (last: boolean): Code =>
      trees.map((fold) => [
        builder.call(
          "pushColumns",
          emission.at(fold.totals),
          i32.const(m),
          emission.at(fold.stack),
          blocks.get,
        ),
        last ? [] : fill(fold),
      ]);
    const whole = n - (n % BLOCK);
    const body = inBlocks
      ? [
          blocks.set(i32.const(0)),
          forRange(blockAt, i32.const(0), i32.const(whole), i32.const(BLOCK), [
            end.set(i32.add(blockAt.get, i32.const(BLOCK))),
            run(blockAt.get, end.get, 0),
            blocks.set(i32.add(blocks.get, i32.const(1))),
            push(false),
          ]),
          n > whole
            ? [
                run(i32.const(whole), i32.const(n), n % GROUP),
                blocks.set(i32.add(blocks.get, i32.const(1))),
                push(true),
              ]
            : [],
          trees.map(({ totals, stack }) =>
            builder.call("finishColumns", emission.at(totals), i32.const(m), emission.at(stack), blocks.get),
          ),
        ]
      : run(i32.const(0), i32.const(n), n % GROUP);
    return [
      folds.map(fill),
      body,
      folds.map(({ out, totals }) =>
        builder.call(
          storeName(out.dtype),
          emission.at(totals),
          i32.const(m),
          addressOf(seenFrom(out, indices, [])),
          i32.const(out.strides[axis] as number),
        ),
      ),
    ];
  };
  return around(
    kept,
    indices.map((index, i) => (i === axis ? null : index)),
    pieces(column, kept[axis] as number, COLUMNS, region),
  );
};
