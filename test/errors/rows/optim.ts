/** Misuse of optimisers: hyperparameters out of range, trees that do not go together, states of other transformations. */
import {
  ArgumentError,
  ConcretizationError,
  DTypeError,
  NonScalarOutputError,
  ShapeError,
  TreeError,
} from "cotangent";
import * as tape from "cotangent/tape";
import { api, type Loose, np, numeric, optim, type Row, rowsOf } from "../harness.js";

const square = (x: unknown): unknown => np.square(x);
const ints = (): Loose => np.array([1, 2], { dtype: "int32" });
const other = (): Loose => ({ w: np.zeros([2]) }) as unknown as Loose;
const init = (t: unknown, params: unknown): unknown => (t as Loose).init?.(params);
const update = (t: unknown, ...args: readonly unknown[]): unknown => (t as Loose).update?.(...args);

// biome-ignore format: one row, one line
const transformations = [
  ...rowsOf(
    "optim.chain",
    ["what is no transformation", () => optim.chain(optim.scale(1), 0.1), ArgumentError, /0.1 is no gradient transformation/, /init, update/],
    ["null", () => optim.chain(null), ArgumentError, /null is no gradient/, /such as sgd/],
    ["a state of another chain", () => update(optim.chain(optim.clip(1), optim.trace(0.9)), np.zeros([2]), [{}], np.zeros([2])), TreeError, /an array of 2, got \[\{\.\.\.\}\]/, /same containers/],
  ),
  ...rowsOf(
    "optim.applyUpdates",
    ["trees that differ", () => optim.applyUpdates({ w: np.zeros([2]) }, { v: np.zeros([2]) }), TreeError, /updates.*keys w.*keys v/, /same containers/],
    ["shapes that would broadcast", () => optim.applyUpdates({ w: np.zeros([2]) }, { w: np.zeros([]) }), ShapeError, /updates\.w.*\[\] and \[2\]/, /leaf by leaf/],
    ["integer parameters", () => optim.applyUpdates({ w: ints() }, { w: ints() }), DTypeError, /params\.w has dtype int32/, /float64/],
  ),
  ...rowsOf(
    "optim.scale",
    ["no number", () => optim.scale("2"), ArgumentError, /the factor is "2"/, /a finite number/],
    ["infinity", () => optim.scale(Infinity), ArgumentError, /Infinity/, /a finite number/],
    ["a vector", () => optim.scale(np.zeros([2])), ShapeError, /the factor must be a scalar, got \[2\]/, /a finite number/],
    ["integer gradients", () => update(optim.scale(2), { w: ints() }, {}), DTypeError, /gradients\.w has dtype int32/, /float64/],
  ),
  ...rowsOf(
    "optim.scaleByLearningRate",
    ["a negative rate", () => optim.scaleByLearningRate(-1), ArgumentError, /the learning rate is -1/, /not negative/],
    ["an integer tensor", () => optim.scaleByLearningRate(np.array(1, { dtype: "int32" })), DTypeError, /int32/, /a float for the learning rate/],
  ),
  ...rowsOf(
    "optim.scaleBySchedule",
    ["a number", () => optim.scaleBySchedule(0.1), ArgumentError, /0.1 is no schedule/, /exponentialDecay/],
    ["a state without a count", () => update(optim.scaleBySchedule(optim.constantSchedule(1)), np.zeros([2]), {}), ArgumentError, /an empty object is no state/, /what init gave/],
  ),
  ...rowsOf(
    "optim.addDecayedWeights",
    ["no number", () => optim.addDecayedWeights(), ArgumentError, /weightDecay is a missing value/, /not negative/],
    ["no parameters", () => update(optim.addDecayedWeights(0.1), np.zeros([2]), {}), ArgumentError, /the parameters are missing/, /update\(gradients, state, params\)/],
    ["a mask of another tree", () => update(optim.addDecayedWeights(0.1, { mask: { v: true } }), other(), {}, other()), TreeError, /mask.*keys w.*keys v/, /same containers/],
    ["a mask of numbers", () => update(optim.addDecayedWeights(0.1, { mask: { w: 1 } }), other(), {}, other()), TreeError, /true or false for each leaf, got 1/, /same containers/],
    ["an option misspelt", () => optim.addDecayedWeights(0.1, { masks: {} }), ArgumentError, /"masks"/, /Did you mean mask/],
  ),
  ...rowsOf(
    "optim.clip",
    ["a bound of 0", () => optim.clip(0), ArgumentError, /maxDelta is 0/, /above 0/],
  ),
  ...rowsOf(
    "optim.clipByGlobalNorm",
    ["a negative bound", () => optim.clipByGlobalNorm(-1), ArgumentError, /maxNorm is -1/, /above 0/],
  ),
  ...rowsOf(
    "optim.globalNorm",
    ["text in the tree", () => optim.globalNorm({ a: "b" }), TreeError, /the tree\.a is "b"/, /Leaves are/],
    ["integers", () => optim.globalNorm([ints()]), DTypeError, /the tree\[0\] has dtype int32/, /float64/],
  ),
  ...rowsOf(
    "optim.trace",
    ["a decay of 1", () => optim.trace(1), ArgumentError, /decay is 1/, /from 0 up to, without, 1/],
    ["gradients of another tree", () => update(optim.trace(0.9), { v: np.zeros([2]) }, init(optim.trace(0.9), other())), TreeError, /state\.trace.*keys v.*keys w/, /same containers/],
    ["gradients of another shape", () => update(optim.trace(0.9), { w: np.zeros([3]) }, init(optim.trace(0.9), other())), ShapeError, /state\.trace\.w.*\[2\] and \[3\]/, /a new state with init/],
    ["integer parameters", () => init(optim.trace(0.9), ints()), DTypeError, /params has dtype int32/, /float64/],
  ),
  ...rowsOf(
    "optim.scaleByAdam",
    ["b1 above 1", () => optim.scaleByAdam({ b1: 1.1 }), ArgumentError, /b1 is 1.1/, /from 0 up to/],
    ["another optimiser's state", () => update(optim.scaleByAdam(), other(), init(optim.trace(0.9), other())), ArgumentError, /keys trace is no state of this transformation/, /what init gave/],
  ),
  ...rowsOf("optim.scaleByLion", ["b2 negative", () => optim.scaleByLion({ b2: -0.1 }), ArgumentError, /b2 is -0.1/, /from 0 up to/]),
  ...rowsOf(
    "optim.scaleByRms",
    ["a negative eps", () => optim.scaleByRms({ eps: -1 }), ArgumentError, /eps is -1/, /not negative/],
    ["centered spelt the British way", () => optim.scaleByRms({ centred: true }), ArgumentError, /"centred"/, /Did you mean centered/],
    ["centered as a number", () => optim.scaleByRms({ centered: 1 }), ArgumentError, /centered is 1/, /true or false/],
  ),
  ...rowsOf("optim.scaleByRss", ["a negative first value", () => optim.scaleByRss({ initialAccumulatorValue: -1 }), ArgumentError, /initialAccumulatorValue is -1/, /not negative/]),
  ...rowsOf("optim.scaleByAdadelta", ["rho of 1", () => optim.scaleByAdadelta({ rho: 1 }), ArgumentError, /rho is 1/, /from 0 up to/]),
];

