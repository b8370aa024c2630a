/**
 * Instances of fp-ts' classes for tensors and trees of them. In integers all laws of a ring hold to the bit (modulo
 * 2^32); in floats commutativity, identities and inverses do, associativity and distributivity up to rounding.
 */
import type { Eq } from "fp-ts/lib/Eq.js";
import type { Field } from "fp-ts/lib/Field.js";
import type { Group } from "fp-ts/lib/Group.js";
import type { Ring } from "fp-ts/lib/Ring.js";
import type { Show } from "fp-ts/lib/Show.js";
import { leafPaths } from "../graph/tree.js";
import { checkDType } from "../numpy/convert.js";
import { add, div, mul, negative, ones, sub, zeros, zerosLike } from "../numpy/index.js";
import { optionsOf } from "../numpy/options.js";
import { type DType, type FloatDType, isFloat } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { checkShape, orThrow, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkDifferentiable, flattenTensors } from "../transforms/arguments.js";
import * as tree from "../transforms/tree.js";

/**
 * Equal shape, dtype and elements; NaN equals NaN, so that equality is reflexive, and 0 equals -0. An equivalence to
 * the bit. Reads the elements: not under `vmap` and `jit`.
 * @example eq.equals(np.array([1, 2]), np.array([1, 2])) // true
 */
export const eq: Eq<Tensor> = {
  equals: (x, y) => {
    if (x === y) return true;
    if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) return false;
    const [a, b] = [x.concrete("eq"), y.concrete("eq")];
    for (let i = 0; i < a.size; i++)
      if (a.at(i) !== b.at(i) && !(Number.isNaN(a.at(i)) && Number.isNaN(b.at(i)))) return false;
    return true;
  },
};

/**
 * A tensor as `console.log` shows it.
 * @example show.show(np.array([1, 2])) // "Tensor([1, 2], shape=[2], dtype=float64)"
 */
export const show: Show<Tensor> = { show: (x) => x.toString() };

export interface TensorSpecOptions<D extends DType = DType> {
  /** Of zero and one; default a scalar, which broadcasts. */
  readonly shape?: Shape;
  /** Default float64. */
  readonly dtype?: D;
}

const T = (x: unknown): Tensor => x as Tensor;

/**
 * Tensors of one shape and dtype under elementwise sum and product: a commutative ring. Exact in integers; in floats
 * associativity and distributivity hold up to rounding, all else to the bit where values are finite.
 * @example getRing({ shape: [2] }).add(np.array([1, 2]), getRing({ shape: [2] }).one)
 */
export const getRing = (options: TensorSpecOptions = {}): Ring<Tensor> => ringOf("getRing", options);

const ringOf = (operation: string, options: TensorSpecOptions): Ring<Tensor> => {
  const { shape = [], dtype = "float64" } = optionsOf(operation, options, ["shape", "dtype"]);
  const sizes = [...orThrow(checkShape(operation, shape))];
  checkDType(operation, dtype);
  return {
    zero: T(zeros(sizes, { dtype })),
    one: T(ones(sizes, { dtype })),
    add: (x, y) => T(add(x, y)),
    sub: (x, y) => T(sub(x, y)),
    mul: (x, y) => T(mul(x, y)),
  };
};

/**
 * The same with elementwise quotients. Of one number a field; of more elements a product of fields, in which
 * what has a zero among its elements has no inverse. `mod` is zero, as x = (x / y) y + (x mod y) has it, up to rounding.
 * @example getField().div(np.array(1), np.array(4))
 */
export const getField = (options: TensorSpecOptions<FloatDType> = {}): Field<Tensor> => {
  const ring = ringOf("getField", options);
  if (!isFloat(ring.one.dtype))
    throw DTypeError.unsupported("getField", ring.one.dtype, "float64 or float32");
  return { ...ring, degree: () => 1, div: (x, y) => T(div(x, y)), mod: (x) => T(zerosLike(x)) };
};

/** A commutative group with multiples: `concat` is the sum. */
export interface VectorSpace<A> extends Group<A> {
  readonly scale: (factor: TensorLike, x: A) => A;
}

/**
 * Trees of float tensors like `example` (parameters, gradients) under sums and multiples, leaf by leaf. The laws that
 * involve two sums or products hold up to rounding, the others to the bit.
 * @example const space = getVectorSpace(params); space.concat(params, space.scale(-0.1, gradient))
 */
export const getVectorSpace = <A>(example: A): VectorSpace<A> => {
  const { tensors, structure } = flattenTensors("getVectorSpace", example, "the example");
  checkDifferentiable("getVectorSpace", tensors, () => leafPaths(structure, "the example"));
  const each = (f: (...xs: readonly Tensor[]) => unknown, ...trees: readonly A[]): A =>
    (tree.map as unknown as (f: unknown, ...trees: readonly A[]) => A)(f, ...trees);
  return {
    empty: each((x) => zerosLike(T(x)), example),
    concat: (x, y) => each((a, b) => add(T(a), T(b)), x, y),
    inverse: (x) => each((a) => negative(T(a)), x),
    scale: (factor, x) => each((a) => mul(T(a), factor), x),
  };
};
