/**
 * PyTorch's autograd: leaves, and `backward()` of what is computed of them. Nothing is in charge while that is done:
 * a result holds what it was computed of, so that what nobody holds is collected.
 */
import { bindUnder, currentInterpreter, Hosted, type Interpreter, Tracer, under } from "../graph/context.js";
import type { AnyPrimitive, Variable } from "../graph/primitive.js";
import { leafStructure } from "../graph/tree.js";
import { substituting } from "../interpreters/closure.js";
import { origins, Recording, type Rows, release, type Track } from "../interpreters/recording.js";
import { cast, checkDType } from "../numpy/convert.js";
import { asTensor, openDoor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { add, filledAs } from "../primitives/arithmetic.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, bracketed, DTypeError, NonScalarOutputError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import { type DenseTensor, Tensor, type TensorLike, type TensorType } from "../tensor/tensor.js";
import { matchTangents, synchronous } from "../transforms/arguments.js";
import { TapeUsedError } from "./errors.js";

/** A leaf, or what was computed of leaves: a value with a track. */
class Recorded extends Hosted {
  accumulated: Tensor | null = null;
  constructor(
    readonly value: Tensor,
    readonly track: Track,
    readonly isMade: boolean,
  ) {
    super();
  }
  override get type(): TensorType {
    return this.value.type;
  }
  override get host(): Interpreter {
    return autograd;
  }
  override concrete(attempted: string): DenseTensor {
    return this.value.concrete(attempted);
  }
  override toString(): string {
    return this.value.toString().replace(/\)$/, ", requiresGrad=true)");
  }
}

const plain = (x: Tensor): Tensor => (x instanceof Recorded ? x.value : x);
const trackOf = (x: object): Track | undefined => (x instanceof Recorded ? x.track : undefined);

/** Carries out operations on recorded values, of which there is at least one among the operands, and records them. */
class AutogradInterpreter implements Interpreter {
  readonly recording: Recording = new Recording("backward", trackOf, plain, true);
  readonly #leaves = new WeakMap<Variable, Recorded>();

  leaf(value: Tensor): Recorded {
    const leaf = new Recorded(value, this.recording.input(value.type), true);
    this.#leaves.set(leaf.track.variable, leaf);
    return leaf;
  }
  leavesBehind(x: Recorded): readonly Recorded[] {
    return origins(x.track).map((step) => {
      const leaf = this.#leaves.get(step);
      if (leaf === undefined)
        throw new TapeUsedError(
          "backward: trying to go backward through the graph a second time, and what the first time needed has been freed. " +
            "Pass { retainGraph: true } the first time, or compute the value again.",
        );
      return leaf;
    });
  }
  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const [outs, tracks] = this.recording.apply(null, { primitive, ins, p }, ins.map(plain));
    return outs.map((out, i) => {
      const track = tracks[i] ?? null;
      return track === null ? out : new Recorded(plain(out), track, false);
    });
  }
}

/** It holds nothing but numbers of steps, and what lives as long as its leaves. */
const autograd: AutogradInterpreter = /* @__PURE__ */ new AutogradInterpreter();

export interface BackwardOptions {
  /** Keeps what a second `backward` needs. Default: `createGraph`. */
  readonly retainGraph?: boolean;
  /** Makes gradients that can be differentiated themselves. Default false. */
  readonly createGraph?: boolean;
}

/** Adds the gradient of `x` by each leaf behind it to the leaf's `grad`. */
const backward = (x: Tensor, gradient?: TensorLike | null, options?: BackwardOptions): void => {
  const { createGraph = false, retainGraph = createGraph } = optionsOf("backward", options, [
    "retainGraph",
    "createGraph",
  ]);
  if (!(x instanceof Recorded)) {
    throw ArgumentError.invalid(
      "backward",
      "this tensor does not require grad: no leaf is among what it was computed of",
      "Make a parameter with tape.leaf(value), and compute outside of noGrad and without detach; within grad, use its result.",
    );
  }
  const leaves = autograd.leavesBehind(x);
  if ((gradient ?? null) === null && x.size !== 1) throw backwardOutputError(x.shape);
  const seed =
    (gradient ?? null) === null
      ? filledAs(x, 1)
      : (matchTangents("backward", "the gradient", gradient, leafStructure, [x.type])[0] as Tensor);
  const accumulate = (): void => {
    const own = createGraph ? (g: Tensor): Tensor => g : plain;
    const rows: Rows = (pull) => pull([own(seed)]);
    const found = autograd.recording.derivatives([x], leaves, rows, { recorded: createGraph });
    leaves.forEach((leaf, i) => {
      const g = found[i] && own(found[i]);
      if (g !== undefined) leaf.accumulated = leaf.accumulated === null ? g : add(leaf.accumulated, g);
    });
  };
  if (createGraph) accumulate();
  else noGrad(accumulate);
  if (!retainGraph) release(x.track);
};

