/** Functions with rules of the user's: custom derivatives in either form, recomputation, stopped gradients. */

import {
  type CustomCallParameters,
  callWithContext,
  callWithJvp,
  linearCall,
  transposedProgram,
} from "../control/custom.js";
import { TraceTag } from "../graph/context.js";
import type { FlatFunction } from "../graph/primitive.js";
import { type TreeStructure, unflattenTree } from "../graph/tree.js";
import { carriesTangent, pushforward } from "../interpreters/forward.js";
import { linearizeFlat } from "../interpreters/linearize.js";
import { transposeGraph } from "../interpreters/transpose.js";
import { stopGradient as stop, zerosAs } from "../primitives/arithmetic.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  type AnyFunction,
  checkFunction,
  flattenArguments,
  flattenResult,
  flattenTensors,
  matchTangents,
  newResult,
  rejectPromise,
  unflattenArguments,
  unflattenResult,
} from "./arguments.js";
import { call } from "./differentiate.js";
import type {
  CheckpointFunction,
  CustomJvpFunction,
  CustomVjpFunction,
  StopGradientFunction,
} from "./types.js";

const pairOf = (operation: string, value: unknown, what: string): readonly [unknown, unknown] => {
  rejectPromise(operation, value);
  if (!Array.isArray(value) || value.length !== 2) {
    throw ArgumentError.invalid(
      operation,
      `the rule must return a pair ${what}, got ${describe(value)}`,
      "Return an array of two.",
    );
  }
  return value as unknown as readonly [unknown, unknown];
};

/**
 * `f` with its forward derivative given: `rule(primals, tangents)` returns `[out, tangentOut]`, linear in the
 * tangents. Reverse mode, higher orders and vmap follow from it. Arguments are trees of tensors; close over others.
 * @example const safe = customJvp(np.sqrt, ([x], [dx]) => [np.sqrt(x), np.where(np.equal(x, 0), 0, ...)]);
 */
export const customJvp: CustomJvpFunction = ((f: AnyFunction, rule: AnyFunction) => {
  checkFunction("customJvp", f);
  checkFunction("customJvp", rule);
  return (...args: readonly unknown[]) => {
    const flat = flattenArguments("customJvp", args);
    const result = newResult();
    const run: FlatFunction = (ins) =>
      flattenResult("customJvp", call(f, unflattenArguments(flat.structures, ins)), false, result);
    const jvp: CustomCallParameters["jvp"] = (primals, tangents) => {
      const returned = call(rule, [
        unflattenArguments(flat.structures, primals),
        unflattenArguments(flat.structures, tangents),
      ]);
      const [out, tangentOut] = pairOf("customJvp", returned, "[out, tangentOut]");
      const outs = flattenResult("customJvp", out, false, result);
      const types = outs.map((x) => x.type);
      return [
        outs,
        matchTangents("customJvp", "the tangent that the rule returned", tangentOut, result.structure, types),
      ];
    };
    const outs = callWithJvp(f.name, run, jvp, flat.tensors);
    return unflattenResult(result, outs)[0];
  };
}) as CustomJvpFunction;

/**
 * `f` with its reverse derivative given: `forward(...args)` returns `[out, residuals]`, and `backward(residuals,
 * cotangent)` a list with one cotangent for each argument, linear in the cotangent. Forward mode transposes
 * `backward`, so that jvp, jacfwd and hessian work too. What `forward` and `backward` need they pass as residuals.
 * @example customVjp(np.exp, (x) => { const y = np.exp(x); return [y, y]; }, (y, ct) => [np.mul(ct, y)]);
 */
export const customVjp: CustomVjpFunction = ((
  f: AnyFunction,
  forward: AnyFunction,
  backward: AnyFunction,
) => {
  for (const g of [f, forward, backward]) checkFunction("customVjp", g);
  return (...args: readonly unknown[]) => {
    const flat = flattenArguments("customVjp", args);
    const result = newResult();
    const run: FlatFunction = (ins) =>
      flattenResult("customVjp", call(f, unflattenArguments(flat.structures, ins)), false, result);
    const jvp: CustomCallParameters["jvp"] = (primals, tangents, context) => {
      const returned = call(forward, unflattenArguments(flat.structures, primals));
      const [out, residualTree] = pairOf("customVjp", returned, "[out, residuals]");
      const outs = flattenResult("customVjp", out, false, result);
      const { structure } = result;
      const residuals = flattenTensors("customVjp", residualTree, "residuals");
      const types = primals.map((x) => x.type);
      const n = residuals.tensors.length;
      // it runs when this interpreter is gone: tracers over which it closes are read by their primals
      const program = context.detached((ins) => {
        const trees = call(backward, [
          unflattenTree(residuals.structure, ins.slice(0, n)),
          unflattenTree(structure, ins.slice(n)),
        ]);
        return pulledBack(trees, flat.structures, types);
      });
      const pull = (rs: readonly Tensor[], cts: readonly Tensor[]): readonly Tensor[] =>
        program([...rs, ...cts]);
      const outTypes = outs.map((x) => x.type);
      const name = f.name;
      return [
        outs,
        linearCall(
          {
            name,
            residualCount: n,
            outTypes,
            backward: pull,
            forward: (rs, dxs) => transposedProgram(name, pull, rs, outTypes, dxs),
          },
          residuals.tensors,
          tangents,
        ),
      ];
    };
    const outs = callWithJvp(f.name, run, jvp, flat.tensors);
    return unflattenResult(result, outs)[0];
  };
}) as CustomVjpFunction;

