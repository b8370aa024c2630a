// What: two decays on a background are found in one curve, by nonlinear least squares.
// Why: `leastSquares` takes residuals of named parameters; their Jacobian also tells how well each is known.
// Prints: fast 2.999, slow 0.400, background 0.250

import { jacfwd, np, type Tensor } from "cotangent";
import * as optim from "cotangent/optim";

interface Decays {
  readonly heights: Tensor; // [2]
  readonly logRates: Tensor; // [2]: logarithms keep the rates positive
  readonly background: Tensor;
}

const times = np.linspace(0, 8, 161);
/** [2], [2], scalar to a value at each time */
const curve = ({ heights, logRates, background }: Decays): Tensor => {
  const decays = np.exp(np.negative(np.outer(times, np.exp(logRates))));
  return np.add(np.matmul(decays, heights), background);
};

const truth: Decays = {
  heights: np.array([2, 1]),
  logRates: np.log([3, 0.4]),
  background: np.array(0.25),
};
// what a counter would see, with a ripple of a thousandth in place of noise
const measured = np.add(curve(truth), np.mul(1e-3, np.sin(np.mul(211, times))));

const guess: Decays = { heights: np.ones([2]), logRates: np.array([1, -1]), background: np.array(0) };
const residuals = (p: Decays): Tensor => np.sub(curve(p), measured);
const { x: found, value, iterations, reason } = optim.leastSquares(residuals, guess);

const [fast, slow] = np.exp(found.logRates).toArray() as [number, number];
console.log(
  `${iterations} iterations, ended by the ${reason} tolerance; sum of squares ${value.toExponential(2)}`,
);
console.log(
  `fast ${fast.toFixed(3)}, slow ${slow.toFixed(3)}, background ${found.background.item().toFixed(3)}`,
);

// How far the ripple may have moved the background: sigma / |column|, were the others known
const column = jacfwd(residuals)(found).background;
const sigma = Math.sqrt(value / (times.size - 5));
console.log(`background known to ${(sigma / np.norm(column).item()).toExponential(1)}`);
