/// <reference lib="esnext.disposable" preserve="true" />
/**
 * TensorFlow's GradientTape: what is computed while it records can be differentiated afterwards. The recording is of
 * linear equations, so that a gradient is their transposition, as it is for `grad`.
 */
import { currentInterpreter, takeCharge, under } from "../graph/context.js";
import { stretch } from "../numpy/convert.js";
import { openDoor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { permute } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkFunction, rejectPromise } from "../transforms/arguments.js";
import { basis, overBasis } from "../transforms/jacobian.js";
import { TapeUsedError } from "./errors.js";
import { type Pullback, pullback, type Step } from "./recording.js";
import { type Found, filled, type Leaves, leavesOf, missingBy, seedsFor, single, typed } from "./sources.js";
import { TapeInterpreter, Tracking } from "./tracking.js";
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
  #open: TapeInterpreter | undefined;
  #state: "new" | "recorded" | "used" = "new";
  /** Greater than 0 while operations are not to be recorded. */
  #paused = 0;

  constructor(options?: TapeOptions) {
    const { persistent, watchAccessedVariables } = optionsOf("GradientTape", options, [
      "persistent",
      "watchAccessedVariables",
    ]);
    for (const [key, value] of Object.entries({ persistent, watchAccessedVariables }))
      if (value !== undefined && typeof value !== "boolean")
        throw ArgumentError.invalid("GradientTape", `${key} is ${describe(value)}`, "It is true or false.");
    this.#persistent = persistent ?? false;
    this.#tracking = new Tracking(
      () => this.#open !== undefined && this.#paused === 0 && this.#state !== "used",
      watchAccessedVariables ?? true,
    );
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
      this.#end();
    }
  }

  /** Records from now on. Must be stopped where it was started: best by `using`. */
  start(): this {
    takeCharge(this.#begin("GradientTape.start"));
    return this;
  }
  stop(): void {
    const open = this.#open;
    if (open === undefined) throw notRecording("GradientTape.stop");
    const innermost = currentInterpreter() === open;
    this.#end();
    if (!innermost) {
      throw ArgumentError.invalid(
        "GradientTape.stop",
        "another tape or transformation has begun since this tape was started, and is not over",
        "Stop tapes in the reverse order, in the function that started them; using and run do so.",
      );
    }
    let below = open.below;
    while (below instanceof TapeInterpreter && below.closed) below = below.below;
    takeCharge(below);
  }
  [Symbol.dispose](): void {
    if (this.#open !== undefined) this.stop();
  }

  #begin(operation: string): TapeInterpreter {
    if (this.#open !== undefined) {
      throw ArgumentError.invalid(
        operation,
        "this tape is recording already",
        "Stop it first, or make another tape: they nest.",
      );
    }
    openDoor();
    this.#state = "recorded";
    this.#open = new TapeInterpreter(this.#tracking, currentInterpreter());
    return this.#open;
  }
  #end(): void {
    if (this.#open !== undefined) this.#open.closed = true;
    this.#open = undefined;
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
    if (this.#open === undefined) throw notRecording("GradientTape.stopRecording");
    const result = this.#quietly(f);
    rejectPromise("GradientTape.stopRecording", result);
    return result;
  }
  #quietly<R>(f: () => R): R {
    this.#paused++;
    try {
      return f();
    } finally {
      this.#paused--;
    }
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
    const operation = "GradientTape.gradient";
    const { outputGradients, unconnected } = optionsOf(operation, options, [
      "outputGradients",
      "unconnected",
    ]);
    const missing = missingBy(operation, unconnected);
    const [t, s] = this.#asked(operation, target, sources);
    const seeds = seedsFor(operation, t, outputGradients);
    const found = this.#derive(t, s, (pull) => pull(seeds));
    return filled(s, found, missing, (x) => x.shape) as SourceGradient<T, U>;
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
    const { unconnected } = optionsOf(operation, options, ["unconnected"]);
    const missing = missingBy(operation, unconnected);
    const [t, s] = this.#asked(operation, target, sources);
    const { type } = typed(single(operation, "the target", t));
    const found = this.#derive(t, s, (pull) =>
      overBasis(operation, sizeOf(type.shape), (ct) => pull([ct]), basis(type)),
    );
    return filled(s, found, missing, (x) => [...type.shape, ...x.shape]) as SourceJacobian<T["shape"], S, U>;
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
    const { unconnected } = optionsOf(operation, options, ["unconnected"]);
    const missing = missingBy(operation, unconnected);
    const [t, s] = this.#asked(operation, target, source);
    const { type } = typed(single(operation, "the target", t));
    const from = single(operation, "the source", s).shape;
    if (type.shape.length === 0 || from[0] !== type.shape[0]) {
      throw ShapeError.mismatch(
        operation,
        "target and source must be batches of the same size",
        [type.shape, from],
        "Axis 0 counts the examples; use jacobian where there is no batch.",
      );
    }
    const row = type.shape.slice(1);
    const seed = (ct: Tensor): Tensor => stretch(ct, type.shape);
    const found = this.#derive(t, s, (pull) =>
      overBasis(operation, sizeOf(row), (ct) => pull([seed(ct)]), basis({ ...type, shape: row })).map((all) =>
        permute(all, [1, 0, ...from.slice(1).map((_, i) => i + 2)]),
      ),
    );
    const shape = [...type.shape, ...from.slice(1)];
    return filled(s, found, missing, () => shape) as SourceGradient<Tensor, U>;
  }

  /** Targets and sources, once it is clear that this tape can be asked. */
  #asked(operation: string, target: unknown, sources: unknown): readonly [targets: Leaves, sources: Leaves] {
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
    return [targets, leavesOf(operation, "the sources", sources)];
  }

  /** Asks for the derivative of what was recorded, which ends a tape that is not persistent. */
  #derive(targets: Leaves, sources: Leaves, rows: (pull: Pullback["pull"]) => readonly Tensor[]): Found {
    const stepsOf = ({ leaves }: Leaves): readonly (Step | undefined)[] =>
      leaves.map((x) => this.#tracking.stepOf(x));
    const { connected, pull } = pullback(stepsOf(targets), stepsOf(sources));
    const found = this.#quietly(() => this.#tracking.remembering(() => rows(pull)));
    if (!this.#persistent) {
      this.#tracking.forget();
      this.#state = "used";
    }
    let next = 0;
    return connected.map((isConnected) => (isConnected ? found[next++] : undefined));
  }
}

const notRecording = (operation: string, also = ""): ArgumentError =>
  ArgumentError.invalid(
    operation,
    `this tape is not recording${also}`,
    "Write tape.run(() => ...), or using tape = new GradientTape().start().",
  );
