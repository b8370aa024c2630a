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
import type { AnyPrimitive, Closed, DualContext, FlatFunction, Tangent } from "../graph/primitive.js";
import { isFloat } from "../tensor/dtype.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { bypass, substituting } from "./closure.js";

export class ForwardTracer extends Tracer {
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
  /** Primals are values, so that `if`, `while` and `item()` work on them. */
  override concrete(attempted: string): DenseTensor {
    return this.primal.concrete(attempted);
  }
  override toString(): string {
    return `${this.tag.name}Tracer(${this.primal.toString()})`;
  }
}

const isOf = (x: Tensor, tag: TraceTag): x is ForwardTracer => x instanceof ForwardTracer && x.tag === tag;

export class ForwardInterpreter implements Interpreter, DualContext {
  constructor(
    readonly tag: TraceTag,
    readonly below: Interpreter | null,
  ) {}

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
    return x instanceof ForwardTracer && x.tag === this.tag ? [x.primal, x.tangent] : [x, null];
  }

  /** Runs a function of this interpreter's values from within a rule, which stands one level below. */
  differentiate(
    f: FlatFunction,
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
  ): readonly [readonly Tensor[], readonly Tangent[]] {
    const again = new ForwardInterpreter(this.tag, currentInterpreter());
    const ins = primals.map((x, i) => again.#join(x, tangents[i] ?? null));
    const pairs = under(again, () => f(ins)).map((out) => again.split(out));
    return [pairs.map(([primal]) => primal), pairs.map(([, tangent]) => tangent)];
  }

  detached(f: FlatFunction): FlatFunction {
    return substituting(f, (x) => (isOf(x, this.tag) ? x.primal : x));
  }

  close(f: FlatFunction, primals: readonly Tensor[]): Closed {
    const found = new Map<Tensor, number>();
    const mine = (x: Tensor): x is ForwardTracer => isOf(x, this.tag);
    const collect = (x: Tensor): Tensor => {
      if (!mine(x)) return x;
      if (!found.has(x)) found.set(x, found.size);
      return x.primal;
    };
    const outs = substituting(f, collect)(primals);
    const tracers = [...found.keys()] as ForwardTracer[];
    return {
      outs,
      primals: tracers.map((x) => x.primal),
      tangents: tracers.map((x) => x.tangent),
      converted: (ins, closed) =>
        substituting(f, (x) => (mine(x) ? (closed[found.get(x) ?? -1] ?? x.primal) : x))(ins),
    };
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
