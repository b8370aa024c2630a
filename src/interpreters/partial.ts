/**
 * Partial evaluation: what depends on nothing unknown runs now, under the interpreter below; the rest is recorded
 * as equations. With tangents unknown it records linear maps; with all arguments unknown it stages whole programs.
 */
import { bindUnder, escaped, type Interpreter, Tracer, type TraceTag, under } from "../graph/context.js";
import type { GraphBuilder } from "../graph/graph.js";
import type { AnyPrimitive, Operand, Variable } from "../graph/primitive.js";
import { ConcretizationError } from "../tensor/errors.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";

/** A value that is not known yet: a variable of the graph under construction. */
export class UnknownTracer extends Tracer {
  constructor(
    readonly tag: TraceTag,
    readonly variable: Variable,
  ) {
    super();
  }
  override get type(): TensorType {
    return this.variable.type;
  }
  override concrete(attempted: string): DenseTensor {
    if (!this.tag.running) throw escaped(attempted, this);
    throw ConcretizationError.unknown(attempted, this.tag.toString());
  }
}

export class PartialInterpreter implements Interpreter {
  constructor(
    readonly tag: TraceTag,
    readonly below: Interpreter | null,
    readonly builder: GraphBuilder<unknown>,
    /** Whether operations that hold graphs are taken apart, so that their known part runs now; staging keeps them whole. */
    readonly splits = false,
    /** Whether the graph is made by itself: the axes of collectives in it come when it is used. */
    readonly alone = false,
  ) {}

  unknown(type: TensorType): UnknownTracer {
    return new UnknownTracer(this.tag, this.builder.input(type));
  }

  /** The variable of an unknown value; a known value as it is, a constant of the graph. */
  operand(operation: string, x: Tensor): Operand {
    if (x instanceof UnknownTracer && x.tag === this.tag) return x.variable;
    if (x instanceof Tracer && !x.tag.running && !this.#isReplaced(x)) throw escaped(operation, x);
    return x;
  }

  /** Whether the function that is recorded runs again, in place of whose tracers others will be put below. */
  #isReplaced(x: Tensor): boolean {
    for (let at = this.below; at !== null; at = at.below ?? null)
      if ((at.replace?.(x) ?? x) !== x) return true;
    return false;
  }

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const n = ins.length;
    const { tag, below } = this;
    const { closures } = primitive;
    let first = 0;
    while (first < n && !isOf(ins[first] as Tensor, tag)) first++;
    if (first === n) {
      if (this.alone && (primitive.collectiveAxes?.(p).length ?? 0) > 0)
        return this.#record(primitive, ins, p);
      if (closures === undefined) return bindUnder(below, primitive, ins, p);
      const outs = closures.bypass(below, { primitive, ins, p }, (x) => isOf(x, tag));
      if (outs !== undefined) return outs;
    }
    // a held function that closes over unknown values is recorded operation by operation, in its own place
    const inlined = closures?.inline(this, { primitive, ins, p }, (x) => isOf(x, tag));
    if (inlined !== undefined) return inlined;
    const split = this.splits ? primitive.split : undefined;
    const parts =
      split &&
      under(below, () =>
        split(
          ins.map((x) => isOf(x, tag)),
          ins,
          p,
        ),
      );
    if (parts === undefined) return this.#record(primitive, ins, p);
    // the known part has run; what is left is recorded
    const { rest, outs } = parts;
    const left = rest === null ? [] : this.#record(rest.primitive, rest.ins, rest.p);
    let next = 0;
    return outs.map((out) => out ?? (left[next++] as Tensor));
  }

  #record(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const { tag } = this;
    const n = ins.length;
    const operands = new Array<Operand>(n);
    const types = new Array<TensorType>(n);
    for (let i = 0; i < n; i++) {
      const x = ins[i] as Tensor;
      operands[i] = this.operand(primitive.name, x);
      types[i] = x.type;
    }
    const outTypes = primitive.shape(types, p);
    if (outTypes.length === 1) {
      const type = outTypes[0] as TensorType;
      return [new UnknownTracer(tag, this.builder.addOne(primitive, operands, p, type))];
    }
    return this.builder.add(primitive, operands, p, outTypes).map((v) => new UnknownTracer(tag, v));
  }
}

const isOf = (x: Tensor, tag: TraceTag): x is UnknownTracer => x instanceof UnknownTracer && x.tag === tag;
