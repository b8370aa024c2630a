/**
 * The scalar program inside a loop nest: values of a graph followed back to memory, each through the index map by
 * which the loop looks at it.
 */
import type { ProgramBuilder } from "../expr/builder.js";
import { isVariable, type Operand } from "../graph/primitive.js";
import type { DenseTensor } from "../tensor/tensor.js";
import type { Analysis, Lowered } from "./analysis.js";
import type { Bands } from "./diagonals.js";
import {
  type Extents,
  type IndexMap,
  linear,
  rangeOf,
  shifted,
  throughReshape,
  throughView,
} from "./index-map.js";
import type { Access, BufferId } from "./plan.js";

/** What has to change before a loop nest can be built. */
export type Obstacle =
  /** The value needs memory of its own. */
  | { readonly kind: "force"; readonly value: Operand }
  /** A loop axis has to be several. */
  | {
      readonly kind: "split";
      readonly value: Operand;
      readonly axis: number;
      readonly sizes: readonly number[];
    }
  /** The loop has to be two, the second of which starts at this step of the axis. */
  | { readonly kind: "cut"; readonly value: Operand; readonly axis: number; readonly at: number };

/** A value under an index map, on the way to its node. */
interface Visit {
  readonly value: Operand;
  readonly map: IndexMap;
  /** Where the node of this visit comes from, once that is known: the visits of its operands. */
  parts?: readonly Visit[];
}

const sameMap = (a: IndexMap, b: IndexMap): boolean =>
  a === b ||
  (a.offset.every((o, i) => o === b.offset[i]) &&
    a.terms.every((term, i) => term.every((t, d) => t === b.terms[i]?.[d])));

export class LoopValues {
  readonly loads: Access[] = [];
  obstacle: Obstacle | undefined;
  readonly #known = new Map<Operand, { readonly map: IndexMap; readonly node: number }[]>();
  readonly #loaded = new Map<string, number>();

  constructor(
    readonly analysis: Analysis,
    readonly program: ProgramBuilder,
    readonly extents: Extents,
    /** The buffer of a value that has memory, or undefined for one that these loops themselves make. */
    readonly bufferOf: (value: Operand) => BufferId | undefined,
    /** Constants with diagonals are read as their backgrounds, and the diagonals noted, if this is given. */
    readonly bands: Bands | null = null,
  ) {}

  /** The node of a value seen through a map; -1 where there is an obstacle. Iterative: chains are long. */
  node(value: Operand, map: IndexMap): number {
    const stack: Visit[] = [{ value, map }];
    for (let visit = stack.at(-1); visit !== undefined; visit = stack.at(-1)) {
      if (this.#find(visit) === undefined) {
        visit.parts ??= this.#parts(visit);
        if (this.obstacle !== undefined) return -1;
        const missing = visit.parts.filter((part) => this.#find(part) === undefined);
        if (missing.length > 0) {
          stack.push(...missing);
          continue;
        }
        this.#learn(visit, this.#make(visit, visit.parts));
      }
      stack.pop();
    }
    return this.#find({ value, map }) as number;
  }

  #find({ value, map }: Visit): number | undefined {
    return this.#known.get(value)?.find((known) => sameMap(known.map, map))?.node;
  }

