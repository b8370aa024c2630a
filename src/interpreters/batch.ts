/**
 * Batching: values with a batch axis in front. A primitive whose operands are not mapped is done once, below;
 * others by their batching rule. The axis stands always in front here; vmap moves it in and out.
 */
import {
  bindUnder,
  currentInterpreter,
  escaped,
  type Interpreter,
  Tracer,
  type TraceTag,
  under,
} from "../graph/context.js";
import type { AnyPrimitive, Batched, DualContext, FlatFunction, MappedAxis } from "../graph/primitive.js";
import { ConcretizationError } from "../tensor/errors.js";
import type { DenseTensor, Tensor, TensorType } from "../tensor/tensor.js";

export class BatchTracer extends Tracer {
  readonly type: TensorType;
  constructor(
    readonly tag: TraceTag,
    /** All examples, stacked along axis 0. */
    readonly value: Tensor,
  ) {
    super();
    const { shape, dtype, weak } = value.type;
    this.type = { shape: shape.slice(1), dtype, weak };
  }
  override concrete(attempted: string): DenseTensor {
    if (!this.tag.running) throw escaped(attempted, this);
    throw ConcretizationError.batched(attempted, this.value.shape[0] as number, this.tag.toString());
  }
}

export class BatchInterpreter implements Interpreter, MappedAxis {
  constructor(
    readonly tag: TraceTag,
    readonly below: Interpreter | null,
    readonly size: number,
    readonly name: string | undefined,
  ) {}

  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    const { tag, below } = this;
    let involved = this.name !== undefined && primitive.collectiveAxes?.(p).includes(this.name) === true;
    for (let i = 0; !involved && i < ins.length; i++) {
      const x = ins[i];
      involved = x instanceof BatchTracer && x.tag === tag;
    }
    if (!involved) {
      if (primitive.closures === undefined) return bindUnder(below, primitive, ins, p);
      const mine = (x: Tensor): boolean => x instanceof BatchTracer && x.tag === tag;
      const outs = primitive.closures.bypass(below, { primitive, ins, p }, mine);
      if (outs !== undefined) return outs;
    }
    const operands = ins.map((x) => this.split(x));
    const outs = under(below, () => primitive.batch(operands, p, this));
    return outs.map((out) => this.#join(out));
  }

  #join({ value, mapped }: Batched): Tensor {
    return mapped ? new BatchTracer(this.tag, value) : value;
  }

  split(x: Tensor): Batched {
    return x instanceof BatchTracer && x.tag === this.tag
      ? { value: x.value, mapped: true }
      : { value: x, mapped: false };
  }

  /** Runs a function of single examples on mapped operands, under whatever interpreter is in charge now. */
  map(f: FlatFunction, ins: readonly Batched[]): readonly Batched[] {
    const { tag } = this;
    const again = new BatchInterpreter(tag, currentInterpreter(), this.size, this.name);
    const examples = ins.map((x) => again.#join(x));
    // a transpose rule may run the function again when the vmap has long returned
    const was = tag.running;
    tag.running = true;
    try {
      return under(again, () => f(examples)).map((out) => again.split(out));
    } finally {
      tag.running = was;
    }
  }

  lift(context: DualContext): DualContext {
    return context.lifted(
      (x) => this.split(x),
      (x) => this.#join(x),
    );
  }
}
