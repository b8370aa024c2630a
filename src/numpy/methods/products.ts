/**
 * Matrix products. `alignedDot` is the one idea: leading axes are paired as batch axes where both operands have
 * them, and left as free axes where one is missing or 1, so that nothing is repeated before it is multiplied.
 */
import { convert } from "../../primitives/arithmetic.js";
import { axesFrom, dot as dotPrimitive } from "../../primitives/dot.js";
import { arranged, inverseOrder, reshape } from "../../primitives/reshape.js";
import { ShapeError } from "../../tensor/errors.js";
import { broadcastShapes, orThrow, type Shape } from "../../tensor/shape.js";
import type { DotFunction, MatMulFunction } from "../../tensor/signatures.js";
import type { Tensor, TensorLike } from "../../tensor/tensor.js";
import { promoteAll, toTensor } from "../convert.js";
import { multiply } from "./arithmetic.js";

const matrices = { contract: [[1], [0]], batch: [[], []] } as const;

/** Runs a sum of products in a dtype that has one: bools (NumPy's "or" of "and"s) are counted and compared with 0. */
export const withCounts = (xs: readonly Tensor[], f: (xs: readonly Tensor[]) => Tensor): Tensor =>
  xs[0]?.type.dtype === "bool" ? convert(f(xs.map((x) => convert(x, "int32"))), "bool") : f(xs);

/** Two operands in one dtype. */
export const operands = (operation: string, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] => {
  const x = toTensor(operation, a);
  const y = toTensor(operation, b);
  if (x.type.dtype === y.type.dtype && x.type.weak === y.type.weak) return [x, y];
  return promoteAll(operation, [x, y]) as readonly [Tensor, Tensor];
};

const contracted = (operation: string, x: Tensor, y: Tensor, m: number, n: number): ShapeError =>
  ShapeError.mismatch(
    operation,
    `the contracted axes have sizes ${m} and ${n}`,
    [x.type.shape, y.type.shape],
    "They must be equal: the last axis of the left operand, the one before the last (or the only one) of the right.",
  );

/** One operand: how many leading axes are batch axes, and which axis is contracted. */
export interface Side {
  readonly x: Tensor;
  readonly batchAxes: number;
  readonly contract: number;
}

/** The operand without those batch axes of size 1 that the other operand stretches. */
const unstretched = (
  { x, batchAxes, contract }: Side,
  batch: Shape,
): Side & { readonly places: readonly number[] } => {
  const { shape } = x.type;
  const missing = batch.length - batchAxes;
  const places: number[] = [];
  for (let axis = 0; axis < batchAxes; axis++)
    if (shape[axis] === batch[axis + missing]) places.push(axis + missing);
  if (places.length === batchAxes) return { x, batchAxes, contract, places };
  const kept = [...places.map((place) => batch[place] as number), ...shape.slice(batchAxes)];
  return {
    x: reshape(x, kept),
    batchAxes: places.length,
    contract: contract - batchAxes + places.length,
    places,
  };
};

/** [batch..., free axes of the left, free axes of the right], the batch axes broadcast against each other. */
export const alignedDot = (operation: string, left: Side, right: Side): Tensor => {
  const batch = orThrow(
    broadcastShapes(
      operation,
      left.x.type.shape.slice(0, left.batchAxes),
      right.x.type.shape.slice(0, right.batchAxes),
    ),
  );
  const a = unstretched(left, batch);
  const b = unstretched(right, batch);
  const shared = a.places.filter((place) => b.places.includes(place));
  const product = dotPrimitive(a.x, b.x, {
    contract: [[a.contract], [b.contract]],
    batch: [shared.map((place) => a.places.indexOf(place)), shared.map((place) => b.places.indexOf(place))],
  });
  // where each axis of the product goes: [shared, left only, left free, right only, right free]
  const only = ({ places }: typeof a): number[] => places.filter((place) => !shared.includes(place));
  const leftFree = axesFrom(batch.length, a.x.type.shape.length - a.batchAxes - 1);
  const rightFree = axesFrom(batch.length + leftFree.length, b.x.type.shape.length - b.batchAxes - 1);
  return arranged(product, inverseOrder([...shared, ...only(a), ...leftFree, ...only(b), ...rightFree]));
};

const matmulTensors = (a: TensorLike, b: TensorLike): Tensor => {
  const pair = operands("matmul", a, b);
  const s = pair[0].type.shape;
  const t = pair[1].type.shape;
  if (s.length === 0 || t.length === 0) {
    throw ShapeError.mismatch(
      "matmul",
      "scalars have no axis to contract",
      [s, t],
      "Multiply by a scalar with np.multiply.",
    );
  }
  const m = s[s.length - 1] as number;
  const n = t[t.length === 1 ? 0 : t.length - 2] as number;
  if (m !== n) throw contracted("matmul", ...pair, m, n);
  if (s.length === 2 && t.length === 2 && pair[0].type.dtype !== "bool")
    return dotPrimitive(...pair, matrices);
  return withCounts(pair, ([x, y]) =>
    alignedDot(
      "matmul",
      { x: x as Tensor, batchAxes: Math.max(0, s.length - 2), contract: s.length - 1 },
      { x: y as Tensor, batchAxes: Math.max(0, t.length - 2), contract: Math.max(0, t.length - 2) },
    ),
  );
};

/** As `np.matmul`. */
export const matmul: MatMulFunction = matmulTensors as MatMulFunction;

const dotTensors = (a: TensorLike, b: TensorLike): Tensor => {
  const pair = operands("dot", a, b);
  const s = pair[0].type.shape;
  const t = pair[1].type.shape;
  if (s.length === 0 || t.length === 0) return multiply(...pair);
  const left = s.length - 1;
  const right = Math.max(0, t.length - 2);
  const m = s[left] as number;
  const n = t[right] as number;
  if (m !== n) throw contracted("dot", ...pair, m, n);
  const pairs =
    left === 1 && t.length === 2 ? matrices : ({ contract: [[left], [right]], batch: [[], []] } as const);
  if (pair[0].type.dtype !== "bool") return dotPrimitive(...pair, pairs);
  return withCounts(pair, ([x, y]) => dotPrimitive(x as Tensor, y as Tensor, pairs));
};

/** As `np.dot`. */
export const dot: DotFunction = dotTensors as DotFunction;
