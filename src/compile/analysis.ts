/**
 * Which values of a graph get memory of their own. The others are computed in the loops that use them: elementwise
 * results, views and frames, as long as doing so twice costs less than writing and reading them once.
 */
import type { Expr } from "../expr/expr.js";
import type { Equation, Graph } from "../graph/graph.js";
import { isVariable, type Lowering, type Operand, type Variable } from "../graph/primitive.js";
import { sizeOf } from "../tensor/shape.js";
import { isOneRow, type Repetition, repetitionOf } from "./repetition.js";

/** An equation with what its primitive tells of its loop. */
export interface Lowered {
  readonly equation: Equation;
  readonly lowering: Lowering;
}

/** No value is computed by more work than this from what is in memory. */
const heavy = 300;

/** What is computed once for many rows may be this many times heavier. */
const rows = 4;

/** Work that may be done again for every further use; 0 for single numbers, which live in registers. */
const cheap = (v: Variable): number => (sizeOf(v.type.shape) === 1 ? 0 : 4);

const dear: Readonly<Record<string, number>> = { div: 3, sqrt: 3, rem: 6 };
const costOf = (expr: Expr): number => {
  if (expr.kind === "input" || expr.kind === "constant") return 0;
  const own = expr.kind === "apply" ? (dear[expr.op] ?? 1) : expr.kind === "convert" ? 1 : 12;
  return own + expr.args.reduce((sum, arg) => sum + costOf(arg), 0);
};

/** A frame of more parts than this is written part by part: its loops would have to be cut for each. */
const mostParts = 16;

/** Primitives whose loops can be written into those of their users. */
const isLazyKind = (lowering: Lowering): boolean =>
  lowering.kind === "map" ||
  lowering.kind === "view" ||
  lowering.kind === "reshape" ||
  (lowering.kind === "place" && lowering.step.every((step) => step === 1));

const isArrangement = (lowering: Lowering): boolean =>
  lowering.kind === "view" || lowering.kind === "reshape";

export class Analysis {
  readonly lowered: readonly Lowered[];
  /** The equation of each variable, by its index; undefined for inputs. */
  readonly #source: (Lowered | undefined)[];
  /** Lazy kinds that get memory nevertheless, by index. */
  readonly #forced: boolean[];
  readonly #weights: number[];
  readonly #separate = new Set<Operand>();
  readonly #filled = new Set<Operand>();
  /** By index; of values that have memory it says what they would be without. */
  readonly #repetitions: (Repetition | undefined)[];
  readonly #spared = new Set<Operand>();

  constructor(readonly graph: Graph) {
    const n = graph.variableCount;
    this.#source = new Array<Lowered | undefined>(n).fill(undefined);
    this.#forced = new Array<boolean>(n).fill(false);
    this.#weights = new Array<number>(n).fill(0);
    this.#repetitions = new Array<Repetition | undefined>(n).fill(undefined);
    this.lowered = graph.equations.map((equation) => {
      const lowering = this.#lowering(equation);
      const found = { equation, lowering };
      for (const v of equation.outs) this.#source[v.index] = found;
      return found;
    });
    this.#force(this.#uses());
  }

