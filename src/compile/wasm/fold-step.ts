/**
 * Loops with a folded axis. The body writes what is to be folded to a strip that stays in the first level cache, and
 * the kernels of `fold.ts` take it from there: along rows where the folded axis lies in vectors, else row upon row of
 * columns side by side. An input that is folded as it is needs no strip.
 */
import type { ScalarNode, ScalarProgram } from "../../expr/program.js";
import { type Code, f64, I32, i32, type Local, v128 } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";
import type { FoldOp, LoopStep } from "../plan.js";
import type { Emission } from "./emission.js";
import { BLOCK, type FoldSource, foldName, isWide, startOf } from "./fold.js";
import { double, forRange, word } from "./instructions.js";
import { axisCost, emitNest, type Nest, type Reference } from "./nest.js";

/** Elements of a strip of rows. */
const STRIP = 1024;
/** Columns folded together. */
const COLUMNS = 128;
const GROUP = 8;

/** One fold of a step: where its elements come from, and the space it needs. */
interface Fold {
  readonly op: FoldOp;
  readonly source: FoldSource;
  /** Position among the results of the body. */
  readonly value: number;
  readonly out: Reference;
  /** The input that is folded as it is. */
  readonly direct: Reference | undefined;
  readonly strip: number;
  readonly totals: number;
  readonly stack: number;
}

const sourceOf = (dtype: DType): FoldSource =>
  dtype === "float64" ? "F64" : dtype === "float32" ? "F32" : dtype === "uint32" ? "U32" : "I32";
const dtypeOf = (source: FoldSource): DType =>
  source === "F64" ? "float64" : source === "F32" ? "float32" : source === "U32" ? "uint32" : "int32";
const widthOf = (source: FoldSource): number => (source === "F64" ? 8 : 4);

const storeName = (dtype: DType): string =>
  dtype === "float64" ? "storeF64" : dtype === "float32" ? "storeF32" : `storeI${8 * itemSize(dtype)}`;

/** Bools add as or, and multiply as and. */
const foldOf = (op: FoldOp, dtype: DType): FoldOp =>
  dtype !== "bool" ? op : op === "add" ? "max" : op === "mul" ? "min" : op;

/** The body with values of small integers and bools made words. */
const widened = (
  body: ScalarProgram,
  values: readonly number[],
): { readonly body: ScalarProgram; readonly values: readonly number[] } => {
  const nodes: ScalarNode[] = [...body.nodes];
  const outputs = [...body.outputs];
  const places = values.map((value) => {
    const id = body.outputs[value] as number;
    const { dtype } = nodes[id] as ScalarNode;
    const wide = dtypeOf(sourceOf(dtype));
    if (wide === dtype) return value;
    return outputs.push(nodes.push({ kind: "convert", dtype: wide, args: [id] }) - 1) - 1;
  });
  return { body: { ...body, nodes, outputs }, values: places };
};

/** Kept axes merged where every operand walks them as one; the folded axis stays last. */
const mergeKept = (sizes: readonly number[], references: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const groups: number[][] = [];
  for (let axis = 0; axis < sizes.length - 1; axis++) {
    const size = sizes[axis] as number;
    if (size === 1) continue;
    const before = groups.at(-1);
    const last = before?.at(-1);
    if (before !== undefined && last !== undefined && references.every((s) => s[last] === (s[axis] as number) * size)) {
      before.push(axis);
    } else groups.push([axis]);
  }
  return groups;
};

