/**
 * What rules of primitives that hold functions may do with values of a forward interpreter. It stands apart from the
 * interpreter, so that who has no such primitive does not load it.
 */
import type { TraceTag } from "../graph/context.js";
import type { Batched, Closed, DualContext, DualHandle, FlatFunction, Tangent } from "../graph/primitive.js";
import type { Tensor } from "../tensor/tensor.js";
import { substituting } from "./closure.js";
import { differentiate, ForwardTracer, type Pair } from "./forward.js";

/** The context that a rule is called with, for rules that need more of it than its identity. */
export const dualContext = (handle: DualHandle): DualContext =>
  handle instanceof DualScope ? handle : new DualScope(handle.tag, (x) => handle.take(x), false);

/** `take` gives the parts of a value that carries a tangent. */
export class DualScope implements DualContext, DualHandle {
  constructor(
    readonly tag: TraceTag,
    readonly take: (x: Tensor) => Pair | undefined,
    /** Whether such values are not tracers of the interpreter, and become so where its functions run. */
    readonly opens = true,
  ) {}

  /** Runs a function of this interpreter's values from within a rule, which stands one level below. */
  differentiate(
    f: FlatFunction,
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
  ): readonly [readonly Tensor[], readonly Tangent[]] {
    return differentiate(this.opens ? this.#opened(f) : f, primals, tangents, this.tag);
  }

  #opened(f: FlatFunction): FlatFunction {
    return substituting(f, (x) => {
      const isOwn = x instanceof ForwardTracer && x.tag === this.tag;
      const pair = isOwn ? undefined : this.take(x);
      return pair === undefined ? x : new ForwardTracer(this.tag, ...pair);
    });
  }

  /** What carries a tangent is no constant of graphs that `f` makes, also where it is put in its own place. */
  #substituting(f: FlatFunction, substitute: (x: Tensor) => Tensor): FlatFunction {
    return substituting(f, substitute, { tracks: (x) => this.take(x) !== undefined });
  }
  detached(f: FlatFunction): FlatFunction {
    return this.#substituting(f, (x) => this.take(x)?.[0] ?? x);
  }

  close(f: FlatFunction, primals: readonly Tensor[]): Closed {
    const found = new Map<Tensor, number>();
    const pairs: Pair[] = [];
    const collect = (x: Tensor): Tensor => {
      const pair = this.take(x);
      if (pair === undefined) return x;
      if (!found.has(x)) found.set(x, pairs.push(pair) - 1);
      return pair[0];
    };
    const outs = this.#substituting(f, collect)(primals);
    return {
      outs,
      primals: pairs.map(([primal]) => primal),
      tangents: pairs.map(([, tangent]) => tangent),
      converted: (ins, closed) =>
        this.#substituting(f, (x) => {
          const pair = this.take(x);
          return pair === undefined ? x : (closed[found.get(x) ?? -1] ?? pair[0]);
        })(ins),
    };
  }

  /** The same within a vmap that stands above the interpreter: examples of its values carry examples of tangents. */
  lifted(split: (x: Tensor) => Batched, join: (x: Batched) => Tensor): DualContext {
    return new DualScope(this.tag, (x) => {
      const { value, mapped } = split(x);
      const pair = this.take(value);
      if (pair === undefined) return undefined;
      return [join({ value: pair[0], mapped }), join({ value: pair[1], mapped })];
    });
  }
}
