/**
 * A line search for the strong Wolfe conditions: Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5
 * and 3.6, with cubic interpolation. Where rounding hides the descent of the value, the approximate Wolfe conditions
 * of Hager and Zhang (2005), which read slopes instead, are accepted in its place.
 */

/** The function along the line: its value and slope at a step, with whatever belongs to that place. */
export interface Trial<T> {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly at: T;
}
export interface WolfeOptions {
  /** Of the descent that the slope promises, the part that must be had. */
  readonly c1: number;
  /** Of the slope, the part that may remain. */
  readonly c2: number;
  readonly firstStep: number;
  /** How far rounding may lift a value; -Infinity for the strong conditions and no others. */
  readonly noise: number;
  readonly maxTrials: number;
}

/** Where the cubic with these values and slopes is least (equation 3.59); NaN where it has no minimum. */
const cubicMinimum = <T>(a: Trial<T>, b: Trial<T>): number => {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
};

/** The number if it lies between the bounds, else the nearer bound; `otherwise` where it is none. */
const within = (x: number, low: number, high: number, otherwise: number): number =>
  Number.isFinite(x) ? Math.min(Math.max(x, low), high) : otherwise;

/**
 * The first trial that satisfies the conditions, or else the lowest found if it is lower than the start at all;
 * null if none is. `from` is the trial at step 0, whose slope must be negative.
 */
export const strongWolfe = <T>(
  along: (step: number) => Trial<T>,
  from: Trial<T>,
  { c1, c2, firstStep, noise, maxTrials }: WolfeOptions,
): Trial<T> | null => {
  let trials = 0;
  const attempt = (step: number): Trial<T> => {
    trials++;
    return along(step);
  };
  const tooHigh = (t: Trial<T>): boolean => !(t.value <= from.value + c1 * t.step * from.slope);
  const flat = (t: Trial<T>): boolean => Math.abs(t.slope) <= -c2 * from.slope;
  const accepted = (t: Trial<T>): boolean => {
    if (!tooHigh(t)) return flat(t);
    // of values that rounding blurs the slopes tell more: for a parabola this is the first condition
    const level = t.value <= from.value + noise;
    return level && t.slope <= (2 * c1 - 1) * from.slope && t.slope >= c2 * from.slope;
  };

  /** Algorithm 3.6: between `low`, the lowest so far that descends enough, and `high`, with a minimum between. */
  const zoom = (low: Trial<T>, high: Trial<T>): Trial<T> | null => {
    let [width, before] = [Math.abs(high.step - low.step), Infinity];
    while (trials < maxTrials) {
      const [left, right] = [Math.min(low.step, high.step), Math.max(low.step, high.step)];
      const middle = left + (right - left) / 2;
      if (middle <= left || middle >= right) break;
      const margin = 0.1 * (right - left);
      // an interval that two trials have not made a third shorter is halved
      const slow = right - left > 0.66 * before;
      const step = slow ? middle : within(cubicMinimum(low, high), left + margin, right - margin, middle);
      [before, width] = [width, right - left];
      const trial = attempt(step);
      if (accepted(trial)) return trial;
      if (tooHigh(trial) || trial.value >= low.value) high = trial;
      else {
        if (trial.slope * (high.step - low.step) >= 0) high = low;
        low = trial;
      }
    }
    return low.step > 0 && low.value < from.value ? low : null;
  };

  let previous = from;
  let step = firstStep;
  while (trials < maxTrials) {
    const trial = attempt(step);
    if (accepted(trial)) return trial;
    if (tooHigh(trial) || (trials > 1 && trial.value >= previous.value)) return zoom(previous, trial);
    if (!(trial.slope < 0)) return zoom(trial, previous);
    const guess = cubicMinimum(previous, trial);
    previous = trial;
    step = within(guess, 2 * step, 10 * step, 4 * step);
  }
  return previous.value < from.value ? previous : null;
};
