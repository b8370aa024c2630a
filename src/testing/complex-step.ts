/**
 * The complex step: f(x + ihv) has the imaginary part h f'(x) v, and with no difference taken nothing cancels, so that h
 * may be as small as one likes (Squire and Trapp, Using complex variables to estimate derivatives, 1998). There are no
 * complex dtypes: an interpreter carries the imaginary parts beside the values, and knows no derivative.
 */
import {
  bindUnder,
  currentInterpreter,
  type Interpreter,
  Tracer,
  TraceTag,
  under,
} from "../graph/context.js";
import type { Graph } from "../graph/graph.js";
import type { AnyPrimitive, FlatFunction, Lowering } from "../graph/primitive.js";
import { heldFunction } from "../interpreters/closure.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { slice, stack } from "../numpy/index.js";
import { add, sub, zerosAs } from "../primitives/arithmetic.js";
import { isFloat, roundTo } from "../tensor/dtype.js";
import { ArgumentError } from "../tensor/errors.js";
import { sizeOf } from "../tensor/shape.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";
import { densely } from "./compare.js";
import { type Complex, imaginaryPart, mul } from "./complex.js";
import { filled, type ListFunction } from "./differences.js";

/** A value with an imaginary part; to whoever asks it is its real part. */
class ComplexTracer extends Tracer {
  constructor(
    readonly tag: TraceTag,
    readonly real: Tensor,
    readonly imaginary: Tensor,
  ) {
    super();
  }
  override get type(): TensorType {
    return this.real.type;
  }
  override concrete(attempted: string): DenseTensor {
    return this.real.concrete(attempted);
  }
}

class ComplexInterpreter implements Interpreter {
  readonly tag: TraceTag = new TraceTag("complexStep", { name: "" });
  constructor(readonly below: Interpreter | null) {}

  parts(x: Tensor): readonly [real: Tensor, imaginary: Tensor] {
    return x instanceof ComplexTracer && x.tag === this.tag ? [x.real, x.imaginary] : [x, zerosAs(x)];
  }
  #isComplex(x: Tensor): boolean {
    return x instanceof ComplexTracer && x.tag === this.tag;
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const held = heldFunction({ primitive, ins, p });
    if (held !== undefined) return held(ins);
    if (!ins.some((x) => this.#isComplex(x))) return bindUnder(this.below, primitive, ins, p);
    const lowering = primitive.lower(
      ins.map((x) => x.type),
      p,
    );
    const within = this.#inGraphs(lowering, ins);
    if (within !== undefined) return within;
    const bound: FlatFunction = (list) => bindUnder(this.below, primitive, list, p);
    return under(this.below, () => {
      const reals = ins.map((x) => this.parts(x)[0]);
      const outs = bound(reals);
      if (outs.every((out) => !isFloat(out.dtype))) return outs;
      const imaginary = this.#imaginary(primitive, lowering, ins, outs, bound);
      return outs.map((out, k) => new ComplexTracer(this.tag, out, imaginary[k] as Tensor));
    });
  }

  /** Operations that hold graphs are carried out by them. */
  #inGraphs(lowering: Lowering, ins: readonly Tensor[]): readonly Tensor[] | undefined {
    const count = (graph: Graph): number => graph.inputs.length;
    switch (lowering.kind) {
      case "inline":
        return evaluateGraph(lowering.graph, ins);
      case "branch": {
        const { branches } = lowering;
        const at = (ins[0] as Tensor).concrete("complexStep").at(0);
        const chosen = branches[Math.max(0, Math.min(at, branches.length - 1))] as Graph;
        return evaluateGraph(chosen, ins.slice(1));
      }
      case "while": {
        const { condition, body, conditionConstants: c, bodyConstants: b } = lowering;
        let carry = ins.slice(c + b);
        const goesOn = (): boolean =>
          (evaluateGraph(condition, [...ins.slice(0, c), ...carry])[0] as Tensor)
            .concrete("complexStep")
            .at(0) !== 0;
        while (goesOn()) carry = evaluateGraph(body, [...ins.slice(c, c + b), ...carry]) as Tensor[];
        return carry;
      }
      case "scan": {
        const { body, length, constants, carries, reverse } = lowering;
        let carry = ins.slice(constants, constants + carries);
        const rows: (readonly Tensor[])[] = new Array(length);
        for (let step = 0; step < length; step++) {
          const at = reverse ? length - 1 - step : step;
          const row = ins.slice(constants + carries).map((x) => slice(x, at) as Tensor);
          const outs = evaluateGraph(body, [...ins.slice(0, constants), ...carry, ...row]);
          carry = outs.slice(0, carries);
          rows[at] = outs.slice(carries);
        }
        const stacks = body.outputs
          .slice(carries)
          .map((_, k) => stack(rows.map((row) => row[k] as Tensor) as never) as Tensor);
        return count(body) === 0 ? carry : [...carry, ...stacks];
      }
      default:
        return undefined;
    }
  }

