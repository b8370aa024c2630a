/**
 * PyTorch's autograd: leaves, and `backward()` of what is computed of them. Nothing is in charge while that is done:
 * a result holds what it was computed of, so that what nobody holds is collected.
 */
import { bindUnder, currentInterpreter, Hosted, type Interpreter, Tracer, under } from "../graph/context.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { leafStructure } from "../graph/tree.js";
import { substituting } from "../interpreters/closure.js";
import { derivatives, Recording, release, type Track } from "../interpreters/recording.js";
import { cast, checkDType } from "../numpy/convert.js";
import { asTensor, openDoor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { add, filledAs } from "../primitives/arithmetic.js";
import { reshape } from "../primitives/reshape.js";
import { type DType, isFloat } from "../tensor/dtype.js";
import { ArgumentError, DTypeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import { type DenseTensor, Tensor, type TensorLike, type TensorType } from "../tensor/tensor.js";
import { checkFunction, matchTangents, rejectPromise } from "../transforms/arguments.js";
import { backwardOutputError, TapeUsedError } from "./errors.js";

/** An operation that was carried out; freed by the first `backward()` that passes. */
class Operation {
  freed = false;
  constructor(
    readonly index: number,
    readonly primitive: AnyPrimitive,
    readonly p: unknown,
    public ins: readonly Tensor[],
    /** What it was computed of: its operands, and what functions that it holds close over. */
    public uses: readonly Recorded[],
  ) {}
  free(): void {
    this.freed = true;
    this.ins = [];
    this.uses = [];
  }
}

/** A leaf, or what was computed of leaves: a value that knows the operation it is a result of. */
class Recorded extends Hosted {
  accumulated: Tensor | null = null;
  constructor(
    readonly value: Tensor,
    readonly track: Track,
    /** Null for a leaf. */
    readonly operation: Operation | null,
    /** Which result of the operation. */
    readonly position: number,
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

/** Carries out operations on recorded values, of which there is at least one among the operands, and records them. */
class AutogradInterpreter implements Interpreter {
  #count = 0;
  /** What functions that are held close over, as it comes to light. */
  #uses = new Set<Recorded>();
  readonly #recording: Recording = new Recording("backward", (x) => {
    if (!(x instanceof Recorded)) return undefined;
    this.#uses.add(x);
    return [x.value, x.track];
  });

  leaf(value: Tensor): Recorded {
    return new Recorded(value, this.#recording.input(value.type), null, 0);
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const outside = this.#uses;
    this.#uses = new Set(ins.filter((x) => x instanceof Recorded));
    try {
      const tracks = ins.map((x) => (x instanceof Recorded ? x.track : null));
      const [outs, outTracks] = this.#recording.apply(null, primitive, ins.map(plain), tracks, p);
      const operation = new Operation(this.#count++, primitive, p, ins, [...this.#uses]);
      return outs.map((out, i) => {
        const track = outTracks[i] ?? null;
        return track === null ? out : new Recorded(plain(out), track, operation, i);
      });
    } finally {
      this.#uses = outside;
    }
  }
}

/** Its only state counts operations, whose order it tells. */
const autograd: AutogradInterpreter = /* @__PURE__ */ new AutogradInterpreter();

/** The leaves and, in the order in which they happened, the operations behind a value. */
const behind = (root: Recorded): readonly [leaves: readonly Recorded[], operations: readonly Operation[]] => {
  const leaves = new Set<Recorded>();
  const operations = new Set<Operation>();
  const open = [root];
  for (let x = open.pop(); x !== undefined; x = open.pop()) {
    const { operation } = x;
    if (operation === null) leaves.add(x);
    else if (!operations.has(operation)) {
      if (operation.freed) throw TapeUsedError.graph("backward");
      operations.add(operation);
      open.push(...operation.uses);
    }
  }
  return [[...leaves], [...operations].sort((a, b) => a.index - b.index)];
};

/**
 * The operations recorded once more, in such a way that what their derivatives are computed of is recorded too. Tells
 * where a value stands in that recording.
 */
const recordedAgain = (
  leaves: readonly Recorded[],
  operations: readonly Operation[],
): ((x: Tensor) => Track | null) => {
  const starts = new Map<Recorded, Track>();
  const results = new Map<Operation, readonly (Track | null)[]>();
  const trackOf = (x: Tensor): Track | null => {
    if (!(x instanceof Recorded)) return null;
    return (x.operation === null ? starts.get(x) : results.get(x.operation)?.[x.position]) ?? null;
  };
  const recording = new Recording("backward", (x) => {
    const track = trackOf(x);
    return track === null ? undefined : [x, track];
  });
  for (const leaf of leaves) starts.set(leaf, recording.input(leaf.type));
  for (const operation of operations) {
    const { primitive, ins, p } = operation;
    // a function that is held may close over an operand too, and moves there
    const primals = primitive.withFunction === undefined ? ins : ins.map((x) => reshape(x, x.shape));
    const [, tracks] = recording.apply(currentInterpreter(), primitive, primals, ins.map(trackOf), p);
    results.set(operation, tracks);
  }
  return trackOf;
};

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
  const [leaves, operations] = behind(x);
  if ((gradient ?? null) === null && x.size !== 1) throw backwardOutputError(x.shape);
  const seed =
    (gradient ?? null) === null
      ? filledAs(x, 1)
      : (matchTangents("backward", "the gradient", gradient, leafStructure, [x.type])[0] as Tensor);
  const accumulate = (): void => {
    const trackOf = createGraph ? recordedAgain(leaves, operations) : (y: Recorded) => y.track;
    const tracksOf = (list: readonly Recorded[]) => list.map((y) => trackOf(y) ?? y.track);
    const own = createGraph ? (g: Tensor): Tensor => g : plain;
    const found = derivatives(tracksOf([x]), tracksOf(leaves), (pull) => pull([own(seed)]));
    leaves.forEach((leaf, i) => {
      const g = found[i] && own(found[i]);
      if (g !== undefined) leaf.accumulated = leaf.accumulated === null ? g : add(leaf.accumulated, g);
    });
  };
  if (createGraph) accumulate();
  else noGrad(accumulate);
  if (retainGraph) return;
  for (const operation of operations) operation.free();
  release(x.track);
};

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
  checkFunction("noGrad", f);
  const below = currentInterpreter();
  const process: Interpreter["process"] = (primitive, ins, p) => {
    const held = primitive.withFunction?.(p, (g) => substituting(g, plain)) ?? p;
    return bindUnder(below, primitive, ins.map(plain), held);
  };
  const result = under({ process }, f);
  rejectPromise("noGrad", result);
  return result;
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
      return !(this instanceof Recorded) || this.operation === null;
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
