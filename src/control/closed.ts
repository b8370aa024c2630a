/**
 * Closed graphs: no tracer stands in them, so that they can be evaluated, transformed and compiled anywhere and at any
 * time. A function staged for a primitive that holds its graph has the tracers over which it closes lifted to operands.
 */
import {
  bind,
  bindOne,
  bindUnder,
  currentInterpreter,
  Hosted,
  type Interpreter,
  Tracer,
  TraceTag,
  under,
} from "../graph/context.js";
import { Equation, type Graph, GraphBuilder, graphsOf, withoutDeadCode } from "../graph/graph.js";
import {
  type AnyPrimitive,
  type FlatFunction,
  isVariable,
  type Operand,
  Variable,
} from "../graph/primitive.js";
import { heldFunction } from "../interpreters/closure.js";
import { carriesTangent, pushforward } from "../interpreters/forward.js";
import { PartialInterpreter, UnknownTracer } from "../interpreters/partial.js";
import { stageGraph, stageWith } from "../interpreters/stage.js";
import { zerosAs } from "../primitives/arithmetic.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";

export interface Closure {
  /** Its last inputs stand for `closedOver`. */
  readonly graph: Graph;
  readonly closedOver: readonly Tensor[];
  /** What has read the first of these, to be asked again where the graph is kept. */
  readonly readings: readonly Reading[];
}

/** An operation without operands that reads what may change. */
export interface Reading {
  readonly primitive: AnyPrimitive;
  readonly p: unknown;
}
/** What it reads now. */
export const readAgain = ({ primitive, p }: Reading): Tensor => bindOne(primitive, [], p);

/** A value of somebody who is at work: no constant. */
const isOpen = (x: Operand): x is Tensor => {
  if (isVariable(x)) return false;
  if (x instanceof Tracer || x instanceof Hosted) return true;
  for (let at = currentInterpreter(); at !== null; at = at.below ?? null)
    if (at.tracks?.(x) || (at.replace?.(x) ?? x) !== x) return true;
  return false;
};

/** The graph with what it reads and the tracers among its constants made inputs, behind those it has. */
export const lifted = (graph: Graph): Closure => {
  const found = new Map<Tensor, Variable>();
  let count = graph.variableCount;
  const lift = (x: Tensor): Variable => {
    let variable = found.get(x);
    if (variable === undefined) {
      variable = new Variable(x.type, count++);
      found.set(x, variable);
    }
    return variable;
  };
  const operand = (x: Operand): Operand => (isOpen(x) ? lift(x) : x);
  const readings = graph.equations.filter(({ primitive }) => primitive.reads === true);
  const computing = graph.equations.filter(({ primitive }) => primitive.reads !== true);
  const equations = computing.map((equation) => {
    const { primitive, ins, p, only, several } = equation;
    return ins.some(isOpen) ? new Equation(primitive, ins.map(operand), p, only, several) : equation;
  });
  const outputs = graph.outputs.map(operand);
  if (found.size === 0 && readings.length === 0) return { graph, closedOver: [], readings };
  const inputs = [...graph.inputs, ...readings.flatMap(({ outs }) => outs), ...found.values()];
  return {
    graph: { inputs, equations, outputs, variableCount: count },
    closedOver: [...readings.map(readAgain), ...found.keys()],
    readings,
  };
};

const isConstant = (x: Operand): x is Tensor => !isVariable(x);

/** The tensors over which a graph closes, and the graphs that its operations hold. */
export const constantsOf = (graph: Graph): readonly Tensor[] =>
  remembered(graph, "constants", () => {
    const within = graph.equations.flatMap(({ primitive, ins, p }) => [
      ...ins.filter(isConstant),
      ...graphsOf(primitive, p).flatMap(constantsOf),
    ]);
    return [...new Set([...within, ...graph.outputs.filter(isConstant)])];
  });

/** Takes down the tracers that a function uses and has not made itself. */
class CollectingInterpreter implements Interpreter {
  readonly #made = new Set<Tensor>();
  readonly found: Set<Tensor>;

  constructor(
    readonly below: Interpreter | null,
    operands: readonly Tensor[],
    found: Set<Tensor>,
  ) {
    this.found = found;
    for (const x of operands) this.#made.add(x);
  }
  process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    this.collect(ins);
    const held = primitive.withFunction?.(p, (f) => collecting(f, this.found)) ?? p;
    const outs = bindUnder(this.below, primitive, ins, held);
    for (const out of outs) this.#made.add(out);
    return outs;
  }
  collect(list: readonly Tensor[]): void {
    for (const x of list) if (isOpen(x) && !this.#made.has(x)) this.found.add(x);
  }
}

/** `f`, whose tracers are taken down when it runs. */
const collecting =
  (f: FlatFunction, found: Set<Tensor>): FlatFunction =>
  (list) => {
    const interpreter = new CollectingInterpreter(currentInterpreter(), list, found);
    const outs = under(interpreter, () => f(list));
    interpreter.collect(outs);
    return outs;
  };

/** The tracers over which the functions that an operation holds close, be it the function itself or its rule. */
const closureOf = (primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] => {
  const found = new Set<Tensor>();
  const wrapped = primitive.withFunction?.(p, (f) => collecting(f, found));
  const types = typesOf(ins);
  const tag = (): TraceTag => new TraceTag("closure", { name: "" });
  const pushed: FlatFunction = (list) => {
    const tangents = list.map((x) => (carriesTangent(x) ? zerosAs(x) : null));
    return pushforward((xs) => bind(primitive, xs, wrapped), list, tangents, tag())[0];
  };
  primitive.shape(types, wrapped);
  try {
    stageGraph(pushed, types, tag());
  } catch {
    // a rule that fails says so when it is needed
  }
  return [...found];
};

