// What: the derivative of a fixed point x = g(a, x) without differentiating the iteration that finds it.
// Why: `customVjp` applies the implicit function theorem; memory does not grow with the number of iterations.
// Prints: 1.414213562 0.353553391 -0.088388348

import { customVjp, grad, np, type Tensor, vjp } from "cotangent";

/** Heron's step, whose fixed point is the square root of a. */
const heron = (a: Tensor, x: Tensor): Tensor => np.mul(0.5, np.add(x, np.div(a, x)));

const iterate = (step: (x: Tensor) => Tensor, start: Tensor): Tensor => {
  let x = start;
  for (let i = 0; i < 100; i++) {
    const next = step(x);
    if (Math.abs(next.sub(x).item()) <= 1e-15 * Math.abs(x.item())) return next;
    x = next;
  }
  return x;
};

/**
 * x(a) with x = g(a, x): then dx = (1 - dg/dx)^-1 dg/da da. The pullback solves w = v + w dg/dx for w, again by
 * iteration, and returns w dg/da.
 */
const fixedPoint = (g: (a: Tensor, x: Tensor) => Tensor): ((a: Tensor) => Tensor) => {
  const solve: (a: Tensor) => Tensor = customVjp(
    (a: Tensor) => iterate((x) => g(a, x), a),
    (a) => {
      const x = solve(a);
      return [x, [a, x] as const];
    },
    ([a, x], v) => {
      const [, pullback] = vjp(g, [a, x]);
      const w = iterate((u) => np.add(v, pullback(u)[1]), v);
      return [pullback(w)[0]];
    },
  );
  return solve;
};

const root = fixedPoint(heron);
const two = np.array(2);
console.log("sqrt(2)   ", root(two).item().toFixed(9));
console.log("sqrt'(2)  ", grad(root)(two).item().toFixed(9));
console.log("sqrt''(2) ", grad(grad(root))(two).item().toFixed(9));
