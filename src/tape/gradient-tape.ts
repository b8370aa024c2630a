/// <reference lib="esnext.disposable" preserve="true" />
/**
 * TensorFlow's GradientTape: what is computed while it records can be differentiated afterwards. The recording is of
 * linear equations, so that a gradient is their transposition, as it is for `grad`.
 */
import { currentInterpreter, takeCharge, under } from "../graph/context.js";
import { unflattenTree } from "../graph/tree.js";
import { derivatives } from "../interpreters/recording.js";
import { stretch } from "../numpy/convert.js";
import { openDoor } from "../numpy/door.js";
import { flagOf, optionsOf } from "../numpy/options.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { permute, reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFunction, rejectPromise } from "../transforms/arguments.js";
import { basis, overBasis } from "../transforms/jacobian.js";
import { TapeUsedError } from "./errors.js";
import { cotangentsOf, type Leaves, leavesOf, single } from "./sources.js";
import { opened, TapeInterpreter, Tracking } from "./tracking.js";
import type { Differentiable, SourceGradient, SourceJacobian, Unconnected } from "./types.js";
import type { Variable } from "./variable.js";

export interface TapeOptions {
  /** Whether gradients may be asked for more than once. Default false. */
  readonly persistent?: boolean;
  /** Whether trainable Variables are watched when they are read. Default true. */
  readonly watchAccessedVariables?: boolean;
}

export interface JacobianOptions<U extends Unconnected = Unconnected> {
  /** What stands for sources on which the target does not depend: "none", undefined (the default), or "zero". */
  readonly unconnected?: U;
}
export interface GradientOptions<U extends Unconnected = Unconnected> extends JacobianOptions<U> {
  /** A tree like the target, of weights for its elements; null for ones. */
  readonly outputGradients?: unknown;
}

/**
 * Records what is computed in `run(f)`, or from `start()` to `stop()`; `using tape = new GradientTape().start()` stops
 * by itself. Variables are watched when they are read, tensors where `watch` says so. Tapes nest, in each other and
 * in the transformations, for derivatives of any order.
 *
 * A tape is asked for one gradient (or Jacobian), a persistent one for any number of them.
 * @example
 * const x = new Variable(3);
 * const tape = new GradientTape();
 * const y = tape.run(() => np.mul(x, x));
 * tape.gradient(y, x); // 6
 */
export class GradientTape {
  readonly #persistent: boolean;
  readonly #tracking: Tracking;
  #state: "new" | "recorded" | "used" = "new";

  constructor(options?: TapeOptions) {
    const given = optionsOf("GradientTape", options, ["persistent", "watchAccessedVariables"]);
    this.#persistent = flagOf("GradientTape", "persistent", given.persistent, false);
    const { watchAccessedVariables: watches } = given;
    this.#tracking = new Tracking(flagOf("GradientTape", "watchAccessedVariables", watches, true));
  }