  #learn({ value, map }: Visit, node: number): void {
    const known = this.#known.get(value);
    if (known === undefined) this.#known.set(value, [{ map, node }]);
    else known.push({ map, node });
  }

  /** The equation to look through for a value that these loops compute. */
  #source(value: Operand): Lowered | undefined {
    if (!isVariable(value)) return undefined;
    return this.#bufferOf(value) === undefined ? this.analysis.sourceOf(value) : undefined;
  }

  /** Where a value lies, or what it is a reshape of: in memory there is no difference. */
  #bufferOf(value: Operand): BufferId | undefined {
    return this.bufferOf(value) ?? this.bufferOf(this.analysis.wholeOf(value));
  }

  /** The values from which a value is made, each with its map. */
  #parts({ value, map }: Visit): readonly Visit[] {
    const source = this.#source(value);
    if (source === undefined) return [];
    if (this.bands === null && this.analysis.isSpared(value)) {
      this.obstacle = { kind: "force", value };
      return [];
    }
    const { equation, lowering } = source;
    const [x] = equation.ins as readonly [Operand];
    switch (lowering.kind) {
      case "view":
        return [{ value: x, map: throughView(map, lowering.view) }];
      case "reshape": {
        const found = throughReshape(map, lowering.shape, x.type.shape, this.extents);
        if (found !== null && "offset" in found) return [{ value: x, map: found }];
        this.obstacle = found === null ? { kind: "force", value: x } : { kind: "split", value: x, ...found };
        return [];
      }
      case "place": {
        const part = this.#placed(value, map, equation.ins, lowering.low);
        return part === undefined ? [] : [part];
      }
      default:
        return equation.ins.map((operand) => ({ value: operand, map }));
    }
  }

  /** The operand of a frame in which the loops stand, or undefined where they stand in none. */
  #placed(
    value: Operand,
    map: IndexMap,
    ins: readonly Operand[],
    low: readonly (readonly number[])[],
  ): Visit | undefined {
    for (const [k, x] of ins.entries()) {
      const from = low[k] as readonly number[];
      let inside = map;
      let outside = false;
      for (let axis = 0; axis < from.length && !outside; axis++) {
        const first = from[axis] as number;
        const last = first + (x.type.shape[axis] as number) - 1;
        const [least, most] = rangeOf(map, axis, this.extents);
        if (most < first || least > last) outside = true;
        else if (least < first || most > last) {
          this.obstacle = this.#cut(value, map, axis, least < first ? first : last + 1);
          return undefined;
        } else if (first !== 0) inside = shifted(inside, axis, -first);
      }
      if (!outside) return { value: x, map: inside };
    }
    return undefined;
  }

  /** The loop axis and the step at which an index reaches `bound`; a value that needs memory if no single axis does. */
  #cut(value: Operand, map: IndexMap, axis: number, bound: number): Obstacle {
    const own = map.terms[axis] as readonly number[];
    const moving = own.flatMap((t, d) => (t !== 0 && (this.extents[d] as number) > 1 ? [d] : []));
    const [d] = moving;
    if (d === undefined || moving.length > 1) return { kind: "force", value };
    const by = own[d] as number;
    const steps = (bound - (map.offset[axis] as number)) / by;
    // upwards the first step that is at or past the bound, downwards the first below it
    const at = by > 0 ? Math.ceil(steps) : Math.floor(steps) + 1;
    return { kind: "cut", value, axis: d, at };
  }

  #make({ value, map }: Visit, parts: readonly Visit[]): number {
    const { program } = this;
    const source = this.#source(value);
    const { dtype } = value.type;
    if (source === undefined) return this.#load(value, map);
    const { lowering } = source;
    const nodes = parts.map((part) => this.#find(part) as number);
    if (lowering.kind === "map") return program.addExpr(lowering.expr, nodes, dtype);
    if (lowering.kind === "place" && nodes.length === 0) return program.constant(lowering.fill, dtype);
    return nodes[0] as number;
  }

  #load(value: Operand, map: IndexMap): number {
    const { dtype, shape } = value.type;
    if (!isVariable(value)) {
      const dense = value as DenseTensor;
      if (dense.data === null) return this.program.constant(dense.value, dtype);
      const known = this.bands?.number(dense, map, this.extents);
      if (known !== undefined) return this.program.constant(known, dtype);
    }
    const buffer = this.#bufferOf(value) as BufferId;
    const { offset, strides } = linear(map, shape, this.extents.length);
    const seen = strides.map((s, d) => (this.extents[d] === 1 ? 0 : s));
    const key = `${buffer} ${offset} ${seen}`;
    let node = this.#loaded.get(key);
    if (node === undefined) {
      node = this.program.input(dtype);
      this.loads.push({ buffer, offset, strides: seen });
      this.#loaded.set(key, node);
    }
    return node;
  }
}
