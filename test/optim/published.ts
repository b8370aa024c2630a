/** The optimisers once more, from their papers and manuals, on lists of exact numbers; nothing of the library is used. */
import { type Fixed, fixed, over, root, squared, times, toThe, unit } from "./fixed-point.js";

/** One step: gradient and position to the change of position; what it remembers it keeps to itself. */
export type Step = (gradient: readonly Fixed[], x: readonly Fixed[], t: number) => Fixed[];

/** A step of each coordinate by itself, with the memory `M` of each. */
const each =
  <M>(first: () => M, f: (g: Fixed, m: M, x: Fixed, t: number) => Fixed) =>
  (): Step => {
    const memory: M[] = [];
    return (gradient, x, t) =>
      gradient.map((g, i) => {
        memory[i] ??= first();
        return f(g, memory[i] as M, x[i] as Fixed, t);
      });
  };
const nothing = (): null => null;

export const descent = (rate: number): (() => Step) => each(nothing, (g) => -times(fixed(rate), g));

/** torch.optim.SGD, dampening 0: b = mu b + g; g + mu b with Nesterov. */
export const descentWithMomentum = (rate: number, mu: number, nesterov: boolean): (() => Step) =>
  each(
    () => ({ b: 0n }),
    (g, m) => {
      m.b = times(fixed(mu), m.b) + g;
      return -times(fixed(rate), nesterov ? g + times(fixed(mu), m.b) : m.b);
    },
  );

/** Kingma and Ba, algorithm 1; Loshchilov and Hutter's decay as PyTorch writes it: x = x - rate decay x first. */
export const adam = (
  rate: number,
  { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, decay = 0 },
): (() => Step) =>
  each(
    () => ({ m: 0n, v: 0n }),
    (g, s, x, t) => {
      s.m = times(fixed(b1), s.m) + times(unit - fixed(b1), g);
      s.v = times(fixed(b2), s.v) + times(unit - fixed(b2), squared(g));
      const mHat = over(s.m, unit - toThe(fixed(b1), t));
      const vHat = over(s.v, unit - toThe(fixed(b2), t));
      const direction = over(mHat, root(vHat + fixed(epsRoot)) + fixed(eps));
      return -times(fixed(rate), direction + times(fixed(decay), x));
    },
  );

/** Hinton's slides 26 to 30; Graves 2013, equations 38 to 41, for the centred form with momentum. */
export const rmsprop = (
  rate: number,
  { decay = 0.9, eps = 1e-8, inside = true, centered = false, momentum = 0, nesterov = false },
): (() => Step) =>
  each(
    () => ({ n: 0n, g: 0n, d: 0n }),
    (g, s) => {
      const keep = fixed(decay);
      s.n = times(keep, s.n) + times(unit - keep, squared(g));
      s.g = times(keep, s.g) + times(unit - keep, g);
      const v = centered ? s.n - squared(s.g) : s.n;
      const e = fixed(eps);
      const step = -times(fixed(rate), over(g, inside ? root(v + e) : root(v) + e));
      s.d = times(fixed(momentum), s.d) + step;
      return nesterov ? step + times(fixed(momentum), s.d) : s.d;
    },
  );

/** Duchi et al., figure 1, the diagonal form, with TensorFlow's first value and epsilon. */
export const adagrad = (rate: number, { first = 0.1, eps = 1e-7 }): (() => Step) =>
  each(
    () => ({ s: fixed(first) }),
    (g, m) => {
      m.s += squared(g);
      return -times(fixed(rate), over(g, root(m.s + fixed(eps))));
    },
  );

/** Zeiler 2012, algorithm 1. */
export const adadelta = (rate: number, { rho = 0.9, eps = 1e-6 }): (() => Step) =>
  each(
    () => ({ g: 0n, x: 0n }),
    (g, m) => {
      const rms = (mean: Fixed): Fixed => root(mean + fixed(eps));
      m.g = times(fixed(rho), m.g) + times(unit - fixed(rho), squared(g));
      const step = -times(over(rms(m.x), rms(m.g)), g);
      m.x = times(fixed(rho), m.x) + times(unit - fixed(rho), squared(step));
      return times(fixed(rate), step);
    },
  );

const signOf = (x: Fixed): Fixed => (x > 0n ? unit : x < 0n ? -unit : 0n);
/** Chen et al. 2023, program 1. */
export const lion = (rate: number, { b1 = 0.9, b2 = 0.99, decay = 0.001 }): (() => Step) =>
  each(
    () => ({ m: 0n }),
    (g, s, x) => {
      const c = times(fixed(b1), s.m) + times(unit - fixed(b1), g);
      s.m = times(fixed(b2), s.m) + times(unit - fixed(b2), g);
      return -times(fixed(rate), signOf(c) + times(fixed(decay), x));
    },
  );

/** Gradients changed before a step. */
export const after =
  (change: (gradient: readonly Fixed[], x: readonly Fixed[]) => Fixed[], of: () => Step) => (): Step => {
    const step = of();
    return (gradient, x, t) => step(change(gradient, x), x, t);
  };
export const clipped =
  (bound: number) =>
  (gradient: readonly Fixed[]): Fixed[] =>
    gradient.map((g) => (g > fixed(bound) ? fixed(bound) : g < -fixed(bound) ? -fixed(bound) : g));
/** Pascanu et al. 2013, algorithm 1. */
export const clippedByNorm =
  (bound: number) =>
  (gradient: readonly Fixed[]): Fixed[] => {
    const norm = root(gradient.reduce((sum, g) => sum + squared(g), 0n));
    return norm > fixed(bound) ? gradient.map((g) => over(times(g, fixed(bound)), norm)) : [...gradient];
  };
export const withDecay =
  (decay: number) =>
  (gradient: readonly Fixed[], x: readonly Fixed[]): Fixed[] =>
    gradient.map((g, i) => g + times(fixed(decay), x[i] as Fixed));
/** The rate of each step. */
export const scheduled = (rate: (stepsTaken: number) => number) => (): Step => (gradient, _, t) =>
  gradient.map((g) => -times(fixed(rate(t - 1)), g));
