/**
 * The planner: from a graph to a plan. Values without memory are written into loops, loops of one shape are fused,
 * products become contractions, held graphs become repeats and choices, and every buffer gets its place.
 */
import { ProgramBuilder } from "../expr/builder.js";
import { input } from "../expr/expr.js";
import type { Graph } from "../graph/graph.js";
import { isVariable, type Lowering, type Operand, type Variable } from "../graph/primitive.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { DenseTensor } from "../tensor/tensor.js";
import { Analysis, type Lowered } from "./analysis.js";
import { arranged } from "./arena.js";
import { bandedSteps } from "./banded.js";
import { PlanBuilder } from "./builder.js";
import { contraction } from "./contractions.js";
import { convolutionSteps } from "./convolutions.js";
import type { OneDiagonal } from "./diagonal-products.js";
import { type Group, grouped } from "./groups.js";
import { heldSteps } from "./held.js";
import { alongAxes, linear } from "./index-map.js";
import { loopSteps, type NestContext } from "./nests.js";
import { simplify } from "./passes.js";
import type { BufferId, LoopStep, Plan, Step } from "./plan.js";
import { LoopValues } from "./values.js";

type Placing = Extract<Lowering, { readonly kind: "place" }>;

export interface PlanOptions {
  /** Allows fused rounding. */
  readonly contract?: boolean;
}

/** The plan of a graph none of whose constants is a tracer. */
export const planOf = (graph: Graph, { contract = false }: PlanOptions = {}): Plan => {
  const builder = new PlanBuilder();
  const simple = simplify(graph);
  const inputs = simple.inputs.map(({ type }, index) =>
    builder.buffer(type.dtype, sizeOf(type.shape), { kind: "input", index }),
  );
  const { steps, outs } = new Scope(builder, simple, inputs, contract).build();
  const copies = outs.flatMap((id, index): readonly Step[] => {
    if (builder.claim(id, index)) return [];
    const { dtype, size } = builder.buffers[id] as (typeof builder.buffers)[number];
    return [{ kind: "copy", from: id, to: builder.buffer(dtype, size, { kind: "output", index }) }];
  });
  const all = [...steps, ...copies];
  return {
    ...arranged(builder.buffers, all),
    steps: all,
    inputs: simple.inputs.map((v) => v.type),
    outputs: simple.outputs.map((out) => out.type),
    contract,
  };
};

/** One graph of a plan, its operands in given buffers. */
export class Scope implements NestContext {
  readonly #memory = new Map<Variable, BufferId>();
  analysis: Analysis;
  /** Matrices of one diagonal, by their buffers. */
  readonly matrices: Map<BufferId, OneDiagonal> = new Map();

  constructor(
    readonly builder: PlanBuilder,
    readonly graph: Graph,
    operands: readonly BufferId[],
    readonly contract: boolean,
  ) {
    this.analysis = new Analysis(graph);
    graph.inputs.forEach((v, i) => {
      this.#memory.set(v, operands[i] as BufferId);
    });
  }

  /** A graph held by one of this graph's equations. */
  inner(graph: Graph, operands: readonly BufferId[]): { steps: readonly Step[]; outs: readonly BufferId[] } {
    return new Scope(this.builder, simplify(graph), operands, this.contract).build();
  }

  build(): { steps: readonly Step[]; outs: readonly BufferId[] } {
    const { graph } = this;
    for (;;) {
      const { groups, passing } = grouped(this.analysis);
      const steps: Step[] = [];
      const made: Variable[] = [];
      const asked = new Set<Operand>();
      for (const group of groups) {
        const found = this.#groupSteps(group, passing, made);
        if ("force" in found) {
          // several groups may ask for one value
          if (this.analysis.isSpared(found.force)) this.analysis.forceSpared();
          else if (!asked.has(found.force)) this.analysis.separate(found.force);
          asked.add(found.force);
          // what comes after is looked at all the same, for what else may be missing
          const outs = group.kind === "single" ? group.lowered.equation.outs : [];
          for (const v of outs) if (this.bufferOf(v) === undefined) this.make(v, made);
        } else steps.push(...found);
      }
      if (asked.size === 0) return { steps, outs: graph.outputs.map((out) => this.memoryOf(out)) };
      for (const v of made) this.#memory.delete(v);
    }
  }

