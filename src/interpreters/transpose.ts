/**
 * Transposition: a linear graph read backwards, cotangents accumulating on its variables. A loop over equations,
 * not a recursion: a chain of a million operations needs no stack.
 */
import type { Equation, Graph } from "../graph/graph.js";
import { type Cotangent, isVariable, type Operand } from "../graph/primitive.js";
import { addCotangents } from "../primitives/arithmetic.js";
import { LinearityError } from "../tensor/errors.js";

/** Cotangents of the graph's inputs for cotangents of its outputs; null means zero. */
export const transposeGraph = (graph: Graph, cotangents: readonly Cotangent[]): readonly Cotangent[] => {
  const found = new Array<Cotangent>(graph.variableCount).fill(null);
  for (let i = 0; i < graph.outputs.length; i++) {
    const out = graph.outputs[i] as Operand;
    if (isVariable(out))
      found[out.index] = addCotangents(found[out.index] as Cotangent, cotangents[i] ?? null);
  }
  for (let at = graph.equations.length - 1; at >= 0; at--) {
    const equation = graph.equations[at] as Equation;
    const cts = taken(found, equation);
    if (cts === null) continue;
    const { primitive, ins, p } = equation;
    const rule = primitive.transpose;
    if (rule === "nonlinear") throw LinearityError.nonlinear(primitive.name);
    const contributions = rule.call(primitive, cts, ins, p);
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as (typeof ins)[number];
      const ct = contributions[i] as Cotangent;
      if (ct !== null && isVariable(x)) found[x.index] = addCotangents(found[x.index] as Cotangent, ct);
    }
  }
  const out: Cotangent[] = [];
  for (const v of graph.inputs) out.push(found[v.index] as Cotangent);
  return out;
};

/** The cotangents of an equation's results, taken out of the list: nothing reads them again. Null where all are zero. */
const taken = (found: Cotangent[], { only, several }: Equation): readonly Cotangent[] | null => {
  if (only !== null) {
    const ct = found[only.index] as Cotangent;
    if (ct === null) return null;
    found[only.index] = null;
    return [ct];
  }
  const cts = (several ?? []).map((v) => found[v.index] as Cotangent);
  for (const v of several ?? []) found[v.index] = null;
  return cts.some((ct) => ct !== null) ? cts : null;
};
