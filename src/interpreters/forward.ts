/**
 * Forward mode: every value is a pair of a primal and a tangent. A rule runs under the interpreter below, so that
 * its own operations are differentiated again by whatever is running there.
 */
import {
  bindUnder,
  currentInterpreter,
  type Interpreter,
  Tracer,
  type TraceTag,
  takeCharge,
  under,
} from "../graph/context.js";
import type {
  AnyPrimitive,
  Batched,
  Closed,
  DualContext,
  FlatFunction,
  Tangent,
} from "../graph/primitive.js";
import { isFloat } from "../tensor/dtype.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { bypass, substituting } from "./closure.js";

/** A value that carries a tangent. */
export abstract class DualTracer extends Tracer {
  abstract readonly primal: Tensor;
  abstract readonly tangent: Tensor;
  /** Primals are values, so that `if`, `while` and `item()` work on them. */
  override concrete(attempted: string): DenseTensor {
    return this.primal.concrete(attempted);
  }
  override toString(): string {
    return `${this.tag.name}Tracer(${this.primal.toString()})`;
  }
}

export class ForwardTracer extends DualTracer {
  constructor(
    readonly tag: TraceTag,
    readonly primal: Tensor,
    readonly tangent: Tensor,
  ) {
    super();
  }
  override get type(): TensorType {
    return this.primal.type;
  }
}

type Pair = readonly [primal: Tensor, tangent: Tensor];

const isOf = (x: Tensor, tag: TraceTag): x is DualTracer => x instanceof DualTracer && x.tag === tag;

/** What rules may do with values of a forward interpreter, wherever they run. */
class DualScope implements DualContext {
  constructor(readonly tag: TraceTag) {}

  /** The parts of a value that carries a tangent of this interpreter. */
  protected take(x: Tensor): Pair | undefined {
    return isOf(x, this.tag) ? [x.primal, x.tangent] : undefined;
  }

  /** `f`, in which every value that carries a tangent is a tracer of this interpreter. */
  protected opened(f: FlatFunction): FlatFunction {
    return f;
  }

  /** Runs a function of this interpreter's values from within a rule, which stands one level below. */
  differentiate(
    f: FlatFunction,
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
  ): readonly [readonly Tensor[], readonly Tangent[]] {
    const again = new ForwardInterpreter(this.tag, currentInterpreter());
    const ins = primals.map((x, i) => {
      const dx = tangents[i] ?? null;
      return dx === null ? x : new ForwardTracer(this.tag, x, dx);
    });
    const pairs = under(again, () => this.opened(f)(ins)).map((out) => again.split(out));
    return [pairs.map(([primal]) => primal), pairs.map(([, tangent]) => tangent)];
  }

  detached(f: FlatFunction): FlatFunction {
    return substituting(f, (x) => this.take(x)?.[0] ?? x);
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
    const outs = substituting(f, collect)(primals);
    return {
      outs,
      primals: pairs.map(([primal]) => primal),
      tangents: pairs.map(([, tangent]) => tangent),
      converted: (ins, closed) =>
        substituting(f, (x) => {
          const pair = this.take(x);
          return pair === undefined ? x : (closed[found.get(x) ?? -1] ?? pair[0]);
        })(ins),
    };
  }

  lifted(split: (x: Tensor) => Batched, join: (x: Batched) => Tensor): DualContext {
    return new LiftedScope(this.tag, (x) => {
      const { value, mapped } = split(x);
      const pair = this.take(value);
      if (pair === undefined) return undefined;
      return [join({ value: pair[0], mapped }), join({ value: pair[1], mapped })];
    });
  }
}

/** The same within a vmap that stands above the interpreter: examples of its values carry examples of tangents. */
export class LiftedScope extends DualScope {
  constructor(
    tag: TraceTag,
    readonly parts: (x: Tensor) => Pair | undefined,
  ) {
    super(tag);
  }
  protected override take(x: Tensor): Pair | undefined {
    return this.parts(x);
  }
  protected override opened(f: FlatFunction): FlatFunction {
    return substituting(f, (x) => {
      const pair = isOf(x, this.tag) ? undefined : this.take(x);
      return pair === undefined ? x : new ForwardTracer(this.tag, ...pair);
    });
  }
}

export class ForwardInterpreter extends DualScope implements Interpreter {
  constructor(
    tag: TraceTag,
    readonly below: Interpreter | null,
  ) {
    super(tag);
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const n = ins.length;
    const { tag, below } = this;
    let first = 0;
    while (first < n && !isOf(ins[first] as Tensor, tag)) first++;
    if (first === n) {
      if (primitive.withFunction === undefined) return bindUnder(below, primitive, ins, p);
      const outs = bypass(below, primitive, ins, p, (x) => isOf(x, tag));
      if (outs !== undefined) return outs;
    }
    const primals = new Array<Tensor>(n);
    const tangents = new Array<Tangent>(n);
    for (let i = 0; i < n; i++) {
      const x = ins[i] as Tensor;
      if (isOf(x, tag)) {
        primals[i] = x.primal;
        tangents[i] = x.tangent;
      } else {
        primals[i] = x;
        tangents[i] = null;
      }
    }
    const saved = takeCharge(below);
    try {
      const [outs, dOuts] = primitive.jvp(primals, tangents, p, this);
      if (outs.length === 1) return [this.#join(outs[0] as Tensor, dOuts[0] as Tangent)];
      return outs.map((out, i) => this.#join(out, dOuts[i] as Tangent));
    } finally {
      takeCharge(saved);
    }
  }

  #join(primal: Tensor, tangent: Tangent): Tensor {
    return tangent === null ? primal : new ForwardTracer(this.tag, primal, tangent);
  }

  /** A value of this interpreter taken apart. */
  split(x: Tensor): readonly [primal: Tensor, tangent: Tangent] {
    return isOf(x, this.tag) ? [x.primal, x.tangent] : [x, null];
  }
}

/** The pushforward of a function of flat lists: results and their tangents, null where known to be zero. */
export const pushforward = (
  f: FlatFunction,
  primals: readonly Tensor[],
  tangents: readonly Tangent[],
  tag: TraceTag,
): readonly [readonly Tensor[], readonly Tangent[]] => {
  try {
    return new ForwardInterpreter(tag, currentInterpreter()).differentiate(f, primals, tangents);
  } finally {
    tag.running = false;
  }
};

/** Only floats carry tangents. */
export const carriesTangent = (x: { readonly type: TensorType }): boolean => isFloat(x.type.dtype);