export const emitFoldStep = (emission: Emission, step: LoopStep): Code => {
  const rank = step.shape.length;
  const n = step.shape[rank - 1] as number;
  const wide = widened(step.body, step.folds.map(({ value }) => value));
  const loads = step.loads.map((access) => emission.reference(access));
  const stores = step.stores.map(({ access }) => emission.reference(access));
  const outs = step.folds.map(({ access }) => {
    const out = emission.reference(access);
    return { ...out, strides: [...out.strides, 0] };
  });
  const groups = mergeKept(step.shape, [...loads, ...stores, ...outs].map(({ strides }) => strides));
  const kept = groups.length === 0 ? [1] : groups.map((group) => group.reduce((size, axis) => size * (step.shape[axis] as number), 1));
  const remake = (r: Reference): Reference => ({
    ...r,
    strides: [
      ...(groups.length === 0 ? [0] : groups.map((group) => r.strides[group.at(-1) as number] as number)),
      r.strides[rank - 1] as number,
    ],
  });
  const nest: Nest = {
    body: wide.body,
    sizes: [...kept, n],
    loads: loads.map(remake),
    stores: step.stores.map(({ value }, i) => ({ value, to: remake(stores[i] as Reference) })),
    aliased: step.stores.some(({ access: to }) => step.loads.some((from) => emission.overlaps(to.buffer, from.buffer))),
  };
  const last = kept.length - 1;
  let columns = last;
  for (let axis = last - 1; axis >= 0; axis--) if (axisCost(nest, axis) < axisCost(nest, columns)) columns = axis;
  const rowCost = Math.min(axisCost(nest, last + 1), rowsLieTogether(nest) ? axisCost(flat(nest), last) : Infinity);
  const asColumns = kept[columns] !== 1 && axisCost(nest, columns) + 0.2 < rowCost + (n < GROUP ? 3 / n : 0);
  const emit = asColumns ? emitColumns : emitRows;
  const m = asColumns ? Math.min(kept[columns] as number, COLUMNS) : 0;
  const levels = Math.max(1, Math.ceil(Math.log2(n / BLOCK)) + 2);
  const folds = step.folds.map(({ op, value }, i): Fold => {
    const { dtype } = outs[i] as Reference;
    const source = sourceOf(dtype);
    const id = wide.body.outputs[wide.values[i] as number] as number;
    const node = wide.body.nodes[id] as ScalarNode;
    const load = node.kind === "input" ? (nest.loads[node.index] as Reference) : undefined;
    const along = load?.strides[asColumns ? columns : last + 1];
    const isDirect = load !== undefined && wide.values[i] === value && along === widthOf(source);
    return {
      op: foldOf(op, dtype),
      source,
      value: wide.values[i] as number,
      out: remake(outs[i] as Reference),
      direct: isDirect ? load : undefined,
      strip: isDirect ? 0 : emission.scratch(asColumns ? GROUP * COLUMNS * 8 : STRIP * 8),
      totals: emission.scratch(asColumns ? COLUMNS * 8 : STRIP * 8),
      stack: emission.scratch(asColumns ? levels * (m + 4) * 8 : 512),
    };
  });
  emission.describe.push(
    `fold ${folds.map(({ op, source, direct }) => `${op} ${source}${direct === undefined ? "" : " in place"}`).join(", ")} of [${nest.sizes}] by ${asColumns ? "columns" : "rows"}`,
  );
  return emit(emission, nest, folds, columns);
};

const rowsLieTogether = (nest: Nest): boolean => {
  const n = nest.sizes.at(-1) as number;
  return [...nest.loads, ...nest.stores.map(({ to }) => to)].every(
    ({ strides }) => strides.at(-2) === (strides.at(-1) as number) * n,
  );
};

const flat = (nest: Nest): Nest => {
  const change = (r: Reference): Reference => ({ ...r, strides: [...r.strides.slice(0, -2), r.strides.at(-1) as number] });
  return {
    ...nest,
    sizes: [...nest.sizes.slice(0, -2), (nest.sizes.at(-2) as number) * (nest.sizes.at(-1) as number)],
    loads: nest.loads.map(change),
    stores: nest.stores.map(({ value, to }) => ({ value, to: change(to) })),
  };
};

/** The operand seen from indices of the kept axes (locals or numbers): its base moved, its other axes left. */
const seenFrom = (r: Reference, indices: readonly (Local | null)[], axes: readonly number[]): Reference => {
  let { base } = r;
  let key = r.key;
  indices.forEach((index, axis) => {
    const stride = r.strides[axis] as number;
    if (index === null || stride === 0) return;
    base = i32.add(base, i32.mul(index.get, i32.const(stride)));
    key += ` ${axis}*${stride}`;
  });
  return { ...r, base, key, strides: axes.map((axis) => (axis < 0 ? 0 : (r.strides[axis] as number))) };
};

