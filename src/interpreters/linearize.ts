/**
 * Linearization: forward mode over partial evaluation. Primals are computed now; what happens to the tangents,
 * unknown as yet, is recorded: a linear graph, whose constants are the residuals.
 */
import { currentInterpreter, type Interpreter, TraceTag, under } from "../graph/context.js";
import { type Graph, GraphBuilder } from "../graph/graph.js";
import type { AnyPrimitive, FlatFunction, Operand } from "../graph/primitive.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { isFloat } from "../tensor/dtype.js";
import { DenseTensor, type Tensor, uniform } from "../tensor/tensor.js";
import { ForwardInterpreter, ForwardTracer } from "./forward.js";
import { identitiesOf, type NumberOperand, type NumberRun, NumberTracer, type Tape } from "./number.js";
import { PartialInterpreter, UnknownTracer } from "./partial.js";

export interface Linearized<G> {
  readonly outs: readonly Tensor[];
  /** From the tangents of the active operands to those of the results. */
  readonly graph: G;
}

/** Forward over partial, with operations on numbers recorded as they are; for eager programs, whose numbers are known. */
class RecordingInterpreter extends ForwardInterpreter implements NumberRun {
  constructor(
    tag: TraceTag,
    below: Interpreter,
    readonly unknown: TraceTag,
    readonly tape: GraphBuilder<NumberTracer>,
  ) {
    super(tag, below);
  }

  override process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    if (primitive.onNumbers !== undefined) {
      const out = this.onNumbers(primitive.onNumbers, ins[0] as Tensor, ins[ins.length - 1] as Tensor, p);
      if (out !== null) return [out];
    }
    return super.process(primitive, ins, p);
  }

  private onNumbers(
    ruleFor: NonNullable<AnyPrimitive["onNumbers"]>,
    left: Tensor,
    right: Tensor,
    p: unknown,
  ): NumberTracer | null {
    const x = this.asNumber(left);
    if (x === null) return null;
    const y = right === left ? x : this.asNumber(right);
    if (y === null || !(x instanceof NumberTracer || y instanceof NumberTracer)) return null;
    const { type } = x;
    const { dtype, weak } = type;
    if (!isFloat(dtype) || (y.type !== type && (y.type.dtype !== dtype || y.type.weak !== weak))) return null;
    const rule = ruleFor(dtype, p);
    const { tape } = this;
    // a sum with a constant has the tangent of its operand: one variable for both, as in any linearization
    const one = rule.tangents.length === 1;
    const moves = one || !(y instanceof NumberTracer) ? 0 : x instanceof NumberTracer ? -1 : 1;
    if (moves >= 0 && (rule.identities ?? identitiesOf(rule))[moves] === true) {
      const { index } = (moves === 0 ? x : y) as NumberTracer;
      return new NumberTracer(this, type, rule.value(x.value, y.value), index, null, null, null);
    }
    const made = new NumberTracer(this, type, rule.value(x.value, y.value), tape.index(), rule, x, y);
    tape.equations.push(made);
    return made;
  }

  /** A scalar as a number, with its place on the tape where it moves. */
  private asNumber(x: Tensor): NumberOperand | null {
    if (x instanceof NumberTracer) return x.run === this ? x : null;
    if (x instanceof DenseTensor) {
      if (x.type.shape.length !== 0) return null;
      return x.data === null ? x : uniform(x.type, x.at(0));
    }
    if (!(x instanceof ForwardTracer) || x.tag !== this.tag) return null;
    const { primal, tangent } = x;
    if (!(primal instanceof DenseTensor) || primal.type.shape.length !== 0) return null;
    if (!(tangent instanceof UnknownTracer) || tangent.tag !== this.unknown) return null;
    return new NumberTracer(this, primal.type, primal.at(0), tangent.variable.index, null, null, null);
  }
}

const linearizeWith = (
  f: FlatFunction,
  primals: readonly Tensor[],
  active: readonly boolean[],
  tag: TraceTag,
  numbers: boolean,
): Linearized<Tape> => {
  const tape = new GraphBuilder<NumberTracer>();
  const below = currentInterpreter();
  const partial = new PartialInterpreter(new TraceTag(tag.name, tag.of), below, tape, true);
  const forward =
    numbers && below === null
      ? new RecordingInterpreter(tag, partial, partial.tag, tape)
      : new ForwardInterpreter(tag, partial);
  try {
    // loops rather than map here and below: this runs at every call, and lists of one kind stay fast in the engine
    const ins: Tensor[] = [];
    for (let i = 0; i < primals.length; i++) {
      const x = primals[i] as Tensor;
      ins.push(active[i] === true ? new ForwardTracer(tag, x, partial.unknown(x.type)) : x);
    }
    const outs: Tensor[] = [];
    const tangents: Operand[] = [];
    for (const out of under(forward, () => f(ins))) {
      const [primal, tangent] = forward.split(out);
      outs.push(primal);
      tangents.push(
        tangent instanceof UnknownTracer && tangent.tag === partial.tag
          ? tangent.variable
          : (tangent ?? zerosAs(primal)),
      );
    }
    return { outs, graph: tape.finish(tangents) };
  } finally {
    tag.running = false;
    partial.tag.running = false;
  }
};

/** Results of `f` and its derivative at `primals` as a linear graph of the tangents of the operands marked active. */
export const linearizeFlat = (
  f: FlatFunction,
  primals: readonly Tensor[],
  active: readonly boolean[],
  tag: TraceTag,
): Linearized<Graph> => linearizeWith(f, primals, active, tag, false) as Linearized<Graph>;

/** The same for one sweep back by `transposeGraph`, with the interpreter in charge that is so now. */
export const recordFlat = (
  f: FlatFunction,
  primals: readonly Tensor[],
  active: readonly boolean[],
  tag: TraceTag,
): Linearized<Tape> => linearizeWith(f, primals, active, tag, true);