/** What `backward` returned, checked against the arguments: one tree each; null or undefined stands for zero. */
const pulledBack = (
  returned: unknown,
  structures: readonly TreeStructure[],
  types: readonly Tensor["type"][],
): readonly Tensor[] => {
  rejectPromise("customVjp", returned);
  if (!Array.isArray(returned) || returned.length !== structures.length) {
    throw ArgumentError.invalid(
      "customVjp",
      `backward must return a list of ${structures.length} cotangents, one for each argument, got ${describe(returned)}`,
      "Return an array; null stands for zero.",
    );
  }
  let at = 0;
  return structures.flatMap((structure, i) => {
    const expected = types.slice(at, at + structure.leafCount);
    at += structure.leafCount;
    if (returned[i] === null || returned[i] === undefined) return expected.map((type) => zerosAs({ type }));
    return matchTangents("customVjp", `cotangent ${i} of backward`, returned[i], structure, expected);
  });
};

/**
 * `f`, whose intermediate results are not kept for the reverse sweep but computed again there: memory for time.
 * The value and all derivatives are those of `f`.
 * @example grad((x) => checkpoint(block)(x))(x0)
 */
export const checkpoint: CheckpointFunction = ((f: AnyFunction) => {
  checkFunction("checkpoint", f);
  return (...args: readonly unknown[]) => {
    const flat = flattenArguments("checkpoint", args);
    const result = newResult();
    const run: FlatFunction = (ins) =>
      flattenResult("checkpoint", call(f, unflattenArguments(flat.structures, ins)), false, result);
    const name = f.name;
    const outs = callWithContext(
      {
        name,
        f: run,
        // tracers over which f closes become operands, so that their intermediates are not kept either
        jvp: (primals, tangents, context) => {
          const closed = context.close(run, primals);
          const n = primals.length;
          const all = (list: readonly Tensor[]): readonly Tensor[] =>
            closed.converted(list.slice(0, n), list.slice(n));
          const residuals = [...primals, ...closed.primals];
          const moving = [
            ...tangents,
            ...closed.tangents.map((dx, i) => dx ?? zerosAs(closed.primals[i] as Tensor)),
          ];
          const active = residuals.map(carriesTangent);
          const dOuts = linearCall(
            {
              name,
              residualCount: residuals.length,
              outTypes: closed.outs.map((out) => out.type),
              forward: (rs, dxs) => {
                const [ys, dys] = pushforward(
                  all,
                  rs,
                  dxs.map((dx, i) => (active[i] === true ? dx : null)),
                  new TraceTag("checkpoint", { name }),
                );
                return dys.map((dy, i) => dy ?? zerosAs(ys[i] as Tensor));
              },
              backward: (rs, cts) => {
                const { graph } = linearizeFlat(all, rs, active, new TraceTag("checkpoint", { name }));
                const found = transposeGraph(graph, cts);
                let next = 0;
                return active.map((isActive) => (isActive ? (found[next++] ?? null) : null));
              },
            },
            residuals,
            moving,
          );
          return [closed.outs, dOuts.map((d, i) => (carriesTangent(closed.outs[i] as Tensor) ? d : null))];
        },
      },
      flat.tensors,
    );
    return unflattenResult(result, outs)[0];
  };
}) as CheckpointFunction;

/**
 * The tree as it is, with derivative zero.
 * @example grad((x) => np.mul(x, stopGradient(x)))(3) // 3
 */
export const stopGradient: StopGradientFunction = ((tree: unknown) => {
  const { tensors, structure } = flattenTensors("stopGradient", tree, "the argument");
  return unflattenTree(structure, tensors.map(stop));
}) as StopGradientFunction;
