/** Optimisers keep the types of parameters: updates, next parameters and results are trees as they came. */
import { grad, makeGraph, np, type Tensor } from "cotangent";
import * as optim from "cotangent/optim";
import type * as tape from "cotangent/tape";
import { same } from "./same.js";

interface Params {
  readonly w: Tensor<[2, 3]>;
  readonly b?: Tensor;
}
declare const params: Params;
declare const gradients: Params;
const loss = (p: Params): Tensor<[]> => np.sum(p.w);

const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.adam(1e-3, { b1: 0.8 }));
same<optim.GradientTransformation>()(optimizer);
const [updates, state] = optimizer.update(gradients, optimizer.init(params), params);
same<Params>()(updates);
same<optim.OptimizerState>()(state);
same<Params>()(optim.applyUpdates(params, updates));
same<Params>()(optim.applyUpdates(params, grad(loss)(params)));
// @ts-expect-error updates are of another tree
optim.applyUpdates(params, { v: params.w });
// @ts-expect-error the parameters are those of the gradients
optimizer.update(gradients, state, { v: params.w });

// Numbers become tensors
same<{ a: Tensor<[], "float64" | "float32">; list: Tensor[] }>()(
  optim.applyUpdates({ a: 1, list: [params.w as Tensor] }, { a: np.array(1), list: [] }),
);

// minimize has its tree from the function
const found = optim.minimize(loss, params, { steps: 3, optimizer, onStep: (step) => same<Params>()(step.x) });
same<Params>()(found.x);
same<Tensor>()(found.value);
same<Tensor>()(optim.minimize((x) => np.square(x), 0, { steps: 3 }).x);
// @ts-expect-error steps are missing
optim.minimize((x) => np.square(x), 0, {});
// @ts-expect-error the start is of another tree
optim.minimize(loss, { v: params.w }, { steps: 3 });
// @ts-expect-error no such option
optim.adam(1e-3, { beta1: 0.9 });
// @ts-expect-error a schedule has its steps
optim.cosineDecaySchedule(1);

// A learning rate is a number, a tensor or a schedule
optim.sgd(0.1);
optim.sgd(np.array(0.1));
optim.sgd(optim.constantSchedule(0.1));
optim.sgd((count) => np.div(1, np.add(1, count)));
// @ts-expect-error a rate is no text
optim.sgd("0.1");

// Steps are programs like others
const step = (p: Params, s: optim.OptimizerState): [Params, optim.OptimizerState] => {
  const [changes, next] = optimizer.update(grad(loss)(p), s, p);
  return [optim.applyUpdates(p, changes), next];
};
makeGraph(step)(params, optimizer.init(params));

// Minimisers of whole functions
const solved = optim.lbfgs(loss, params, { onIteration: (i) => same<Params>()(i.x) });
same<Params>()(solved.x);
same<number>()(solved.value);
same<Tensor>()(optim.newtonCg((x) => np.sum(np.square(x)), new Float64Array(3)).x);
const fit = optim.leastSquares((p: Params) => [p.w, { rest: p.w }], params, { method: "gauss-newton" });
same<Params>()(fit.x);
same<number>()(fit.jacobians);
// @ts-expect-error no such method
optim.leastSquares((x) => x, 1, { method: "dogleg" });
// @ts-expect-error no such option
optim.lbfgs(loss, params, { tolerance: 1e-3 });

// Variables, in place
declare const v: tape.Variable;
const inPlace = optim.forVariables(optimizer);
inPlace.applyGradients([[np.array(1), v]]);
inPlace.applyGradients([[undefined, v]]);
same<Tensor>()(inPlace.minimize(() => np.square(v), [v]));
same<optim.OptimizerState | undefined>()(inPlace.state);
// @ts-expect-error the gradient comes first
inPlace.applyGradients([[v, np.array(1)]]);
// @ts-expect-error Variables come in a list
inPlace.minimize(() => np.square(v), v);

/** Code that is generic in the tree compiles. */
export const descend = <P>(f: (p: P) => Tensor, start: P): P => optim.minimize(f, start, { steps: 1 }).x as P;
