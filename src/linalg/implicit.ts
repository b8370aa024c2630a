/**
 * Solutions of linear systems found by iteration, with the derivatives that mathematics gives them: A x = b has
 * dx = A^-1 (db - dA x), another system, solved by the same method. The iteration itself is never differentiated.
 */
import { callWithContext, linearCall } from "../control/custom.js";
import { sub } from "../primitives/arithmetic.js";
import type { Tensor } from "../tensor/tensor.js";
import { linearTranspose } from "../transforms/linear.js";

export type LinearMap = (x: Tensor) => Tensor;

/** A method that solves A x = b given A, b and an approximate inverse. */
export interface Method {
  readonly name: string;
  /** Whether A is symmetric, so that the transposed system is the same one. */
  readonly symmetric: boolean;
  readonly run: (a: LinearMap, b: Tensor, preconditioner: LinearMap | undefined) => Tensor;
}

const transposeOf = (map: LinearMap, like: Tensor): LinearMap => {
  const pull = linearTranspose(map as (x: Tensor) => Tensor, [like]);
  return (ct) => (pull(ct) as readonly Tensor[])[0] as Tensor;
};

/** x of A x = b, differentiable in b and in whatever `a` closes over. */
export const solveImplicitly = (
  method: Method,
  a: LinearMap,
  b: Tensor,
  preconditioner: LinearMap | undefined,
): Tensor => {
  const { name } = method;
  const [solution] = callWithContext(
    {
      name,
      f: ([right]) => [method.run(a, right as Tensor, preconditioner)],
      jvp: (primals, tangents, context) => {
        const [right] = primals as readonly [Tensor];
        const [dRight] = tangents as readonly [Tensor];
        // what A and the preconditioner close over becomes operands; the latter changes the way, not the end
        const closed = context.close(([v]) => [a(v as Tensor)], [right]);
        const near = preconditioner && context.close(([v]) => [preconditioner(v as Tensor)], [right]);
        const count = closed.primals.length;
        const mapOf =
          (residuals: readonly Tensor[]): LinearMap =>
          (v) =>
            closed.converted([v], residuals.slice(0, count))[0] as Tensor;
        const nearbyOf = (residuals: readonly Tensor[]): LinearMap | undefined =>
          near && ((v) => near.converted([v], residuals.slice(count))[0] as Tensor);
        const all = [...closed.primals, ...(near?.primals ?? [])];
        const x = solveImplicitly(method, mapOf(all), right, nearbyOf(all));
        const [, [moved]] = context.differentiate(([v]) => [a(v as Tensor)], [x], [null]);
        const [dx] = linearCall(
          {
            name,
            residualCount: all.length,
            outTypes: [x.type],
            forward: (residuals, [t]) => [
              solveImplicitly(method, mapOf(residuals), t as Tensor, nearbyOf(residuals)),
            ],
            backward: (residuals, [ct]) => {
              const map = mapOf(residuals);
              const turned = method.symmetric ? map : transposeOf(map, ct as Tensor);
              const nearby = nearbyOf(residuals);
              const side = nearby && !method.symmetric ? transposeOf(nearby, ct as Tensor) : nearby;
              return [solveImplicitly(method, turned, ct as Tensor, side)];
            },
          },
          all,
          [moved == null ? dRight : sub(dRight, moved)],
        );
        return [[x], [dx as Tensor]];
      },
    },
    [b],
  );
  return solution as Tensor;
};
