// What: log(exp(a) + exp(b) + ...) with derivatives of our own, once as a JVP and once as a VJP.
// Why: the rule is the softmax, finite where differentiating the naive formula gives NaN; either rule serves both modes.
// Prints: naive NaN,0, by rule 1,0 and second derivative 0.196611933

import { customJvp, customVjp, grad, hessian, jacfwd, np, type Tensor, vmap } from "cotangent";

const naive = (x: Tensor): Tensor => np.log(np.sum(np.exp(x)));

/** Shifted by the largest, so that no exponential overflows. */
const shifted = (x: Tensor): Tensor => {
  const top = np.max(x);
  return np.add(top, np.log(np.sum(np.exp(np.sub(x, top)))));
};
/** d logsumexp(x) = sum_i softmax(x)_i dx_i */
const softmax = (x: Tensor, y: Tensor): Tensor => np.exp(np.sub(x, y));

const byJvp: (x: Tensor) => Tensor = customJvp(shifted, ([x], [dx]) => {
  const y = byJvp(x);
  return [y, np.vdot(softmax(x, y), dx)];
});
const byVjp: (x: Tensor) => Tensor = customVjp(
  shifted,
  (x) => {
    const y = byVjp(x);
    return [y, [x, y] as const];
  },
  ([x, y], cotangent) => [np.mul(cotangent, softmax(x, y))],
);

const far = np.array([1000, 0]);
console.log(`naive: gradient ${grad(naive)(far).toArray()}`);
for (const [name, f] of [
  ["by JVP", byJvp],
  ["by VJP", byVjp],
] as const) {
  console.log(`${name}: gradient ${grad(f)(far).toArray()}`);
  // the rules also serve forward mode, second derivatives and batches
  const x = np.array([1, 2]);
  console.log(
    `  forward ${jacfwd(f)(x).toArray()}, second derivative ${np.slice(hessian(f)(x), 0, 0).item().toFixed(9)}`,
  );
  console.log(
    `  batch of gradients ${JSON.stringify(
      vmap(grad(f))(
        np.array([
          [0, 0],
          [1000, 0],
        ]),
      ).toArray(),
    )}`,
  );
}
