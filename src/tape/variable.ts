/**
 * A Variable holds a tensor and may be given another: the one thing here that changes. To read it is an operation
 * without operands, so that every tape that is recording hears of it.
 */
import { reading } from "../control/reading.js";
import { bindOne, under } from "../graph/context.js";
import { cast } from "../numpy/convert.js";
import { dtypeOr } from "../numpy/create.js";
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
const own = (make: () => Tensor): DenseTensor => {
  const { type, data, value, strides, offset } = under(null, make) as DenseTensor;
  return new DenseTensor({ ...type, weak: false }, data, value, strides, offset);
};

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
  readonly shape: S;
  readonly dtype: D;
  /** @internal */
  readonly type: TensorType;
  /** @internal */
  held: DenseTensor;

  constructor(initial: TensorLike | Tensor<S, D>, options?: VariableOptions<D>) {
    const keys = ["dtype", "name", "trainable"] as const;
    const { dtype, name = "Variable", trainable } = optionsOf("Variable", options, keys);
    if (typeof name !== "string")
      throw ArgumentError.invalid("Variable", `name is ${describe(name)}`, "It is a string.");
    this.name = name;
    this.trainable = flagOf("Variable", "trainable", trainable, true);
    const x = asTensor("Variable", initial as TensorLike).concrete("Variable");
    this.held = own(() => cast(x, dtypeOr("Variable", dtype, x.dtype)));
    this.type = this.held.type;
    this.shape = this.type.shape as S;
    this.dtype = this.type.dtype as D;
    // not on the class: one that does something when it is made stays in every bundle
    for (const symbol of ["nodejs.util.inspect.custom", "Deno.customInspect"])
      Object.defineProperty(this, Symbol.for(symbol), { value: () => this.toString() });
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
    return this.#update("assign", value, (_, x) => x);
  }
  assignAdd(value: TensorLike): this {
    return this.#update("assignAdd", value, add);
  }
  assignSub(value: TensorLike): this {
    return this.#update("assignSub", value, sub);
  }

  /** The value must have this shape, and this dtype too unless it is a bare number or nested arrays. */
  #update(method: string, value: TensorLike, next: (held: Tensor, x: Tensor) => Tensor): this {
    const operation = `Variable.${method}`;
    const x = asTensor(operation, value).concrete(operation);
    if (!sameShape(x.shape, this.shape))
      throw ShapeError.mismatch(
        operation,
        "a Variable keeps its shape",
        [x.shape, this.shape],
        "Make a new Variable for another shape.",
      );
    const typed = value instanceof Tensor || ArrayBuffer.isView(value) || isHolder(value);
    if (typed && !x.type.weak && x.dtype !== this.dtype)
      throw DTypeError.unsupported(operation, x.dtype, `${this.dtype}, that of the Variable,`);
    this.held = own(() => next(this.held, cast(x, this.dtype)));
    return this;
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
