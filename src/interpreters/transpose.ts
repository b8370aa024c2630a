/**
 * Transposition: a linear graph read backwards, cotangents accumulating on its variables. A loop over equations,
 * not a recursion: a chain of a million operations needs no stack.
 */
import type { Equation } from "../graph/graph.js";
import {
  type Cotangent,
  isVariable,
  type NumberPullback,
  type NumberRule,
  type Operand,
  type Variable,
} from "../graph/primitive.js";
import { addCotangents } from "../primitives/arithmetic.js";
import { roundTo } from "../tensor/dtype.js";
import { LinearityError } from "../tensor/errors.js";
import { DenseTensor, type Tensor, uniform } from "../tensor/tensor.js";
import { identitiesOf, NumberTracer, pullbacksOf, pulledBack, type Tape } from "./number.js";

/** What has reached a variable so far: between operations on numbers it is a bare number. */
type Found = (Tensor | number | null)[];

/**
 * Cotangents of the inputs for cotangents of the outputs; null means zero. A tape with operations on numbers is swept
 * where it was recorded, with no interpreter in charge.
 */
export const transposeGraph = (tape: Tape, cotangents: readonly Cotangent[]): readonly Cotangent[] => {
  const found: Found = new Array<Tensor | number | null>(tape.variableCount).fill(null);
  for (let i = 0; i < tape.outputs.length; i++) {
    const out = tape.outputs[i] as Operand;
    if (isVariable(out)) add(found, out, cotangents[i] ?? null);
  }
  const { equations } = tape;
  for (let at = equations.length - 1; at >= 0; at--) {
    const record = equations[at] as Equation | NumberTracer;
    if (record instanceof NumberTracer) sweepNumber(found, record);
    else sweep(found, record);
  }
  const out: Cotangent[] = [];
  for (const v of tape.inputs) out.push(tensorAt(found, v));
  return out;
};

const sweep = (found: Found, equation: Equation): void => {
  const cts = taken(found, equation);
  if (cts === null) return;
  const { primitive, ins, p } = equation;
  const rule = primitive.transpose;
  if (rule === "nonlinear") throw LinearityError.nonlinear(primitive.name);
  const contributions = rule.call(primitive, cts, ins, p);
  for (let i = 0; i < ins.length; i++) {
    const x = ins[i] as (typeof ins)[number];
    if (isVariable(x)) add(found, x, contributions[i] as Cotangent);
  }
};

const sweepNumber = (found: Found, record: NumberTracer): void => {
  const { index, x, y } = record;
  const rule = record.rule as NumberRule;
  const arrived = found[index] as Found[number];
  if (arrived === null) return;
  found[index] = null;
  const pullbacks = pullbacksOf(rule);
  if (pullbacks.length > 2 && x === y) {
    toOperand(found, record, x as NumberTracer, 2, pullbacks, arrived);
    return;
  }
  // As a sweep over the equations of the tangent goes, so that sums of cotangents have one order: first the operands
  // whose tangent enters as it is, then the others, from the right.
  const leftFirst = identitiesOf(rule)[0] === true;
  if (leftFirst && x instanceof NumberTracer) toOperand(found, record, x, 0, pullbacks, arrived);
  if (pullbacks.length > 1 && y instanceof NumberTracer) toOperand(found, record, y, 1, pullbacks, arrived);
  if (!leftFirst && x instanceof NumberTracer) toOperand(found, record, x, 0, pullbacks, arrived);
};

/** What reaches operand i of a number's operation. */
const toOperand = (
  found: Found,
  record: NumberTracer,
  operand: NumberTracer,
  i: number,
  pullbacks: readonly NumberPullback[],
  arrived: Tensor | number,
): void => {
  if (typeof arrived !== "number" && !(arrived instanceof DenseTensor)) {
    add(found, operand, pulledBack(record, i, arrived));
    return;
  }
  const ct = typeof arrived === "number" ? arrived : arrived.at(0);
  const x = record.x as NumberTracer;
  const y = record.y as NumberTracer;
  addNumber(found, operand, (pullbacks[i] as NumberPullback)(ct, x.value, y.value, record.value));
};

const addNumber = (found: Found, v: NumberTracer, ct: number | null): void => {
  if (ct === null) return;
  const { index, type } = v;
  const had = found[index] as Found[number];
  if (had === null) found[index] = ct;
  else if (typeof had === "number") found[index] = roundTo(type.dtype, had + ct);
  else add(found, v, uniform(type, ct));
};

/** A cotangent has the type of its value, also where only one of them came from a bare number. */
const add = (found: Found, v: Variable | NumberTracer, ct: Cotangent): void => {
  if (ct === null) return;
  const { index, type } = v;
  const sum = addCotangents(tensorAt(found, v), ct) as Tensor;
  found[index] =
    sum.type.weak !== type.weak && sum instanceof DenseTensor
      ? new DenseTensor(type, sum.data, sum.value, sum.strides, sum.offset)
      : sum;
};

const tensorAt = (found: Found, { index, type }: Variable | NumberTracer): Cotangent => {
  const ct = found[index] as Found[number];
  return typeof ct === "number" ? uniform(type, ct) : ct;
};

/** The cotangents of an equation's results, taken out of the list: nothing reads them again. Null where all are zero. */
const taken = (found: Found, { only, several }: Equation): readonly Cotangent[] | null => {
  if (only !== null) {
    const ct = tensorAt(found, only);
    if (ct === null) return null;
    found[only.index] = null;
    return [ct];
  }
  const cts = (several ?? []).map((v) => tensorAt(found, v));
  for (const v of several ?? []) found[v.index] = null;
  return cts.some((ct) => ct !== null) ? cts : null;
};
