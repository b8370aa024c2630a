// What: a small network learns which of two interleaved spirals a point lies on.
// Why: parameters in nested objects and arrays, gradients of the same type, and Adam for any tree.
// Prints: 200 of 200 points right

import { np, type Tensor, valueAndGrad } from "cotangent";
import * as optim from "cotangent/optim";

interface Layer {
  readonly weights: Tensor;
  readonly bias: Tensor;
}
type Network = readonly Layer[];

const perSpiral = 100;
const along = Array.from({ length: perSpiral }, (_, i) => i / perSpiral);
const spiral = (turn: number): number[][] =>
  along.map((t) => {
    const angle = turn + 1.5 * 2 * Math.PI * t;
    return [(t + 0.1) * Math.cos(angle), (t + 0.1) * Math.sin(angle)];
  });
const points = np.array([...spiral(0), ...spiral(Math.PI)]);
const labels = np.array([...along.map(() => 1), ...along.map(() => -1)]);

/** Numbers that look random enough to start from: fractions of multiples of an irrational. */
const scatter = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => 2 * ((((i + 1) * 0.754877666) % 1) - 0.5));
const layer = (inputs: number, outputs: number): Layer => ({
  weights: np.mul(np.reshape(np.array(scatter(inputs * outputs)), [inputs, outputs]), Math.sqrt(3 / inputs)),
  bias: np.zeros([outputs]),
});

/** [n, 2] to [n]: positive on the first spiral. */
const predict = (network: Network, x: Tensor): Tensor => {
  const last = network.length - 1;
  const out = network.reduce<Tensor>((h, { weights, bias }, i) => {
    const affine = np.add(np.matmul(h, weights), bias);
    return i < last ? np.tanh(affine) : affine;
  }, x);
  return np.ravel(out);
};
/** log(1 + exp(-label * prediction)) */
const loss = (network: Network): Tensor =>
  np.mean(np.logaddexp(0, np.neg(np.mul(labels, predict(network, points)))));

const step = valueAndGrad(loss);
let network: Network = [layer(2, 16), layer(16, 16), layer(16, 1)];
const adam = optim.adam(0.02, { b2: 0.99 });
let state = adam.init(network);
for (let i = 1; i <= 600; i++) {
  const [value, gradient] = step(network);
  const [updates, next] = adam.update(gradient, state);
  network = optim.applyUpdates(network, updates);
  state = next;
  if (i % 100 === 0) console.log(`step ${i}: loss ${value.item().toFixed(5)}`);
}
const right = np.sum(np.greater(np.mul(labels, predict(network, points)), 0)).item();
console.log(`${right} of ${2 * perSpiral} points right`);