  #groupSteps(
    group: Group,
    passing: ReadonlySet<Variable>,
    made: Variable[],
  ): readonly Step[] | { readonly force: Operand } {
    if (group.kind === "single") return this.#single(group.lowered, made);
    const targets = group.roots.map((root) => ({
      root,
      buffer: passing.has(root.variable) ? null : this.make(root.variable, made, false),
    }));
    const banded = bandedSteps(this, group, targets);
    const steps = banded?.steps ?? loopSteps(this, group, targets);
    for (const [id, diagonal] of banded?.matrices ?? []) this.matrices.set(id, diagonal);
    for (const { root, buffer } of targets) if (buffer !== null) this.#memory.set(root.variable, buffer);
    return steps;
  }

  /** A new buffer for a value; in `memory` at once, or when its loops are built. */
  make(v: Variable, made: Variable[], now = true): BufferId {
    const id = this.builder.buffer(v.type.dtype, sizeOf(v.type.shape));
    made.push(v);
    if (now) this.#memory.set(v, id);
    return id;
  }

  /** The buffer of a value that has memory: its own, or that of which it is a reshape. */
  memoryOf(value: Operand): BufferId {
    const own = this.bufferOf(value);
    if (own !== undefined) return own;
    const source = this.analysis.sourceOf(value) as Lowered;
    return this.memoryOf(source.equation.ins[0] as Operand);
  }

  bufferOf = (value: Operand): BufferId | undefined =>
    isVariable(value) ? this.#memory.get(value) : this.builder.constant(value as DenseTensor);

  hold(v: Variable, id: BufferId, made: Variable[]): void {
    made.push(v);
    this.#memory.set(v, id);
  }

  #single(lowered: Lowered, made: Variable[]): readonly Step[] | { readonly force: Operand } {
    const { equation, lowering } = lowered;
    switch (lowering.kind) {
      case "contract": {
        const found = contraction(this, equation, lowering.contract, lowering.batch, made);
        return found ?? this.#opaque(lowered, made);
      }
      case "convolve":
        return convolutionSteps(this, equation, lowering, made) ?? this.#opaque(lowered, made);
      case "place":
        return this.#frame(lowered, made);
      case "branch":
      case "while":
      case "scan":
        return heldSteps(this, equation, lowering, made);
      default:
        return this.#opaque(lowered, made);
    }
  }

  #opaque({ equation }: Lowered, made: Variable[]): readonly Step[] {
    const { primitive, p } = equation;
    const ins = equation.ins.map((x) => ({ buffer: this.memoryOf(x), type: x.type }));
    return [{ kind: "opaque", primitive, p, ins, outs: equation.outs.map((v) => this.make(v, made)) }];
  }

  /** Loops over the shape of `value` (axes in the given order), which write it, row-major, to a new buffer. */
  packed(value: Operand, order: readonly number[]): readonly Step[] | { readonly force: Operand } {
    const variable = value as Variable;
    const shape = order.map((axis) => value.type.shape[axis] as number);
    const program = new ProgramBuilder();
    const values = new LoopValues(this.analysis, program, shape, this.bufferOf);
    const map = alongAxes(
      value.type.shape.map((_, axis) => order.indexOf(axis)),
      shape.length,
    );
    const node = values.node(variable, map);
    if (values.obstacle !== undefined) return { force: values.obstacle.value };
    const body = program.finish([program.addExpr(input(0), [node], value.type.dtype)]);
    const buffer = this.builder.buffer(value.type.dtype, sizeOf(shape));
    const access = { buffer, ...linear(identity(shape.length), shape, shape.length) };
    return [
      {
        kind: "loop",
        shape,
        folded: false,
        body,
        loads: values.loads,
        stores: [{ value: 0, access }],
        folds: [],
      },
    ];
  }

  /** A frame by itself: filled if its parts leave gaps, then each part written where it stands. */
  #frame({ equation, lowering }: Lowered, made: Variable[]): readonly Step[] | { readonly force: Operand } {
    if (lowering.kind !== "place") return [];
    const v = equation.only as Variable;
    const buffer = this.make(v, made);
    const { dtype } = v.type;
    const fill = new ProgramBuilder();
    const size = sizeOf(v.type.shape);
    const steps: LoopStep[] = [];
    if (!coversAll(equation.ins, lowering, v.type.shape))
      steps.push({
        kind: "loop",
        shape: [size],
        folded: false,
        body: fill.finish([fill.constant(lowering.fill, dtype)]),
        loads: [],
        stores: [{ value: 0, access: { buffer, offset: 0, strides: [1] } }],
        folds: [],
      });
    for (const [k, x] of equation.ins.entries()) {
      const low = lowering.low[k] as readonly number[];
      const { shape } = x.type;
      // the elements that stand within the frame
      const from = shape.map((_, axis) =>
        Math.max(0, Math.ceil(-(low[axis] as number) / (lowering.step[axis] as number))),
      );
      const extents = shape.map((n, axis) => {
        const room = (v.type.shape[axis] as number) - 1 - (low[axis] as number);
        return Math.min(n, Math.floor(room / (lowering.step[axis] as number)) + 1) - (from[axis] as number);
      });
      if (extents.some((n) => n <= 0)) continue;
      const program = new ProgramBuilder();
      const values = new LoopValues(this.analysis, program, extents, this.bufferOf);
      const { terms } = identity(shape.length);
      const node = values.node(x, { offset: from, terms });
      if (values.obstacle !== undefined) return { force: values.obstacle.value };
      const place = {
        offset: from.map((f, axis) => (low[axis] as number) + f * (lowering.step[axis] as number)),
        terms: terms.map((term, axis) => term.map((t) => t * (lowering.step[axis] as number))),
      };
      steps.push({
        kind: "loop",
        shape: extents,
        folded: false,
        body: program.finish([program.addExpr(input(0), [node], dtype)]),
        loads: values.loads,
        stores: [{ value: 0, access: { buffer, ...linear(place, v.type.shape, shape.length) } }],
        folds: [],
      });
    }
    return steps;
  }
}

/** Whether parts leave nothing of a frame unwritten: no part hides another, so that their elements can be counted. */
const coversAll = (parts: readonly Operand[], { low, step }: Placing, shape: Shape): boolean => {
  const within = parts.every(({ type }, k) =>
    type.shape.every((n, axis) => {
      const from = (low[k] as readonly number[])[axis] as number;
      return step[axis] === 1 && from >= 0 && from + n <= (shape[axis] as number);
    }),
  );
  return within && parts.reduce((sum, { type }) => sum + sizeOf(type.shape), 0) === sizeOf(shape);
};

const identity = (rank: number): ReturnType<typeof alongAxes> =>
  alongAxes(
    Array.from({ length: rank }, (_, d) => d),
    rank,
  );
