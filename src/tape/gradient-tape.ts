/// <reference lib="esnext.disposable" preserve="true" />
/**
 * TensorFlow's GradientTape: what is computed while it records can be differentiated afterwards. The recording is of
 * linear equations, so that a gradient is their transposition, as it is for `grad`.
 */
import { currentInterpreter, takeCharge } from "../graph/context.js";
import { unflattenTree } from "../graph/tree.js";
import type { Rows } from "../interpreters/recording.js";
import { stretch } from "../numpy/convert.js";
import { openDoor } from "../numpy/door.js";
import { choiceOf, flagOf, optionsOf } from "../numpy/options.js";
import { moveaxis } from "../numpy/rearrange.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { synchronous } from "../transforms/arguments.js";
import { pulledRows } from "../transforms/jacobian.js";
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
    const keys = ["persistent", "watchAccessedVariables"] as const;
    const { persistent, watchAccessedVariables: watches } = optionsOf("GradientTape", options, keys);
    this.#persistent = flagOf("GradientTape", "persistent", persistent, false);
    const watchesReadings = flagOf("GradientTape", "watchAccessedVariables", watches, true);
    this.#tracking = new Tracking(this.#persistent, watchesReadings);
  }

  /** Runs `f`, which must be synchronous, records it, and gives what it returns. */
  run<R>(f: () => R): R {
    const given = synchronous("GradientTape.run", f);
    const below = currentInterpreter();
    this.#begin("GradientTape.run");
    try {
      return given();
    } finally {
      this.#tracking.recorder = undefined;
      takeCharge(below);
    }
  }
  /** Records from now on. Must be stopped where it was started: best by `using`. */
  start(): this {
    this.#begin("GradientTape.start");
    return this;
  }
  #begin(operation: string): void {
    const tracking = this.#tracking;
    if (tracking.recorder !== undefined)
      throw ArgumentError.invalid(
        operation,
        "this tape is recording already",
        "Stop it first, or make another tape: they nest.",
      );
    openDoor();
    if (this.#state === "used") this.reset();
    this.#state = "recorded";
    tracking.recorder = new TapeInterpreter(tracking, currentInterpreter());
    takeCharge(tracking.recorder);
  }
  stop(): void {
    if (this.#tracking.recorder === undefined) {
      if (this.#state === "used") return; // it stopped with its gradient
      throw notRecording("GradientTape.stop");
    }
    if (!this.#end())
      throw ArgumentError.invalid(
        "GradientTape.stop",
        "another tape or transformation has begun since this tape was started, and is not over",
        "Stop tapes in the reverse order, in the function that started them; using and run do so.",
      );
  }
  [Symbol.dispose](): void {
    if (this.#tracking.recorder !== undefined) this.stop();
  }
  /** Whether it was in charge and now is not; below others it lets everything pass from now on. */
  #end(): boolean {
    const { recorder } = this.#tracking;
    this.#tracking.recorder = undefined;
    const wasInCharge = recorder !== undefined && recorder === currentInterpreter();
    if (wasInCharge) takeCharge(opened(recorder));
    return wasInCharge;
  }

  /** Tracks tensors, the very ones that are passed, and Variables: whatever is computed of them is recorded. */
  watch(tree: unknown): void {
    for (const x of leavesOf("GradientTape.watch", "the argument", tree).leaves) this.#tracking.watch(x);
  }
  /** The Variables that are watched, in the order in which they were first read. */
  get watchedVariables(): readonly Variable[] {
    return [...this.#tracking.variables];
  }
  /** Forgets all that was recorded and watched; a tape that records goes on doing so. */
  reset(): void {
    this.#tracking.forget();
    this.#tracking.variables.clear();
    if (this.#state === "used") this.#state = "recorded";
  }
  /** Runs `f` without recording it on this tape. */
  stopRecording<R>(f: () => R): R {
    const given = synchronous("GradientTape.stopRecording", f);
    if (this.#tracking.recorder === undefined) throw notRecording("GradientTape.stopRecording");
    return this.#tracking.quietly(given);
  }

  /**
   * The gradient of the sum of all elements of `target` (a tensor, or a tree of them) by each of `sources`, in their
   * tree: undefined, or zeros with `unconnected: "zero"`, for those on which the target does not depend.
   * `outputGradients` gives weights to the elements of the target.
   *
   * A persistent tape that is asked while it records records the gradient too, for derivatives of it; that costs another
   * run of what led to the target. One that is not persistent stops. Throws `TapeUsedError` when it is asked again.
   * @example tape.gradient(y, [x, w]) // [dy/dx, dy/dw]
   */
  gradient<const T, U extends Unconnected = "none">(
    target: unknown,
    sources: T,
    options?: GradientOptions<U>,
  ): SourceGradient<T, U> {
    const operation = "GradientTape.gradient";
    const { outputGradients, ...rest } = optionsOf(operation, options, ["outputGradients", "unconnected"]);
    const rowsOf = (targets: Leaves): Rows => {
      const cotangents = cotangentsOf(operation, targets, outputGradients);
      return (pull) => pull(cotangents);
    };
    return this.#derivatives(operation, target, sources, rest, rowsOf) as SourceGradient<T, U>;
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
    const operation = "GradientTape.jacobian";
    const rowsOf = (targets: Leaves): Rows => {
      const type = single(operation, "the target", targets);
      return (pull) => pulledRows(operation, type, (ct) => pull([ct]));
    };
    return this.#derivatives(operation, target, sources, options, rowsOf) as SourceJacobian<T["shape"], S, U>;
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
    const operation = "GradientTape.batchJacobian";
    const rowsOf = (targets: Leaves, sources: Leaves): Rows => {
      const { shape, ...type } = single(operation, "the target", targets);
      const from = single(operation, "the source", sources).shape;
      if (shape.length === 0 || from[0] !== shape[0])
        throw ShapeError.mismatch(
          operation,
          "target and source must be batches of the same size",
          [shape, from],
          "Axis 0 counts the examples; use jacobian where there is no batch.",
        );
      const row = { ...type, shape: shape.slice(1) };
      return (pull) =>
        pulledRows(operation, row, (ct) => pull([stretch(ct, shape)])).map((d) =>
          moveaxis(d, row.shape.length, 0),
        );
    };
    return this.#derivatives(operation, target, source, options, rowsOf) as SourceGradient<Tensor, U>;
  }

  /** What the rows make of the pullback, in the tree of the sources. Ends a tape that is not persistent. */
  #derivatives(
    operation: string,
    target: unknown,
    sources: unknown,
    options: JacobianOptions | undefined,
    rowsOf: (targets: Leaves, sources: Leaves) => Rows,
  ): unknown {
    const given = optionsOf(operation, options, ["unconnected"]).unconnected;
    const zeros = choiceOf(operation, "unconnected", given, ["none", "zero"]) === "zero";
    if (this.#state === "used") throw TapeUsedError.tape(operation);
    if (this.#state === "new") throw notRecording(operation, ", and has recorded nothing");
    const ends = leavesOf(operation, "the target", target);
    const starts = leavesOf(operation, "the sources", sources);
    if (ends.leaves.length === 0)
      throw ArgumentError.invalid(
        operation,
        `the target is ${describe(target)}`,
        "Pass what was computed; the gradient by a source that is not connected is none.",
      );
    const rows = rowsOf(ends, starts);
    const recorded = this.#persistent && this.#tracking.recorder !== undefined;
    const ask = (): readonly unknown[] =>
      this.#tracking.recording.derivatives(ends.leaves, starts.leaves, rows, { zeros, recorded });
    const found = recorded ? ask() : this.#tracking.quietly(ask);
    if (!this.#persistent) {
      this.#tracking.forget();
      this.#end();
      this.#state = "used";
    }
    return unflattenTree(starts.structure, found);
  }
}

const notRecording = (operation: string, also = ""): ArgumentError =>
  ArgumentError.invalid(
    operation,
    `this tape is not recording${also}`,
    "Write tape.run(() => ...), or using tape = new GradientTape().start().",
  );