const addressOf = ({ base, offset }: Reference): Code => (offset === 0 ? base : i32.add(base, i32.const(offset)));

/** The body over part of the axes, folded values into strips. */
const emitBody = (
  emission: Emission,
  nest: Nest,
  folds: readonly Fold[],
  sizes: readonly number[],
  see: (r: Reference) => Reference,
  stripStrides: (fold: Fold) => readonly number[],
): Code => {
  const strips = folds
    .filter(({ direct }) => direct === undefined)
    .map((fold) => ({
      value: fold.value,
      to: emission.space(dtypeOf(fold.source), fold.strip, stripStrides(fold)),
    }));
  const stores = [...nest.stores.map(({ value, to }) => ({ value, to: see(to) })), ...strips];
  if (stores.length === 0) return [];
  return emitNest(emission, { ...nest, sizes, loads: nest.loads.map(see), stores });
};

/** Loops around, over the kept axes but one. */
const around = (sizes: readonly number[], indices: readonly (Local | null)[], body: Code): Code =>
  indices.reduceRight<Code>(
    (code, index, axis) =>
      index === null ? code : forRange(index, i32.const(0), i32.const(sizes[axis] as number), i32.const(1), code),
    body,
  );

/** A range in pieces of a size, and a last piece that is smaller: code for each. */
const pieces = (at: Local, n: number, size: number, emit: (count: number) => Code): Code => {
  const whole = n - (n % size);
  return [
    whole > 0 ? forRange(at, i32.const(0), i32.const(whole), i32.const(size), emit(size)) : [],
    n > whole ? [at.set(i32.const(whole)), emit(n - whole)] : [],
  ];
};

const setTotal = (emission: Emission, { op, source, totals, stack }: Fold): Code =>
  op === "add" && isWide(source)
    ? word.store(emission.at(stack), i32.const(0))
    : isWide(source)
      ? f64.store(emission.at(totals), double.const(startOf(op, source)))
      : word.store(emission.at(totals), i32.const(startOf(op, source)));

const emitRows = (emission: Emission, nest: Nest, folds: readonly Fold[]): Code => {
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
        emitBody(emission, nest, folds, [rows, n], (r) => seenFrom(r, indices, [last, last + 1]), ({ source }) => [
          n * widthOf(source),
          widthOf(source),
        ]),
      ),
      folds.map((fold) => {
        const { op, source, direct, strip, totals, stack } = fold;
        const from = direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, indices, []));
        const rowBytes = direct === undefined ? n * widthOf(source) : (direct.strides[last] as number);
        return [
          builder.call(foldName("rows", op, source), from, i32.const(rows), i32.const(n), i32.const(rowBytes), emission.at(totals), emission.at(stack)),
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
      const from = direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, [...indices, along], []));
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

const startVector = (emission: Emission, { op, source }: Fold): Code => {
  const start = startOf(op, source);
  return v128.load(emission.constants, isWide(source) ? emission.pool.doubles(start) : emission.pool.words(start));
};

const emitColumns = (emission: Emission, nest: Nest, folds: readonly Fold[], axis: number): Code => {
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
      builder.call("fill", emission.at(fold.totals), startVector(emission, fold), i32.const(m * (isWide(fold.source) ? 8 : 4)));
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
        const from = direct === undefined ? emission.at(strip) : addressOf(seenFrom(direct, [...indices, rowAt], []));
        const rowBytes = direct === undefined ? lineBytes * widthOf(source) : (direct.strides[folded] as number);
        if (isTree(fold) && count === GROUP) {
          return builder.call(`treeAdd${source}`, from, i32.const(rowBytes), i32.const(m), emission.at(totals));
        }
        return Array.from({ length: count }, (_, i) =>
          builder.call(foldName("row", op, source), i32.add(from, i32.const(i * rowBytes)), i32.const(m), emission.at(totals)),
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
        builder.call("pushColumns", emission.at(fold.totals), i32.const(m), emission.at(fold.stack), blocks.get),
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