  /** Runs `f`, which must be synchronous, records it, and gives what it returns. */
  run<R>(f: () => R): R {
    checkFunction("GradientTape.run", f);
    const interpreter = this.#begin("GradientTape.run");
    try {
      const result = under(interpreter, f);
      rejectPromise("GradientTape.run", result);
      return result;
    } finally {
      this.#tracking.recorder = undefined;
    }
  }
  /** Records from now on. Must be stopped where it was started: best by `using`. */
  start(): this {
    takeCharge(this.#begin("GradientTape.start"));
    return this;
  }
  stop(): void {
    const { recorder } = this.#tracking;
    if (recorder === undefined) throw notRecording("GradientTape.stop");
    this.#tracking.recorder = undefined;
    if (currentInterpreter() === recorder) takeCharge(opened(recorder));
    else
      throw ArgumentError.invalid(
        "GradientTape.stop",
        "another tape or transformation has begun since this tape was started, and is not over",
        "Stop tapes in the reverse order, in the function that started them; using and run do so.",
      );
  }
  [Symbol.dispose](): void {
    if (this.#tracking.recorder !== undefined) this.stop();
  }
  #begin(operation: string): TapeInterpreter {
    if (this.#tracking.recorder !== undefined) {
      throw ArgumentError.invalid(
        operation,
        "this tape is recording already",
        "Stop it first, or make another tape: they nest.",
      );
    }
    openDoor();
    this.#state = "recorded";
    this.#tracking.recorder = new TapeInterpreter(this.#tracking, currentInterpreter());
    return this.#tracking.recorder;
  }

  /** Tracks tensors, the very ones that are passed, and Variables: whatever is computed of them is recorded. */
  watch(tree: unknown): void {
    for (const x of leavesOf("GradientTape.watch", "the argument", tree).leaves) this.#tracking.watch(x);
  }
  /** The Variables that are watched, in the order in which they were first read. */
  get watchedVariables(): readonly Variable[] {
    return this.#tracking.variables;
  }
  /** Forgets all that was recorded and watched; a tape that records goes on doing so. */
  reset(): void {
    this.#tracking.forget();
    if (this.#state === "used") this.#state = "recorded";
  }
  /** Runs `f` without recording it on this tape. */
  stopRecording<R>(f: () => R): R {
    checkFunction("GradientTape.stopRecording", f);
    if (this.#tracking.recorder === undefined) throw notRecording("GradientTape.stopRecording");
    const result = this.#tracking.quietly(f);
    rejectPromise("GradientTape.stopRecording", result);
    return result;
  }

  /**
   * The gradient of the sum of all elements of `target` (a tensor, or a tree of them) by each of `sources`, in their
   * tree: undefined, or zeros with `unconnected: "zero"`, for those on which the target does not depend.
   * `outputGradients` gives weights to the elements of the target.
   *
   * Throws `TapeUsedError` when asked again, unless the tape is persistent.
   * @example tape.gradient(y, [x, w]) // [dy/dx, dy/dw]
   */
  gradient<const T, U extends Unconnected = "none">(
    target: unknown,
    sources: T,
    options?: GradientOptions<U>,
  ): SourceGradient<T, U> {
    const asked = this.#asked("GradientTape.gradient", target, sources, options, ["outputGradients"]);
    const cotangents = cotangentsOf(asked.operation, asked.targets, options?.outputGradients);
    return this.#derive(asked, (pull) => pull(cotangents), []) as SourceGradient<T, U>;
  }

  /**
   * The Jacobian of one tensor by each of `sources`, in their tree: the axes of the target, then those of the source.
   * @example tape.jacobian(y, x) // [[2, 0], [0, 4]] for y = np.mul(x, x) at [1, 2]
   */
  jacobian<T extends Differentiable, const S, U extends Unconnected = "none">(
    target: T,
    sources: S,
    options?: JacobianOptions<U>,
  ): SourceJacobian<T["shape"], S, U> {
    const asked = this.#asked("GradientTape.jacobian", target, sources, options);
    const { type } = single(asked.operation, "the target", asked.targets);
    const rows: Rows = (pull) =>
      overBasis(asked.operation, sizeOf(type.shape), (ct) => pull([ct]), basis(type));
    return this.#derive(asked, rows, type.shape) as SourceJacobian<T["shape"], S, U>;
  }

  /**
   * The Jacobian of each row of `target` by the same row of `source`, where no row depends on another:
   * [batch, ...row of the target, ...row of the source].
   * @example tape.batchJacobian(y, x).shape // [2, 3, 3] for y = np.mul(x, x), x of shape [2, 3]
   */
  batchJacobian<U extends Unconnected = "none">(
    target: Differentiable,
    source: Differentiable,
    options?: JacobianOptions<U>,
  ): SourceGradient<Tensor, U> {
    const asked = this.#asked("GradientTape.batchJacobian", target, source, options);
    const { operation } = asked;
    const { type } = single(operation, "the target", asked.targets);
    const from = single(operation, "the source", asked.sources).shape;
    if (type.shape.length === 0 || from[0] !== type.shape[0]) {
      throw ShapeError.mismatch(
        operation,
        "target and source must be batches of the same size",
        [type.shape, from],
        "Axis 0 counts the examples; use jacobian where there is no batch.",
      );
    }
    const row = { ...type, shape: type.shape.slice(1) };
    const rows: Rows = (pull) =>
      overBasis(operation, sizeOf(row.shape), (ct) => pull([stretch(ct, type.shape)]), basis(row)).map(
        (all) => permute(all, [1, 0, ...from.slice(1).map((_, i) => i + 2)]),
      );
    return this.#derive(asked, rows, type.shape, 1) as SourceGradient<Tensor, U>;
  }

  /** Targets and sources, once it is clear that this tape can be asked. */
  #asked(
    operation: string,
    target: unknown,
    sources: unknown,
    options: GradientOptions | undefined,
    also: readonly "outputGradients"[] = [],
  ): Asked {
    const { unconnected = "none" } = optionsOf(operation, options, [...also, "unconnected"]);
    if (unconnected !== "none" && unconnected !== "zero")
      throw ArgumentError.invalid(
        operation,
        `unconnected is ${describe(unconnected)}`,
        'It is "none" or "zero".',
      );
    if (this.#state === "used") throw TapeUsedError.tape(operation);
    if (this.#state === "new") throw notRecording(operation, ", and has recorded nothing");
    const targets = leavesOf(operation, "the target", target);
    if (targets.leaves.length === 0) {
      throw ArgumentError.invalid(
        operation,
        `the target is ${describe(target)}`,
        "Pass what was computed; the gradient by a source that is not connected is none.",
      );
    }
    return { operation, targets, sources: leavesOf(operation, "the sources", sources), unconnected };
  }

  /**
   * What `rows` makes of the pullback, in the tree of the sources: leaves have the axes `outer`, then those of the source
   * but for the `batch` first ones. Ends a tape that is not persistent.
   */
  #derive({ targets, sources, unconnected }: Asked, rows: Rows, outer: Shape, batch = 0): unknown {
    const tracking = this.#tracking;
    const tracksOf = ({ leaves }: Leaves) => leaves.map(tracking.trackOf);
    const found = tracking.quietly(() => derivatives(tracksOf(targets), tracksOf(sources), rows));
    if (!this.#persistent) {
      tracking.forget();
      this.#state = "used";
    }
    const derivative = (x: Differentiable, i: number): Tensor | undefined => {
      const d = found[i];
      const shape = [...outer, ...x.shape.slice(batch)];
      if (d === undefined)
        return unconnected === "zero" ? zerosAs({ type: { ...x.type, shape } }) : undefined;
      return sameShape(d.shape, shape) ? d : reshape(d, shape);
    };
    return unflattenTree(sources.structure, sources.leaves.map(derivative));
  }
}

/** A question to a tape that was found in order. */
interface Asked {
  readonly operation: string;
  readonly targets: Leaves;
  readonly sources: Leaves;
  readonly unconnected: Unconnected;
}
type Rows = Parameters<typeof derivatives>[2];

const notRecording = (operation: string, also = ""): ArgumentError =>
  ArgumentError.invalid(
    operation,
    `this tape is not recording${also}`,
    "Write tape.run(() => ...), or using tape = new GradientTape().start().",
  );
