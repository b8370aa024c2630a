/**
 * A Variable holds a tensor and may be given another: the one thing here that changes. To read it is an operation
 * without operands, so that every tape that is recording hears of it.
 */
import { bindOne, under } from "../graph/context.js";
import { type AnyPrimitive, erase } from "../graph/primitive.js";
import { cast, checkDType } from "../numpy/convert.js";
import { asTensor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { add, sub } from "../primitives/arithmetic.js";
import type { DType } from "../tensor/dtype.js";
import { ArgumentError, DTypeError, describe, ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import {
  DenseTensor,
  isHolder,
  type Nested,
  Tensor,
  type TensorHolder,
  type TensorLike,
  type TensorType,
} from "../tensor/tensor.js";

/** A tensor of the Variable's own, so that tapes can tell it from others with the same elements. */
const view = (x: DenseTensor): DenseTensor =>
  new DenseTensor({ ...x.type, weak: false }, x.data, x.value, x.strides, x.offset);

/** Reads the Variable that is its parameter. */
export const reading: AnyPrimitive = /* @__PURE__ */ erase<0, 1, Variable>({
  name: "read",
  shape: (_, variable) => [variable.type],
  impl: (_, variable) => [variable.held],
  jvp: (_, __, variable) => [[bindOne(reading, [], variable)], [null]],
  transpose: () => [],
  batch: (_, variable) => [{ value: bindOne(reading, [], variable), mapped: false }],
  lower: () => ({ kind: "opaque" }),
  reads: true,
});

export interface VariableOptions<D extends DType = DType> {
  readonly dtype?: D;
  /** Shown when the Variable is printed. */
  readonly name?: string;
  /** Default true; one that is not is watched only by `tape.watch`. */
  readonly trainable?: boolean;
}

/**
 * A tensor that can be replaced, of fixed shape and dtype: `np.add(v, 1)` and `v.value` read it, `assign` replaces
 * it. A tape that records watches the Variables that are read. Values computed from it do not change with it.
 *
 * Throws `ShapeError` and `DTypeError` where a value does not fit, `ConcretizationError` for one that is not known
 * (under vmap, or while a graph is made).
 * @example const v = new Variable([1, 2], { dtype: "float32" }); v.assignAdd([1, 1]);
 */
export class Variable<S extends Shape = Shape, D extends DType = DType> implements TensorHolder<S, D> {
  readonly name: string;
  readonly trainable: boolean;
  /** @internal */
  held: DenseTensor;

  constructor(initial: Initial<S, D>, options?: VariableOptions<D>) {
    const {
      dtype,
      name = "Variable",
      trainable,
    } = optionsOf("Variable", options, ["dtype", "name", "trainable"]);
    if (typeof name !== "string")
      throw ArgumentError.invalid("Variable", `name is ${describe(name)}`, "It is a string.");
    this.name = name;
    this.trainable = flagOf("Variable", "trainable", trainable, true);
    const x = asTensor("Variable", initial as TensorLike).concrete("Variable");
    const own = dtype === undefined ? x.type.dtype : checkDType("Variable", dtype);
    this.held = view(under(null, () => cast(x, own)) as DenseTensor);
    // not on the class: one that does something when it is made stays in every bundle
    for (const symbol of ["nodejs.util.inspect.custom", "Deno.customInspect"])
      Object.defineProperty(this, Symbol.for(symbol), { value: () => this.toString() });
  }

  /** @internal */
  get type(): TensorType {
    return this.held.type;
  }
  get shape(): S {
    return this.type.shape as S;
  }
  get dtype(): D {
    return this.type.dtype as D;
  }
  /** What it holds now, as a tensor that will not change. */
  get value(): Tensor<S, D> {
    return bindOne(reading, [], this) as Tensor<S, D>;
  }
  get heldTensor(): Tensor<S, D> {
    return this.value;
  }

  /** Replaces what it holds. Derivatives do not flow through it. */
  assign(value: TensorLike): this {
    this.held = view(this.#fitting("assign", value));
    return this;
  }
  assignAdd(value: TensorLike): this {
    const x = this.#fitting("assignAdd", value);
    return this.assign(under(null, () => add(this.held, x)));
  }
  assignSub(value: TensorLike): this {
    const x = this.#fitting("assignSub", value);
    return this.assign(under(null, () => sub(this.held, x)));
  }

  /** The value in this shape and dtype; bare numbers and nested arrays take the dtype. */
  #fitting(method: string, value: TensorLike): DenseTensor {
    const operation = `Variable.${method}`;
    const x = asTensor(operation, value).concrete(operation);
    if (!sameShape(x.shape, this.shape)) {
      throw ShapeError.mismatch(
        operation,
        "a Variable keeps its shape",
        [x.shape, this.shape],
        "Make a new Variable for another shape.",
      );
    }
    const typed = value instanceof Tensor || ArrayBuffer.isView(value) || isHolder(value);
    if (typed && !x.type.weak && x.dtype !== this.dtype)
      throw DTypeError.unsupported(operation, x.dtype, `${this.dtype}, that of the Variable,`);
    return under(null, () => cast(x, this.dtype)) as DenseTensor;
  }

  /** The only element as a number. */
  item(): number {
    return this.held.item();
  }
  toArray(): Nested {
    return this.held.toArray();
  }
  toString(): string {
    const head = `Variable "${this.name}": `;
    return head + this.held.toString().replaceAll("\n", `\n${" ".repeat(head.length)}`);
  }
}

/** What a Variable of this shape and dtype may start with. */
type Initial<S extends Shape, D extends DType> = TensorLike | Tensor<S, D>;
