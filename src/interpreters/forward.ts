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
import type { AnyPrimitive, DualHandle, FlatFunction, Tangent } from "../graph/primitive.js";
import { isFloat } from "../tensor/dtype.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";

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

export type Pair = readonly [primal: Tensor, tangent: Tensor];

const isOf = (x: Tensor, tag: TraceTag): x is DualTracer => x instanceof DualTracer && x.tag === tag;

export class ForwardInterpreter implements Interpreter, DualHandle {
  constructor(
    readonly tag: TraceTag,
    readonly below: Interpreter | null,
  ) {}

  /** The parts of a value that carries a tangent of this interpreter. */
  take(x: Tensor): Pair | undefined {
    return isOf(x, this.tag) ? [x.primal, x.tangent] : undefined;
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const n = ins.length;
    const { tag, below } = this;
    let first = 0;
    while (first < n && !isOf(ins[first] as Tensor, tag)) first++;
    if (first === n) {
      if (primitive.closures === undefined) return bindUnder(below, primitive, ins, p);
      const outs = primitive.closures.bypass(below, { primitive, ins, p }, (x) => isOf(x, tag));
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

/** Runs a function on pairs of primals and tangents, over the interpreter in charge, and takes the results apart. */
export const differentiate = (
  f: FlatFunction,
  primals: readonly Tensor[],
  tangents: readonly Tangent[],
  tag: TraceTag,
): readonly [readonly Tensor[], readonly Tangent[]] => {
  const forward = new ForwardInterpreter(tag, currentInterpreter());
  const ins = primals.map((x, i) => {
    const dx = tangents[i] ?? null;
    return dx === null ? x : new ForwardTracer(tag, x, dx);
  });
  const pairs = under(forward, () => f(ins)).map((out) => forward.split(out));
  return [pairs.map(([primal]) => primal), pairs.map(([, tangent]) => tangent)];
};

/** The pushforward of a function of flat lists: results and their tangents, null where known to be zero. */
export const pushforward = (
  f: FlatFunction,
  primals: readonly Tensor[],
  tangents: readonly Tangent[],
  tag: TraceTag,
): readonly [readonly Tensor[], readonly Tangent[]] => {
  try {
    return differentiate(f, primals, tangents, tag);
  } finally {
    tag.running = false;
  }
};

/** Only floats carry tangents. */
export const carriesTangent = (x: { readonly type: TensorType }): boolean => isFloat(x.type.dtype);
