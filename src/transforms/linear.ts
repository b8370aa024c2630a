/** Pushforwards and pullbacks: jvp, vjp, linearize, linearTranspose. */
import { TraceTag } from "../graph/context.js";
import type { Tangent } from "../graph/primitive.js";
import { unflattenTree } from "../graph/tree.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { carriesTangent, pushforward } from "../interpreters/forward.js";
import { linearizeFlat } from "../interpreters/linearize.js";
import { stageGraph } from "../interpreters/stage.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { zerosAs } from "../primitives/arithmetic.js";
import { ArgumentError } from "../tensor/errors.js";
import type { Tensor, TensorType } from "../tensor/tensor.js";
import {
  type AnyFunction,
  checkCall,
  checkFunction,
  type FlatArguments,
  flattenArguments,
  flattenTypes,
  matchTangents,
  newResult,
  unflattenArguments,
  unflattenResult,
} from "./arguments.js";
import { flatFunction } from "./differentiate.js";
import type { JvpFunction, LinearizeFunction, LinearTransposeFunction, VjpFunction } from "./types.js";

interface AuxOption {
  readonly hasAux?: boolean;
}

const checkList = (operation: string, what: string, list: unknown): readonly unknown[] => {
  if (!Array.isArray(list)) {
    throw ArgumentError.invalid(
      operation,
      `${what} must be a list with one entry for each argument of the function`,
      `Write ${operation}(f, [x, ...]).`,
    );
  }
  return list;
};

/** Tangents for every argument, flat; null for leaves that carry none. */
const flatTangents = (
  operation: string,
  flat: FlatArguments,
  tangents: readonly unknown[],
): readonly Tangent[] => {
  if (tangents.length !== flat.structures.length) {
    throw ArgumentError.invalid(
      operation,
      `${tangents.length} tangents were given for ${flat.structures.length} arguments`,
      "Give one tangent for each argument.",
    );
  }
  let at = 0;
  const out: Tangent[] = [];
  flat.structures.forEach((structure, i) => {
    const types = flat.tensors.slice(at, at + structure.leafCount).map((x) => x.type);
    at += structure.leafCount;
    const given = matchTangents(operation, `tangent ${i}`, tangents[i], structure, types);
    out.push(
      ...given.map((dx, j) => (carriesTangent({ type: types[j] as (typeof types)[number] }) ? dx : null)),
    );
  });
  return out;
};

const dense = (tangents: readonly Tangent[], primals: readonly Tensor[]): readonly Tensor[] =>
  tangents.map((dx, i) => dx ?? zerosAs(primals[i] as Tensor));

/**
 * Forward mode: the value of `f` at `primals` and the derivative along `tangents`, lists with one tree for each
 * argument: `[out, tangentOut]`, and aux third with `{ hasAux: true }`.
 * @example jvp(np.sin, [0.5], [1]) // [sin 0.5, cos 0.5]
 */
export const jvp: JvpFunction = ((
  f: AnyFunction,
  primals: unknown,
  tangents: unknown,
  options?: AuxOption,
) => {
  checkCall("jvp", f, options, ["hasAux"]);
  return pushedForward("jvp", f, primals, tangents, options?.hasAux === true);
}) as JvpFunction;

/** The pushforward, under the name of the transformation that needs it. */
export const pushedForward = (
  operation: string,
  f: AnyFunction,
  primals: unknown,
  tangents: unknown,
  hasAux: boolean,
): readonly unknown[] => {
  const args = checkList(operation, "primals", primals);
  const flat = flattenArguments(operation, args);
  const given = flatTangents(operation, flat, checkList(operation, "tangents", tangents));
  const result = newResult();
  const run = flatFunction(operation, f, args, [...args.keys()], flat.structures, hasAux, result);
  const [outs, dOuts] = pushforward(run, flat.tensors, given, new TraceTag(operation, f));
  const [value, aux] = unflattenResult(result, outs);
  const tangent = unflattenTree(result.structure, dense(dOuts.slice(0, result.structure.leafCount), outs));
  return hasAux ? [value, tangent, aux] : [value, tangent];
};

