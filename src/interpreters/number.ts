/**
 * Numbers in reverse mode. An operation on numbers is recorded as itself, with its operands, and its rule is asked in
 * the sweep back: a program of scalars makes one small object for an operation.
 */
import { flatten, type ScalarNode } from "../expr/program.js";
import { TraceTag, under } from "../graph/context.js";
import type { Graph, Program } from "../graph/graph.js";
import {
  isVariable,
  type NumberPullback,
  type NumberRule,
  type Operand,
  type TangentRule,
  Variable,
} from "../graph/primitive.js";
import { scalarFunction } from "../kernel/elementwise.js";
import { scalarShape } from "../tensor/shape.js";
import { type DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { DualTracer, ForwardTracer } from "./forward.js";
import { UnknownTracer } from "./partial.js";
import { stageGraph } from "./stage.js";

/** The linearization to which numbers belong. */
export interface NumberRun {
  readonly tag: TraceTag;
  /** Identity of its tangents, which are unknown. */
  readonly unknown: TraceTag;
}

export type NumberOperand = NumberTracer | DenseTensor;

/** A number that carries a tangent: tracer, variable and record of the operation in one. */
export class NumberTracer extends DualTracer {
  private pair: ForwardTracer | null = null;
  constructor(
    readonly run: NumberRun,
    readonly type: TensorType,
    readonly value: number,
    /** Position on the tape, as a Variable's. */
    readonly index: number,
    /** Null, as the operands are, for a number that something else computed. */
    readonly rule: NumberRule | null,
    readonly x: NumberOperand | null,
    /** The only operand again where there is one. */
    readonly y: NumberOperand | null,
  ) {
    super();
  }
  override get tag(): TraceTag {
    return this.run.tag;
  }
  override get primal(): Tensor {
    return this.asPair().primal;
  }
  override get tangent(): Tensor {
    return this.asPair().tangent;
  }
  /** As other operations see it; made once, since rules may ask whether two operands are one. */
  private asPair(): ForwardTracer {
    const { run, type } = this;
    this.pair ??= new ForwardTracer(
      run.tag,
      uniform(type, this.value),
      new UnknownTracer(run.unknown, new Variable(type, this.index)),
    );
    return this.pair;
  }
}

/** What is recorded for a sweep back: linear equations, and operations on numbers as they are. A graph is one too. */
export type Tape = Program<NumberTracer>;

/** Compiling a rule costs as much as some hundred operations, and pays where an operation recurs. */
const patience = 24;

const typeOf = ({ dtype }: NumberRule): TensorType => ({ shape: scalarShape, dtype, weak: false });

/** The pullback to each operand: compiled where the rule has been asked often. */
export const pullbacksOf = (rule: NumberRule): readonly NumberPullback[] => {
  if (rule.pullbacks !== undefined) return rule.pullbacks;
  const type = typeOf(rule);
  const interpreted = rule.tangents.map(
    (tangent): NumberPullback =>
      (...list) => {
        const ct = asked(
          rule,
          tangent,
          list.map((value) => uniform(type, value)),
        );
        return ct === null ? null : ct.concrete("grad").at(0);
      },
  );
  if (rule.uses++ < patience) return interpreted;
  rule.pullbacks = rule.tangents.map((tangent, i) => {
    try {
      return compiled(rule, tangent) ?? (interpreted[i] as NumberPullback);
    } catch {
      return interpreted[i] as NumberPullback; // a rule that looks at the values of its operands, for one
    }
  });
  return rule.pullbacks;
};

/** Whether each tangent rule gives the tangent as it is: the result then has the tangent of the operand, no new one. */
export const identitiesOf = (rule: NumberRule): readonly boolean[] => {
  rule.identities ??= rule.tangents.map((tangent) => {
    try {
      const { inputs, outputs } = under(null, () => staged(rule, tangent));
      return outputs[0] === inputs[0];
    } catch {
      return false; // a rule that looks at the values of its operands
    }
  });
  return rule.identities;
};

/** A tangent rule as a graph of four numbers: tangent, operands, result. It has no output where the tangent is zero. */
const staged = (rule: NumberRule, tangent: TangentRule): Graph => {
  const type = typeOf(rule);
  return stageGraph(
    (ins) => {
      const ct = asked(rule, tangent, ins);
      return ct === null ? [] : [ct];
    },
    [type, type, type, type],
    new TraceTag("pullback", tangent),
  );
};

/** The cotangent of operand `i` for a cotangent that is more than a number, such as one that others record. */
export const pulledBack = (
  { rule, x, y, type, value }: NumberTracer,
  i: number,
  ct: Tensor,
): Tensor | null => {
  const { tangents } = rule as NumberRule;
  const ins = [x, y].map((operand) => uniform(type, (operand as NumberOperand).value));
  return asked(rule as NumberRule, tangents[i] as TangentRule, [ct, ...ins, uniform(type, value)]);
};

const asked = ({ tangents, p }: NumberRule, tangent: TangentRule, ins: readonly Tensor[]): Tensor | null => {
  const [ct, x, y, out] = ins as [Tensor, Tensor, Tensor, Tensor];
  return tangent(ct, tangents.length === 1 ? [x] : [x, y], out, p);
};

/** A tangent rule as one scalar program: staged, and its graph flattened. Undefined where it is more than that. */
const compiled = (rule: NumberRule, tangent: TangentRule): NumberPullback | undefined => {
  const { inputs, equations, outputs } = staged(rule, tangent);
  const [result] = outputs;
  if (result === undefined) return () => null;
  const dtypes = inputs.map(({ type: { dtype } }) => dtype);
  const nodes = dtypes.map((dtype, index): ScalarNode => ({ kind: "input", dtype, index }));
  // where the value of each variable stands among the nodes
  const places = [0, 1, 2, 3];
  const read = (x: Operand): number => {
    if (isVariable(x)) return places[x.index] as number;
    const { dtype, data, value } = x as DenseTensor;
    if (data !== null) throw x;
    return nodes.push({ kind: "constant", dtype, value }) - 1;
  };
  for (const { primitive, ins, p, only } of equations) {
    const lowering = primitive.lower(
      ins.map((x) => x.type),
      p,
    );
    if (lowering.kind !== "map" || only === null) return undefined;
    places[only.index] = flatten(nodes, lowering.expr, ins.map(read), only.type.dtype);
  }
  return scalarFunction({ inputs: dtypes, nodes, outputs: [read(result)] });
};