  /** Empty tensors go through the eager kernels, which know what a sum of nothing is. */
  #lowering({ primitive, ins, outs, p }: Equation): Lowering {
    const types = ins.map((x) => x.type);
    const lowering = primitive.lower(types, p);
    const held = lowering.kind === "branch" || lowering.kind === "while" || lowering.kind === "scan";
    const empty = !held && [...types, ...outs.map((v) => v.type)].some((type) => sizeOf(type.shape) === 0);
    return empty ? { kind: "opaque" } : lowering;
  }

  /** How often the value of each variable would be computed, arrangements counted with what they arrange. */
  #uses(): readonly number[] {
    const uses = new Array<number>(this.graph.variableCount).fill(0);
    const use = (x: Operand, times: number): void => {
      if (isVariable(x)) uses[x.index] = (uses[x.index] as number) + times;
    };
    for (const out of this.graph.outputs) use(out, 1);
    for (let i = this.lowered.length - 1; i >= 0; i--) {
      const { equation, lowering } = this.lowered[i] as Lowered;
      const times = isArrangement(lowering) ? Math.max(1, uses[equation.only?.index ?? -1] ?? 1) : 1;
      for (const x of equation.ins) use(x, times);
    }
    return uses;
  }

  #force(uses: readonly number[]): void {
    for (const { equation, lowering } of this.lowered) {
      if (!isLazyKind(lowering)) {
        if (lowering.kind === "contract" || lowering.kind === "convolve")
          for (const x of equation.ins) this.#forceBase(x);
        else if (lowering.kind !== "fold" && lowering.kind !== "place")
          for (const x of equation.ins) this.force(this.wholeOf(x));
        continue;
      }
      const v = equation.only as Variable;
      const repetition = repetitionOf(lowering, equation.ins, v, (x) =>
        this.hasMemory(x) ? undefined : this.#repetitions[x.index],
      );
      this.#repetitions[v.index] = repetition;
      let weight = lowering.kind === "map" ? costOf(lowering.expr) : lowering.kind === "place" ? 2 : 0;
      for (const x of new Set(equation.ins)) if (isVariable(x)) weight += this.#weights[x.index] as number;
      this.#weights[v.index] = weight;
      if (isArrangement(lowering)) continue;
      const again = (uses[v.index] as number) > 1 && weight > cheap(v);
      if (isOneRow(repetition, v.type.shape) && weight <= heavy * rows) {
        if (again || weight > heavy) this.#spared.add(v);
      } else if (lowering.kind === "place" && equation.ins.length > mostParts) {
        this.force(v);
        this.#filled.add(v);
      } else if (again || weight > heavy) this.force(v);
    }
    for (const out of this.graph.outputs) this.force(this.wholeOf(out));
  }

  /** What a value without memory is a reshape of, however often: it has the same elements in the same order. */
  wholeOf(x: Operand): Operand {
    for (let at = x; ; ) {
      const source = this.sourceOf(at);
      if (source === undefined || source.lowering.kind !== "reshape" || this.hasMemory(at)) return at;
      at = source.equation.ins[0] as Operand;
    }
  }

  /** What a product reads through views has memory; the views do not. */
  #forceBase(x: Operand): void {
    let at = x;
    for (;;) {
      const source = this.sourceOf(at);
      if (source === undefined || !isArrangement(source.lowering) || this.hasMemory(at)) break;
      at = source.equation.ins[0] as Operand;
    }
    this.force(at);
  }

  sourceOf(x: Operand): Lowered | undefined {
    return isVariable(x) ? this.#source[x.index] : undefined;
  }

  /** Gives a value memory of its own. */
  force(x: Operand): void {
    if (!isVariable(x) || this.hasMemory(x)) return;
    this.#forced[x.index] = true;
    this.#spared.delete(x);
    this.#weights[x.index] = 0;
  }

  /** Whether diagonals of constants are all that moves a value along some of its axes. */
  isBanded(v: Variable): boolean {
    const repetition = this.#repetitions[v.index];
    return repetition !== undefined && isOneRow(repetition, v.type.shape);
  }

  /** Whether a value has no memory only because loops over diagonals compute little of it. */
  isSpared(x: Operand): boolean {
    return this.#spared.has(x);
  }

  /** Gives memory to all values that were spared it. */
  forceSpared(): void {
    for (const x of [...this.#spared]) this.force(x);
  }

  /**
   * Has a value written to memory before anything reads it; a frame for which that is not enough, because its own
   * loops would be cut into too many pieces (it has borders along many axes), is filled first and then written to.
   */
  separate(x: Operand): void {
    if (!this.isSeparate(x)) {
      this.force(x);
      this.#separate.add(x);
    } else if (this.sourceOf(x)?.lowering.kind === "place" && !this.#filled.has(x)) this.#filled.add(x);
    else throw new Error("the planner asks for a value's memory twice: this is a mistake of the compiler");
  }

  /** A frame with gaps, or one of too many pieces, is filled first and written to after that, part by part. */
  isFilledFirst({ equation, lowering }: Lowered): boolean {
    if (lowering.kind !== "place") return false;
    return lowering.step.some((step) => step !== 1) || this.#filled.has(equation.only as Variable);
  }

  /** Whether a value may not be handed on within the loops that make it. */
  isSeparate(x: Operand): boolean {
    return this.#separate.has(x);
  }

  /** Whether the value lies in a buffer: an operand, a tensor, the result of a step, or forced to. */
  hasMemory(x: Operand): boolean {
    const source = this.sourceOf(x);
    return (
      source === undefined || !isLazyKind(source.lowering) || this.#forced[(x as Variable).index] === true
    );
  }

  /** The work of computing a value from those that have memory. */
  weightOf(v: Variable): number {
    const source = this.sourceOf(v);
    if (source === undefined) return 0;
    const { equation, lowering } = source;
    let weight = lowering.kind === "map" ? costOf(lowering.expr) : 1;
    for (const x of new Set(equation.ins)) if (isVariable(x)) weight += this.#weights[x.index] as number;
    return weight;
  }
}
