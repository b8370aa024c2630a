// What: the lynx and the hares of Hudson Bay, 1900 to 1920, fitted by the equations of Lotka and Volterra.
// Why: an orbit is one `lax.scan`, compiled with its derivatives; `leastSquares` goes through both.
// Prints: hares grow by 0.540, are eaten by 0.0272; lynx die by 0.796, grow by 0.0237; noise 0.219, period 10.3 years

import { jacfwd, jit, np, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import * as linalg from "cotangent/linalg";
import * as optim from "cotangent/optim";

/** Thousands of pelts that the Hudson's Bay Company took in (Odum, Fundamentals of Ecology, 1953; Howard 2009). */
// biome-ignore format: a table
const hares = [30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1, 40.3, 57, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7];
// biome-ignore format: a table
const lynx = [4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4, 8, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6];
const years = hares.length;
const seen = np.log(np.stack([np.array(hares), np.array(lynx)], { axis: 1 })); // [years, 2]

/** Logarithms, so that all is positive: how prey grow and are eaten, predators die and grow; both at the beginning. */
interface Model {
  readonly rates: Tensor; // [4]
  readonly start: Tensor; // [2]
}

/** d log(prey) / dt = a - b predators; d log(predators) / dt = -c + d prey */
const slope = (rates: Tensor, state: Tensor): Tensor => {
  const [a, b, c, d] = np.unstack(np.exp(rates)) as [Tensor, Tensor, Tensor, Tensor];
  const [prey, predators] = np.unstack(np.exp(state)) as [Tensor, Tensor];
  return np.stack([np.sub(a, np.mul(b, predators)), np.sub(np.mul(d, prey), c)]);
};
/** One step of the Runge-Kutta method of fourth order. */
const advance = (rates: Tensor, y: Tensor, h: number): Tensor => {
  const k1 = slope(rates, y);
  const k2 = slope(rates, np.add(y, np.mul(h / 2, k1)));
  const k3 = slope(rates, np.add(y, np.mul(h / 2, k2)));
  const k4 = slope(rates, np.add(y, np.mul(h, k3)));
  const both = np.mul(2, np.add(k2, k3));
  return np.add(y, np.mul(h / 6, np.add(np.add(k1, k4), both)));
};
const [perYear, h] = [20, 1 / 20];
/** Logarithms of both numbers at every step of so many years: [years * perYear, 2]. */
const orbit = ({ rates, start }: Model, span: number): Tensor =>
  lax.scan((y) => [advance(rates, y, h), y] as const, start, null, { length: span * perYear })[1];

/** How far the logarithms seen lie from the orbit, year by year: [years, 2]. */
const residuals = jit(
  (model: Model): Tensor => np.sub(np.slice(orbit(model, years), { slice: [null, null, perYear] }), seen),
);

const guess: Model = { rates: np.log([0.5, 0.02, 1, 0.02]), start: np.log([30, 4]) };
const {
  x: found,
  value,
  reason,
  iterations,
} = optim.leastSquares(residuals, guess, {
  onIteration: ({ iteration, value }) => {
    console.log(`step ${String(iteration).padStart(2)}: sum of squares ${value.toFixed(4)}`);
  },
});
console.log(`${iterations} steps, ended by the ${reason} tolerance`);

// the noise of a logarithm, and how well each rate is known: sigma^2 (J^T J)^-1, relative for logarithms
const noise = Math.sqrt(value / (2 * years));
const { rates: byRates, start: byStart } = jacfwd(residuals)(found);
const jacobian = np.reshape(np.concatenate([byRates, byStart], { axis: -1 }), [-1, 6]);
const spread = np.sqrt(np.diagonal(linalg.inv(np.matmul(np.transpose(jacobian), jacobian))));
const rates = np.exp(found.rates).toArray() as number[];
const text = rates.map((rate, i) => {
  const error = (np.slice(spread, i).item() * noise * rate).toPrecision(1);
  return `${rate.toPrecision(3)} +- ${error}`;
});
console.log(`hares grow by ${text[0]} a year, and are eaten by ${text[1]} for each thousand lynx`);
console.log(`lynx die by ${text[2]} a year, and grow by ${text[3]} for each thousand hares`);

// from one peak of the hares to the next
const prey = np.slice(orbit(found, 2 * years), "...", 0).toArray() as number[];
const peaks = prey.flatMap((y, i) =>
  y > (prey[i - 1] ?? y) && y >= (prey[i + 1] ?? Infinity) ? [i * h] : [],
);
const period = ((peaks[1] as number) - (peaks[0] as number)).toFixed(1);
console.log(`noise ${noise.toFixed(3)} of a logarithm; a period of ${period} years`);