/**
 * Stages, and converts what holds functions, so that no tracer hides in a function of the graph. What is read is
 * recorded as well, once: the graph outlives what it gives now.
 */
class ClosingInterpreter extends PartialInterpreter {
  readonly #read = new Map<unknown, readonly Tensor[]>();
  /** Set while a function runs for what it closes over: what it holds comes here again, and is not asked twice. */
  #asks = false;
  override process(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    if (primitive.reads === true) return this.#reading(primitive, p);
    if (primitive.convertClosure === undefined || this.#asks) return super.process(primitive, ins, p);
    const tracers = this.#tracersOf(primitive, ins, p);
    if (tracers.length === 0) return super.process(primitive, ins, p);
    // a tracer of an interpreter above is gone when the graph is used: nothing could be its operand
    const held = tracers.some((x) => this.#isAbove(x)) && heldFunction({ primitive, ins, p });
    if (held) return under(this, () => held(ins));
    const converted = primitive.convertClosure(ins, p, tracers);
    return super.process(primitive, converted.ins, converted.p);
  }

  // what an interpreter below would put in its place is put there now: by then the operation is within the graph
  override operand(operation: string, x: Tensor): Operand {
    if (!(x instanceof Tracer) || x.tag === this.tag || x.tag.running) return super.operand(operation, x);
    for (let at = this.below; at !== null; at = at.below ?? null)
      if (at.replace !== undefined) return super.operand(operation, at.replace(x));
    return super.operand(operation, x);
  }

  #tracersOf(primitive: AnyPrimitive, ins: readonly Tensor[], p: unknown): readonly Tensor[] {
    this.#asks = true;
    try {
      return under(this, () => closureOf(primitive, ins, p));
    } finally {
      this.#asks = false;
    }
  }

  #isAbove(x: Tensor): boolean {
    if (!(x instanceof Tracer) || x.tag === this.tag) return false;
    for (let at = this.below; at !== null; at = at.below ?? null)
      if ((at as { readonly tag?: TraceTag }).tag === x.tag) return false;
    return true;
  }

  #reading(primitive: AnyPrimitive, p: unknown): readonly Tensor[] {
    let outs = this.#read.get(p);
    if (outs === undefined) {
      const [type] = primitive.shape([], p) as readonly [TensorType];
      outs = [new UnknownTracer(this.tag, this.builder.addOne(primitive, [], p, type))];
      this.#read.set(p, outs);
    }
    return outs;
  }
}

/** The closed graph of a function for operands of these types, and the tracers over which the function closes. */
export const stageClosed = (f: FlatFunction, types: readonly TensorType[], tag: TraceTag): Closure => {
  const closing = new ClosingInterpreter(tag, currentInterpreter(), new GraphBuilder());
  return lifted(withoutDeadCode(stageWith(closing, f, types)));
};

/** Graphs made of a closed graph, by what they are: made once, so that whoever compiles them finds them again. */
const derived: WeakMap<Graph, Map<string, unknown>> = new WeakMap();

export const remembered = <R>(graph: Graph, key: string, make: () => R): R => {
  let made = derived.get(graph);
  if (made === undefined) {
    made = new Map();
    derived.set(graph, made);
  }
  const found = made.get(key);
  if (found !== undefined) return found as R;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
};

/** The same for what is made of two graphs. */
export const rememberedPair = <R>(a: Graph, b: Graph, key: string, make: () => R): R => {
  const table = remembered(a, `${key} with`, () => new WeakMap<Graph, R>());
  const found = table.get(b);
  if (found !== undefined) return found;
  const fresh = make();
  table.set(b, fresh);
  return fresh;
};

/** Which of several operands, results or graphs. */
export type Mask = readonly boolean[];
export const maskKey = (mask: Mask): string => mask.map((bit) => (bit ? "1" : "0")).join("");
export const noneOf = (list: readonly unknown[]): Mask => list.map(() => false);
export const either = (a: Mask, b: Mask): Mask => a.map((bit, i) => bit || b[i] === true);
export const chosen = <T>(list: readonly T[], mask: Mask): readonly T[] => list.filter((_, i) => mask[i]);
export const countOf = (mask: Mask): number => mask.filter(Boolean).length;

/** The list with `yes` where the mask holds and `no` elsewhere, both in order. */
export const merged = <T>(mask: Mask, yes: readonly T[], no: readonly T[]): readonly T[] => {
  let [i, j] = [0, 0];
  return mask.map((bit) => (bit ? yes[i++] : no[j++]) as T);
};

export const typesOf = (list: readonly { readonly type: TensorType }[]): readonly TensorType[] =>
  list.map((x) => x.type);

/** A graph made of closed graphs, with nobody in charge: what is known while it is made is computed. */
export const stageDerived = (name: string, f: FlatFunction, types: readonly TensorType[]): Graph =>
  under(null, () => {
    const tag = new TraceTag(name, { name: "" });
    const interpreter = new PartialInterpreter(tag, null, new GraphBuilder(), false, true);
    return withoutDeadCode(stageWith(interpreter, f, types));
  });

const namesOfAxes = (graph: Graph): readonly string[] => [
  ...new Set(graph.equations.flatMap(({ primitive, p }) => primitive.collectiveAxes?.(p) ?? [])),
];
/** The names of the vmapped axes to which collectives in the graph speak. */
export const collectiveAxesOf = (graph: Graph): readonly string[] =>
  remembered(graph, "collective axes", () => namesOfAxes(graph));
