/**
 * Gather and scatter. Operand axes stand in the order [batch..., indexed..., rest...]; the last axis of the
 * indices (int32) holds one position for each indexed axis: out[n, b, r] = x[n, indices[n, b, :], r].
 * Scatter-add is gather's transpose.
 */
import { type Batched, isVariable, known } from "../graph/primitive.js";
import { gather as gatherKernel, scatter as scatterKernel } from "../kernel/gather.js";
import { ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { add, convert, div, filledAs, mul, zerosAs } from "./arithmetic.js";
import { withBatchAxis } from "./batching.js";
import { broadcast } from "./broadcast.js";
import { eq, max, min } from "./compare.js";
import { type BinaryWith, binaryWith, type VariadicWith, variadicWith } from "./define.js";
import { withShape } from "./linear.js";

export interface IndexingParameters {
  /** Leading axes that operand, indices and updates share. */
  readonly batchAxes: number;
  /** Axes of the operand after those, replaced by positions. */
  readonly indexedAxes: number;
}

const gatheredType = (
  x: TensorType,
  indices: TensorType,
  { batchAxes, indexedAxes }: IndexingParameters,
): TensorType => withShape(x, [...indices.shape.slice(0, -1), ...x.shape.slice(batchAxes + indexedAxes)]);

const checkIndices = (
  operation: string,
  x: TensorType,
  indices: TensorType,
  { batchAxes, indexedAxes }: IndexingParameters,
): void => {
  const fits =
    indices.dtype === "int32" &&
    indices.shape.at(-1) === indexedAxes &&
    x.shape.length >= batchAxes + indexedAxes &&
    sameShape(x.shape.slice(0, batchAxes), indices.shape.slice(0, batchAxes));
  if (!fits) {
    throw ShapeError.mismatch(
      operation,
      `int32 indices [batch..., places..., ${indexedAxes}] are needed with ${batchAxes} batch axes`,
      [x.shape, indices.shape],
      "np.take and np.slice arrange them.",
    );
  }
};

export const gather: BinaryWith<IndexingParameters> = binaryWith<IndexingParameters>({
  name: "gather",
  shape: ([x, indices], p) => {
    checkIndices("gather", x, indices, p);
    return [gatheredType(x, indices, p)];
  },
  impl: ([x, indices], p) => [
    gatherKernel(x, indices, p.batchAxes, p.indexedAxes, gatheredType(x.type, indices.type, p)),
  ],
  jvp: ([x, indices], [dx], p) => [[gather(x, indices, p)], [dx && gather(dx, indices, p)]],
  transpose: ([ct], [x, indices], p) => [
    ct && scatterAdd([zerosAs(x), known("gather", indices), ct], p),
    null,
  ],
  batch: ([x, indices], p, { size }) => {
    // indices alone mapped: their batch axis is one more axis of places, unless both share batch axes already
    if (!x.mapped && p.batchAxes === 0) return [{ value: gather(x.value, indices.value, p), mapped: true }];
    return [
      {
        value: gather(withBatchAxis(x, size), withBatchAxis(indices, size), {
          ...p,
          batchAxes: p.batchAxes + 1,
        }),
        mapped: true,
      },
    ];
  },
  lower: () => ({ kind: "opaque" }),
});

type ScatterOp = "add" | "set" | "mul" | "min" | "max";

const checkScatter = (
  name: string,
  ins: readonly [TensorType, TensorType, TensorType],
  p: IndexingParameters,
): readonly [TensorType] => {
  const [x, indices, updates] = ins;
  checkIndices(name, x, indices, p);
  const expected = gatheredType(x, indices, p).shape;
  if (!sameShape(updates.shape, expected)) {
    throw ShapeError.mismatch(
      name,
      "updates must have the shape of what is replaced",
      [updates.shape, expected],
      "np.at broadcasts them.",
    );
  }
  return [x];
};

/* @__NO_SIDE_EFFECTS__ */
const batchScatter =
  (again: () => VariadicWith<IndexingParameters>) =>
  (
    ins: readonly [Batched, Batched, Batched],
    p: IndexingParameters,
    { size }: { readonly size: number },
  ): readonly [Batched] => [
    {
      value: again()(
        ins.map((x) => withBatchAxis(x, size)),
        { ...p, batchAxes: p.batchAxes + 1 },
      ),
      mapped: true,
    },
  ];

/** [x, indices, updates]: x with the updates added at the places; places named twice are added twice. */
export const scatterAdd: VariadicWith<IndexingParameters> = variadicWith<3, IndexingParameters>({
  name: "scatterAdd",
  shape: (ins, p) => checkScatter("scatterAdd", ins, p),
  impl: ([x, indices, updates], p) => [
    scatterKernel("add", x, indices, updates, p.batchAxes, p.indexedAxes, x.type),
  ],
  jvp: ([x, indices, updates], [dx, , du], p) => [
    [scatterAdd([x, indices, updates], p)],
    [du === null ? dx : scatterAdd([dx ?? zerosAs(x), indices, du], p)],
  ],
  transpose: ([ct], [x, indices, updates], p) => [
    isVariable(x) ? ct : null,
    null,
    ct && isVariable(updates) ? gather(ct, known("scatterAdd", indices), p) : null,
  ],
  batch: batchScatter(() => scatterAdd),
  lower: () => ({ kind: "opaque" }),
});

/** The tangent of a scatter's result, from the tangents of x and of the updates. */
type ScatterTangent = (
  ins: readonly [x: Tensor, indices: Tensor, updates: Tensor],
  tangents: readonly [dx: Tensor, du: Tensor],
  out: Tensor,
  p: IndexingParameters,
) => Tensor;

/** Marks, in the shape of x, of the places that are scattered to; 1 there and 0 elsewhere. */
const touched = (x: Tensor, indices: Tensor, updates: Tensor, p: IndexingParameters): Tensor =>
  scatterSet([zerosAs(x), indices, filledAs(updates, 1)], p);

/**
 * Which update a place holds at the end (the last one in row-major order, as NumPy), as 0/1 in the shape of the
 * updates: each update is numbered, the numbers are scattered, and the number found at the place tells the winner.
 */
const lastWriter = (x: Tensor, indices: Tensor, updates: Tensor, p: IndexingParameters): Tensor => {
  const numbers = numbered(updates.shape);
  const type: TensorType = { shape: x.shape, dtype: "int32", weak: false };
  const holders = gather(scatterSet([filledAs({ type }, -1), indices, numbers], p), indices, p);
  return convert(eq(holders, numbers), updates.dtype);
};

const numbered = (shape: Shape): Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return compact(
    { shape, dtype: "int32", weak: false },
    Int32Array.from({ length: n }, (_, i) => i),
  );
};