  #imaginary(
    primitive: AnyPrimitive,
    lowering: Lowering,
    ins: readonly Tensor[],
    outs: readonly Tensor[],
    bound: FlatFunction,
  ): readonly Tensor[] {
    const parts = ins.map((x) => this.parts(x).map(densely) as [DenseTensor, DenseTensor]);
    const reals = parts.map(([real]) => real);
    const out = densely(outs[0] as Tensor);
    const elementwise = (f: (index: number) => number): readonly Tensor[] => [
      filled(out.type, (k) => roundTo(out.dtype, f(k))),
    ];
    if (lowering.kind === "map") {
      const f = imaginaryPart(lowering.expr);
      if (f === undefined) throw unknown(primitive);
      return elementwise((k) => f(parts.map(([a, b]): Complex => [a.at(k), b.at(k)])));
    }
    const [[x, dx]] = parts as [[DenseTensor, DenseTensor]];
    if (lowering.kind === "fold" && lowering.op !== "add") {
      const groups = grouped(x.type, out.type, lowering.axes);
      const at = (k: number): Complex => [x.at(k), dx.at(k)];
      return lowering.op === "mul"
        ? elementwise(
            (k) => (groups[k] ?? []).reduce((product: Complex, j) => mul(product, at(j)), [1, 0])[1],
          )
        : elementwise((k) => dx.at((groups[k] ?? []).find((j) => x.at(j) === out.at(k)) ?? 0));
    }
    const moving = [...ins.keys()].filter((k) => this.#isComplex(ins[k] as Tensor));
    const moved = (which: readonly number[], scale: (k: number) => Tensor): readonly Tensor[] =>
      bound(reals.map((real, k) => (which.includes(k) ? scale(k) : real)));
    const imaginary = (k: number): Tensor => (parts[k] as [Tensor, Tensor])[1];
    const still = (k: number): Tensor => zerosAs(reals[k] as Tensor);
    // one operand after the other where it is linear in each, in all at once where it is so in their sum
    if (lowering.kind === "contract") {
      const each = moving.map((k) => moved([k], imaginary)[0] as Tensor);
      return [each.reduce((a, b) => add(a, b))];
    }
    const mayBeLinear =
      primitive.transpose !== "nonlinear" && (moving.length === 1 || lowering.kind !== "opaque");
    if (!mayBeLinear) throw unknown(primitive);
    const origin = moved(moving, still);
    const linear = (operand: (k: number) => Tensor): readonly DenseTensor[] =>
      moved(moving, operand).map((y, k) => finite(sub(y, origin[k] as Tensor)));
    if (!isLinear(linear, reals)) throw unknown(primitive);
    return linear(imaginary);
  }
}

/** A factor of -2 is exact: a product is not of degree 1, a maximum not odd. */
const isLinear = (
  f: (operand: (k: number) => Tensor) => readonly DenseTensor[],
  xs: readonly DenseTensor[],
): boolean => {
  const of = (factor: number): readonly DenseTensor[] =>
    f((k) => {
      const x = xs[k] as DenseTensor;
      return filled(x.type, (index) => factor * x.at(index));
    });
  const [once, scaled] = [of(1), of(-2)];
  return once.every((y, k) =>
    Array.from({ length: y.size }).every((_, index) => scaled[k]?.at(index) === -2 * y.at(index)),
  );
};

/** A filling of infinities, which is in the difference of both: it does not move. */
const finite = (x: Tensor): DenseTensor => {
  const from = densely(x);
  return filled(x.type, (k) => (Number.isNaN(from.at(k)) ? 0 : from.at(k)));
};

/** For every element of a result, the elements of the operand that are folded into it. */
const grouped = (
  type: TensorType,
  out: TensorType,
  axes: readonly number[],
): readonly (readonly number[])[] => {
  const groups: number[][] = Array.from({ length: sizeOf(out.shape) }, () => []);
  for (let index = 0; index < sizeOf(type.shape); index++) {
    let [rest, at, scale] = [index, 0, 1];
    for (let axis = type.shape.length - 1; axis >= 0; axis--) {
      const n = type.shape[axis] as number;
      if (!axes.includes(axis)) {
        at += (rest % n) * scale;
        scale *= n;
      }
      rest = Math.floor(rest / n);
    }
    (groups[at] as number[]).push(index);
  }
  return groups;
};

const unknown = ({ name }: AnyPrimitive): ArgumentError =>
  ArgumentError.invalid(
    "checkGrads",
    `the complex step knows no complex ${name}`,
    'Compare with differences: reference: "ridders" comes nearest.',
  );

/** d/dt f(x + tv) at t = 0, in float64, by a complex step of length h. */
export const complexStep = (
  f: ListFunction,
  xs: readonly Tensor[],
  vs: readonly Tensor[],
  h: number = xs.some((x) => x.dtype === "float32") ? 2 ** -40 : 2 ** -100,
): readonly DenseTensor[] => {
  const interpreter = new ComplexInterpreter(currentInterpreter());
  const ins = xs.map((x, k) => {
    const v = densely(vs[k] as Tensor);
    return new ComplexTracer(
      interpreter.tag,
      x,
      filled(x.type, (index) => h * v.at(index)),
    );
  });
  try {
    const outs = under(interpreter, () => f(ins));
    return outs.map((out) => {
      const imaginary = densely(interpreter.parts(out)[1]);
      return filled({ ...out.type, dtype: "float64" }, (k) => imaginary.at(k) / h);
    });
  } finally {
    interpreter.tag.running = false;
  }
};