const linearizeAll = (
  operation: string,
  f: AnyFunction,
  primals: unknown,
  options: AuxOption | undefined,
) => {
  checkCall(operation, f, options, ["hasAux"]);
  const args = checkList(operation, "primals", primals);
  const flat = flattenArguments(operation, args);
  const result = newResult();
  const run = flatFunction(
    operation,
    f,
    args,
    [...args.keys()],
    flat.structures,
    options?.hasAux === true,
    result,
  );
  const active = flat.tensors.map(carriesTangent);
  const { outs, graph } = linearizeFlat(run, flat.tensors, active, new TraceTag(operation, f));
  const [value, aux] = unflattenResult(result, outs);
  const count = result.structure.leafCount;
  return { flat, result, outs: outs.slice(0, count), auxOuts: outs.slice(count), active, graph, value, aux };
};

/**
 * Reverse mode: `[out, pullback]`. The pullback takes a cotangent of the shape of `out` and returns one cotangent
 * for each argument; it may be called any number of times. Integer leaves get zeros.
 * @example const [y, pullback] = vjp(np.sin, [0.5]); const [dx] = pullback(1);
 */
export const vjp: VjpFunction = ((f: AnyFunction, primals: unknown, options?: AuxOption) => {
  const { flat, result, outs, auxOuts, active, graph, value, aux } = linearizeAll("vjp", f, primals, options);
  const types = outs.map((out) => out.type);
  const pullback = (cotangent: unknown): unknown => {
    const given = matchTangents("pullback", "the cotangent", cotangent, result.structure, types);
    const found = transposeGraph(graph, [...given, ...auxOuts.map(() => null)]);
    let next = 0;
    const all = flat.tensors.map((x, i) => (active[i] === true ? (found[next++] ?? zerosAs(x)) : zerosAs(x)));
    return unflattenArguments(flat.structures, all);
  };
  return options?.hasAux === true ? [value, pullback, aux] : [value, pullback];
}) as VjpFunction;

/**
 * The value of `f` and its derivative there as a linear function: `[out, pushforward]`. The pushforward takes one
 * tangent for each argument and repeats only the linear work.
 * @example const [y, push] = linearize(np.sin, [0.5]); push(1); push(2);
 */
export const linearize: LinearizeFunction = ((f: AnyFunction, primals: unknown, options?: AuxOption) => {
  const { flat, result, outs, active, graph, value, aux } = linearizeAll("linearize", f, primals, options);
  const push = (...tangents: readonly unknown[]): unknown => {
    const given = flatTangents("linearize", flat, tangents);
    const moved = evaluateGraph(
      graph,
      dense(given, flat.tensors).filter((_, i) => active[i] === true),
    );
    return unflattenTree(result.structure, moved.slice(0, outs.length));
  };
  return options?.hasAux === true ? [value, push, aux] : [value, push];
}) as LinearizeFunction;

/**
 * The transpose of a linear function, from cotangents of its result to a list of cotangents of its arguments;
 * `primals` tell shapes and dtypes only. Throws `LinearityError` where the function is not linear.
 * @example linearTranspose((x) => np.mul(3, x), [0])(2) // [6]
 */
export const linearTranspose: LinearTransposeFunction = ((f: AnyFunction, primals: unknown) => {
  checkFunction("linearTranspose", f);
  const args = checkList("linearTranspose", "primals", primals);
  const flat = flattenTypes("linearTranspose", args);
  const result = newResult();
  const run = flatFunction("linearTranspose", f, args, [...args.keys()], flat.structures, false, result);
  const graph = stageGraph(run, flat.types, new TraceTag("linearTranspose", f));
  const types = graph.outputs.map((out) => out.type);
  return (cotangent: unknown) => {
    const given = matchTangents("linearTranspose", "the cotangent", cotangent, result.structure, types);
    const found = transposeGraph(graph, given);
    return unflattenArguments(
      flat.structures,
      found.map((ct, i) => ct ?? zerosAs({ type: flat.types[i] as TensorType })),
    );
  };
}) as LinearTransposeFunction;