/** backward() of many elements, without weights. */
const backwardOutputError = (shape: Shape): NonScalarOutputError =>
  new NonScalarOutputError(
    `backward: grad can be implicitly created only for scalar outputs, but this tensor has shape ${bracketed(shape)}. ` +
      "Reduce it (np.sum, np.mean), or pass the gradient by it: y.backward(np.onesLike(y)).",
  );

export interface LeafOptions<D extends DType = DType> {
  readonly dtype?: D;
  /** Default true; without it the leaf is a plain tensor. */
  readonly requiresGrad?: boolean;
}

/**
 * A parameter, as PyTorch knows it: what is computed of it can go `backward()`, which adds to its `grad`.
 *
 * Throws `DTypeError` for integers, `ArgumentError` within a transformation.
 * @example const x = leaf(3); np.mul(x, x).backward(); x.grad // 6
 */
export const leaf = <S extends Shape = Shape, D extends DType = DType>(
  value: TensorLike | Tensor<S, D>,
  options?: LeafOptions<D>,
): Tensor<S, D> => {
  const { dtype, ...given } = optionsOf("leaf", options, ["dtype", "requiresGrad"]);
  const requiresGrad = flagOf("leaf", "requiresGrad", given.requiresGrad, true);
  openDoor();
  provideMethods();
  const x = plain(asTensor("leaf", value as TensorLike));
  if (x instanceof Tracer) {
    throw ArgumentError.invalid(
      "leaf",
      `the value is traced by ${x.tag.toString()}, which differentiates it by itself`,
      "Use the value as it is; for a tape within a transformation there is GradientTape.",
    );
  }
  const own = under(null, () => cast(x, dtype === undefined ? x.type.dtype : checkDType("leaf", dtype)));
  if (!isFloat(own.type.dtype) && requiresGrad)
    throw DTypeError.notDifferentiable("leaf", own.type.dtype, "the value");
  return (requiresGrad ? autograd.leaf(own) : own) as Tensor<S, D>;
};

/** Runs `f` with leaves, and what is computed of them, as plain values: nothing is recorded. Gives what it returns. */
export const noGrad = <R>(f: () => R): R => {
  const given = synchronous("noGrad", f);
  const below = currentInterpreter();
  const process: Interpreter["process"] = (primitive, ins, p) => {
    const held = primitive.withFunction?.(p, (g) => substituting(g, plain)) ?? p;
    return bindUnder(below, primitive, ins.map(plain), held);
  };
  return under({ process }, given);
};

declare module "../tensor/tensor.js" {
  interface Tensor<S extends Shape = Shape, D extends DType = DType> {
    /** The gradient that `backward` has added up here; null before, and for what is no leaf. */
    readonly grad: Tensor<S, D> | null;
    /** Whether a leaf is among what this was computed of. */
    readonly requiresGrad: boolean;
    /** Whether this was made, not computed of leaves. */
    readonly isLeaf: boolean;
    /**
     * Adds the gradient of this tensor by each leaf behind it to the leaf's `grad`; `gradient` gives weights to its
     * elements where there are several. Throws `TapeUsedError` when done again without `retainGraph`.
     */
    backward(gradient?: TensorLike | null, options?: BackwardOptions): void;
    zeroGrad(): void;
    /** The same values, of which nothing is recorded. */
    detach(): Tensor<S, D>;
  }
}

/** Gives tensors PyTorch's methods, when the first leaf is made: who makes none has none. */
const provideMethods = (): void => {
  if ("backward" in Tensor.prototype) return;
  const method = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });
  const getter = (get: (this: Tensor) => unknown): PropertyDescriptor => ({ get, configurable: true });
  Object.defineProperties(Tensor.prototype, {
    grad: getter(function () {
      return this instanceof Recorded ? this.accumulated : null;
    }),
    requiresGrad: getter(function () {
      return this instanceof Recorded;
    }),
    isLeaf: getter(function () {
      return !(this instanceof Recorded) || this.isMade;
    }),
    backward: method(function (this: Tensor, gradient?: TensorLike | null, options?: BackwardOptions) {
      backward(this, gradient, options);
    }),
    zeroGrad: method(function (this: Tensor) {
      if (this instanceof Recorded) this.accumulated = null;
    }),
    detach: method(function (this: Tensor) {
      return plain(this);
    }),
  });
};