// dx and du pass where they survive: x where nothing is written, an update where no later one overwrites it
const setTangent: ScatterTangent = ([x, indices, updates], [dx, du], _, p) =>
  add(
    mul(dx, convert(eq(touched(x, indices, updates, p), zerosAs(x)), x.dtype)),
    scatterAdd([zerosAs(x), indices, mul(du, lastWriter(x, indices, updates, p))], p),
  );

// the tangent of a winner, shared evenly among all (x and updates) that equal the result
const extremeTangent: ScatterTangent = ([x, indices, updates], [dx, du], out, p) => {
  const mine = convert(eq(x, out), x.dtype);
  const theirs = convert(eq(updates, gather(out, indices, p)), x.dtype);
  const count = scatterAdd([mine, indices, theirs], p);
  return div(scatterAdd([mul(dx, mine), indices, mul(du, theirs)], p), count);
};

/** A scatter other than by addition, with the tangent of its result. */
/* @__NO_SIDE_EFFECTS__ */
export const scatterBy = (
  op: Exclude<ScatterOp, "add">,
  tangent: ScatterTangent,
): VariadicWith<IndexingParameters> => {
  const operation: VariadicWith<IndexingParameters> = variadicWith<3, IndexingParameters>({
    name: `scatter${op[0]?.toUpperCase()}${op.slice(1)}`,
    shape: (ins, p) => checkScatter(`scatter ${op}`, ins, p),
    impl: ([x, indices, updates], p) => [
      scatterKernel(op, x, indices, updates, p.batchAxes, p.indexedAxes, x.type),
    ],
    jvp: (ins, [dx, , du], p) => {
      const out = operation(ins, p);
      return [[out], [tangent(ins, [dx ?? zerosAs(ins[0]), du ?? zerosAs(ins[2])], out, p)]];
    },
    transpose: "nonlinear",
    batch: batchScatter(() => operation),
    lower: () => ({ kind: "opaque" }),
  });
  return operation;
};

export const scatterSet: VariadicWith<IndexingParameters> = scatterBy("set", setTangent);
export const scatterMin: VariadicWith<IndexingParameters> = scatterBy("min", extremeTangent);
export const scatterMax: VariadicWith<IndexingParameters> = scatterBy("max", extremeTangent);

/** Positions [N, ...block, rank] of every element of blocks that begin at starts [N, rank]. */
const blockPositions = (starts: Tensor, whole: Shape, block: Shape): Tensor => {
  const rank = block.length;
  const size = starts.shape[0] as number;
  const room = compact(
    { shape: [rank], dtype: "int32", weak: false },
    Int32Array.from(whole, (n, axis) => n - (block[axis] as number)),
  );
  const limit = broadcast(room, { shape: [size, rank], axes: [1] });
  const clamped = max(min(starts, limit), filledAs(starts, 0));
  const count = block.reduce((a, b) => a * b, 1);
  const within = new Int32Array(count * rank);
  for (let i = 0; i < count; i++) {
    let rest = i;
    for (let axis = rank - 1; axis >= 0; axis--) {
      within[i * rank + axis] = rest % (block[axis] as number);
      rest = Math.floor(rest / (block[axis] as number));
    }
  }
  const shape = [size, ...block, rank];
  const offsets = compact({ shape: [...block, rank], dtype: "int32", weak: false }, within);
  return add(
    broadcast(clamped, { shape, axes: [0, rank + 1] }),
    broadcast(offsets, { shape, axes: block.map((_, axis) => axis + 1).concat(rank + 1) }),
  );
};

/** Per-example blocks of x (mapped or shared): what dynamicSlice becomes when its starts are mapped. */
export const dynamicSliceByGather = (x: Batched, starts: Batched, sizes: Shape): Tensor => {
  const whole = x.mapped ? x.value.shape.slice(1) : x.value.shape;
  const positions = blockPositions(starts.value, whole, sizes);
  return gather(x.value, positions, { batchAxes: x.mapped ? 1 : 0, indexedAxes: sizes.length });
};

/** What dynamicUpdateSlice becomes when its starts are mapped: all operands have the batch axis. */
export const dynamicUpdateByScatter = (x: Tensor, update: Tensor, starts: Tensor): Tensor => {
  const block = update.shape.slice(1);
  const positions = blockPositions(starts, x.shape.slice(1), block);
  return scatterSet([x, positions, update], { batchAxes: 1, indexedAxes: block.length });
};