// biome-ignore format: one row, one line
const optimizers = [
  ...(["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "lion"] as const).flatMap((name): readonly Row[] =>
    rowsOf(
      `optim.${name}`,
      ["a negative rate", () => optim[name](-0.1), ArgumentError, /the learning rate is -0.1/, /not negative/],
      ["a rate that is no number", () => optim[name](Number.NaN), ArgumentError, /the learning rate is NaN/, /finite/],
      ["an option that is none", () => optim[name](0.1, { lr: 1 }), ArgumentError, /no option "lr"/, /options are/],
      ["a bare option", () => optim[name](0.1, 0.9), ArgumentError, /0.9 stands where options/, /in an object/],
    ),
  ),
  ...rowsOf(
    "optim.sgd",
    ["no rate", () => optim.sgd(), ArgumentError, /the learning rate is a missing value/, /finite/],
    ["a momentum of 1", () => optim.sgd(0.1, { momentum: 1 }), ArgumentError, /momentum is 1/, /without, 1/],
    ["nesterov as text", () => optim.sgd(0.1, { nesterov: "yes" }), ArgumentError, /nesterov is "yes"/, /true or false/],
    ["gradients that are text", () => update(optim.sgd(0.1), { w: "g" }, {}), TreeError, /gradients\.w is "g"/, /Leaves are/],
  ),
  ...rowsOf(
    "optim.minimize",
    ["no function", () => optim.minimize(1, 1, { steps: 1 }), ArgumentError, /1 is no function/, /minimize\(f\)/],
    ["no steps", () => optim.minimize(square, 1, {}), ArgumentError, /steps is a missing value/, /a whole number/],
    ["half a step", () => optim.minimize(square, 1, { steps: 0.5 }), ArgumentError, /steps is 0.5/, /a whole number/],
    ["the rate for the optimiser", () => optim.minimize(square, 1, { steps: 1, optimizer: 0.1 }), ArgumentError, /0.1 is no gradient transformation/, /sgd\(0.1\)/],
    ["onStep that is none", () => optim.minimize(square, 1, { steps: 1, onStep: true }), ArgumentError, /onStep is true/, /a function of a step/],
    ["an integer start", () => optim.minimize(square, ints(), { steps: 1 }), DTypeError, /x0 has dtype int32/, /float64/],
    ["a vector result", () => optim.minimize(square, np.zeros([2]), { steps: 1 }), NonScalarOutputError, /shape \[2\]/, /jacrev/, "valueAndGrad"],
    ["an async function", () => optim.minimize(async (x: unknown) => x, 1, { steps: 1 }), TreeError, /Promise/, /await data before/, "valueAndGrad"],
    ["a state of other parameters", () => optim.minimize(square, 1, { steps: 1, optimizer: optim.adam(), state: init(optim.adam(), other()) }), TreeError, /state\.mu.*a tensor.*keys w/, /same containers/, "adam"],
  ),
];

// biome-ignore format: one row, one line
const schedules = [
  ...rowsOf("optim.constantSchedule", ["no number", () => optim.constantSchedule("1"), ArgumentError, /value is "1"/, /finite/],
    ["a count that is none", () => optim.constantSchedule(1)("x"), ArgumentError, /"x" is no tensor/, /Pass a tensor/]),
  ...rowsOf("optim.stepSchedule", ["a step of 0", () => optim.stepSchedule(1, { stepSize: 0 }), ArgumentError, /stepSize is 0/, /from 1 up/], ["no options", () => optim.stepSchedule(1), ArgumentError, /stepSize is a missing/, /whole number/]),
  ...rowsOf("optim.polynomialSchedule", ["no power", () => optim.polynomialSchedule(1, { endValue: 0, transitionSteps: 2 }), ArgumentError, /power is a missing/, /above 0/]),
  ...rowsOf("optim.linearSchedule", ["a power", () => optim.linearSchedule(1, { endValue: 0, transitionSteps: 2, power: 2 }), ArgumentError, /no option "power"/, /options are/]),
  ...rowsOf("optim.exponentialDecay", ["a rate of 0", () => optim.exponentialDecay(1, { transitionSteps: 1, decayRate: 0 }), ArgumentError, /decayRate is 0/, /above 0/], ["a negative begin", () => optim.exponentialDecay(1, { transitionSteps: 1, decayRate: 0.5, transitionBegin: -1 }), ArgumentError, /transitionBegin is -1/, /not negative/]),
  ...rowsOf("optim.cosineDecaySchedule", ["fractional steps", () => optim.cosineDecaySchedule(1, { decaySteps: 1.5 }), ArgumentError, /decaySteps is 1.5/, /whole number/]),
  ...rowsOf("optim.piecewiseConstantSchedule", ["an object of boundaries", () => optim.piecewiseConstantSchedule(1, { 100: 0.1 }), ArgumentError, /keys 100 is no list/, /\[\[100, 0\.1\]/], ["a negative boundary", () => optim.piecewiseConstantSchedule(1, [[-1, 0.1]]), ArgumentError, /a boundary is -1/, /not negative/]),
  ...rowsOf(
    "optim.joinSchedules",
    ["no schedules", () => optim.joinSchedules([], []), ArgumentError, /\[\] is no list of schedules/, /one or more/],
    ["too few boundaries", () => optim.joinSchedules([square, square], []), ArgumentError, /boundaries of 2 schedules/, /Pass 1 count/],
    ["boundaries that fall", () => optim.joinSchedules([square, square, square], [5, 3]), ArgumentError, /\[5, 3\] do not rise/, /Sort them/],
  ),
  ...rowsOf("optim.warmupCosineDecaySchedule", ["an end before the warm-up's", () => optim.warmupCosineDecaySchedule(0, { peakValue: 1, warmupSteps: 5, decaySteps: 5 }), ArgumentError, /decaySteps is 5/, /above warmupSteps/]),
  ...rowsOf("optim.warmupExponentialDecaySchedule", ["no peak", () => optim.warmupExponentialDecaySchedule(0, { warmupSteps: 5 }), ArgumentError, /peakValue is a missing/, /finite/]),
];

// biome-ignore format: one row, one line
const minimisers = [
  ...(["lbfgs", "newtonCg"] as const).flatMap((name): readonly Row[] =>
    rowsOf(
      `optim.${name}`,
      ["no function", () => optim[name]({}, 1), ArgumentError, /an empty object is no function/, new RegExp(`${name}\\(f\\)`)],
      ["text to begin at", () => optim[name](square, { w: "x" }), TreeError, /x0\.w is "x"/, /Leaves are/],
      ["an integer start", () => optim[name](square, ints()), DTypeError, /x0 has dtype int32/, /float64/],
      ["a vector result", () => optim[name](square, np.zeros([2])), NonScalarOutputError, /shape \[2\]/, /jacrev/, "valueAndGrad"],
      ["half an iteration", () => optim[name](square, 1, { maxIterations: 0.5 }), ArgumentError, /maxIterations is 0.5/, /whole number/],
      ["a negative tolerance", () => optim[name](square, 1, { gradientTolerance: -1 }), ArgumentError, /gradientTolerance is -1/, /not negative/],
      ["onIteration that is none", () => optim[name](square, 1, { onIteration: 1 }), ArgumentError, /onIteration is 1/, /a function of an iteration/],
      ["an option misspelt", () => optim[name](square, 1, { gradTol: 1e-3 }), ArgumentError, /"gradTol"/, /Did you mean gradientTolerance/],
      ["an async function", () => optim[name](async (x: unknown) => x, 1), TreeError, /Promise/, /await data before/, "valueAndGrad"],
    ),
  ),
  ...rowsOf("optim.lbfgs",
    ["no memory", () => optim.lbfgs(square, 1, { memory: 0 }), ArgumentError, /memory is 0/, /from 1 up/],
    ["a function that needs its argument, under jit", () => api.jit((x: unknown) => (optim.lbfgs((y: Loose) => (numeric(y.item?.()) > 0 ? square(y) : y), x) as Loose).x)(1), ConcretizationError, /item/, /np\.where|lax/, "item"]),
  ...rowsOf("optim.newtonCg", ["no inner iterations", () => optim.newtonCg(square, 1, { maxInnerIterations: 0 }), ArgumentError, /maxInnerIterations is 0/, /from 1 up/]),
  ...rowsOf(
    "optim.leastSquares",
    ["no function", () => optim.leastSquares(null, 1), ArgumentError, /null is no function/, /leastSquares\(f\)/],
    ["a method that is none", () => optim.leastSquares(square, 1, { method: "LM" }), ArgumentError, /method is "LM"/, /"lm" or "gauss-newton"/],
    ["residuals that are text", () => optim.leastSquares(() => ["r"], 1), TreeError, /the residuals\[0\] is "r"/, /Leaves are/],
    ["residuals of integers", () => optim.leastSquares(ints, 1), DTypeError, /the residuals has dtype int32/, /float64/],
    ["an async function", () => optim.leastSquares(async (x: unknown) => x, 1), TreeError, /Promise/, /await/i],
    ["a damping of 0", () => optim.leastSquares(square, 1, { damping: 0 }), ArgumentError, /damping is 0/, /above 0/],
    ["a negative step tolerance", () => optim.leastSquares(square, 1, { stepTolerance: -1 }), ArgumentError, /stepTolerance is -1/, /not negative/],
  ),
];

const stateful = (rate = 0.1): Loose => optim.forVariables(optim.sgd(rate));
const variable = (value: unknown = 1): unknown => new tape.Variable(value as number);
const apply = (pairs: unknown): unknown => stateful().applyGradients?.(pairs);

// biome-ignore format: one row, one line
const inPlace = rowsOf(
  "optim.forVariables",
  ["a number for the optimiser", () => optim.forVariables(0.1), ArgumentError, /0.1 is no gradient transformation/, /sgd\(0.1\)/],
  ["an option that is none", () => optim.forVariables(optim.sgd(0.1), { rate: 1 }), ArgumentError, /"rate"/, /options are state/],
  ["no pairs", () => apply(1), ArgumentError, /1 is no list/, /\[\[gradient, variable\]\]/, "applyGradients"],
  ["a pair in the other order", () => apply([[variable(), np.array(1)]]), ArgumentError, /is no pair of a gradient and a Variable/, /\[\[gradient, variable\]\]/, "applyGradients"],
  ["a tensor for the Variable", () => apply([[np.array(1), np.array(1)]]), ArgumentError, /is no pair/, /\[\[gradient, variable\]\]/, "applyGradients"],
  ["no gradients at all", () => apply([[undefined, variable()]]), ArgumentError, /no gradients for any Variable/, /while the tape records/, "applyGradients"],
  ["a gradient of another shape", () => apply([[np.ones([3]), variable([1, 2])]]), ShapeError, /gradients\[0\].*\[3\] and \[2\]/, /leaf by leaf/, "applyGradients"],
  ["other Variables than before", () => { const o = stateful(); o.applyGradients?.([[np.array(1), variable()]]); o.applyGradients?.([[np.array(1), variable()]]); }, ArgumentError, /not the 1 of the first step/, /one optimizer for each/, "applyGradients"],
  ["a gradient that is not known", () => api.vmap((g: unknown) => { apply([[g, variable()]]); return g; })(np.ones([3])), ConcretizationError, /stands for 3/, /np\.where/, "applyGradients"],
  ["a loss that is no function", () => stateful().minimize?.(1, [variable()]), ArgumentError, /1 is no function/, /minimize\(f\)/, "minimize"],
  ["a loss of many numbers", () => { const v = variable([1, 2]); stateful().minimize?.(() => np.square(v), [v]); }, NonScalarOutputError, /shape \[2\]/, /Reduce it/, "minimize"],
  ["Variables that are no list", () => { const v = variable(); stateful().minimize?.(() => np.square(v), v); }, ArgumentError, /no list of Variables/, /\[v\]/, "minimize"],
  ["an async loss", () => stateful().minimize?.(async () => np.array(1), [variable()]), TreeError, /Promise/, /await data before/, "GradientTape"],
);

export const optimRows: readonly Row[] = [
  ...inPlace,
  ...transformations,
  ...optimizers,
  ...schedules,
  ...minimisers,
];
