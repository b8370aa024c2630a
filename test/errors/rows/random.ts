/** Misuse of keys and samplers. */
import { ArgumentError, AxisError, DTypeError, ShapeError } from "cotangent";
import { type Loose, np, type Row, random, rowsOf } from "../harness.js";

type Name = keyof typeof random;
const key = (): Loose => random.key(1);
const keys = (): Loose => random.split(key(), 3);

/** How each sampler is called, with a key and then what follows; options come last. */
type Call = (key: unknown, options?: unknown) => unknown;

/** Of distributions without parameters: a shape stands before the options. */
// biome-ignore format: a list of names
const standard = [
  "cauchy", "exponential", "gumbel", "laplace", "logistic", "maxwell", "normal", "uniform",
] as const satisfies readonly Name[];
/** With parameters, and a shape among the options. */
const parameterized: Readonly<Partial<Record<Name, Call>>> = {
  beta: (k, o) => random.beta(k, 1, 2, o),
  chisquare: (k, o) => random.chisquare(k, 1, o),
  doubleSidedMaxwell: (k, o) => random.doubleSidedMaxwell(k, 0, 1, o),
  f: (k, o) => random.f(k, 1, 2, o),
  gamma: (k, o) => random.gamma(k, 1, o),
  generalizedNormal: (k, o) => random.generalizedNormal(k, 1, o),
  loggamma: (k, o) => random.loggamma(k, 1, o),
  lognormal: (k, o) => random.lognormal(k, 1, o),
  pareto: (k, o) => random.pareto(k, 1, o),
  rayleigh: (k, o) => random.rayleigh(k, 1, o),
  t: (k, o) => random.t(k, 1, o),
  triangular: (k, o) => random.triangular(k, 0, 1, 2, o),
  truncatedNormal: (k, o) => random.truncatedNormal(k, 0, 1, o),
  wald: (k, o) => random.wald(k, 1, o),
  weibullMin: (k, o) => random.weibullMin(k, 1, 1, o),
  binomial: (k, o) => random.binomial(k, 5, 0.5, o),
  geometric: (k, o) => random.geometric(k, 0.5, o),
  poisson: (k, o) => random.poisson(k, 2, o),
  bernoulli: (k, o) => random.bernoulli(k, 0.5, o),
  dirichlet: (k, o) => random.dirichlet(k, [1, 2], o),
  multinomial: (k, o) => random.multinomial(k, 5, [0.5, 0.5], o),
  categorical: (k, o) => random.categorical(k, [0, 1], o),
  choice: (k, o) => random.choice(k, 5, o),
  ball: (k, o) => random.ball(k, 2, o),
  orthogonal: (k, o) => random.orthogonal(k, 2, o),
  multivariateNormal: (k, o) => random.multivariateNormal(k, [1, 2], np.eye(2), o),
};
const others: Readonly<Partial<Record<Name, Call>>> = {
  bits: (k, o) => random.bits(k, [2], o),
  rademacher: (k, o) => random.rademacher(k, [2], o),
  randint: (k, o) => random.randint(k, [2], 0, 3, o),
  permutation: (k, o) => random.permutation(k, 5, o),
  foldIn: (k) => random.foldIn(k, 1),
  split: (k) => random.split(k, 2),
};

// biome-ignore format: one row, one line
const keyRows = (name: string, call: Call): readonly Row[] =>
  rowsOf(
    `random.${name}`,
    ["a seed for the key", () => call(42), ArgumentError, /42 is no key/, /random\.key\(seed\).*random\.split/],
    ["no key", () => call(undefined), ArgumentError, /is no key/, /random\.key\(seed\)/],
    ["an array of keys", () => call(keys()), ShapeError, /one key is needed, got \[3\]/, /vmap\(\(key\) => \.\.\.\)\(keys\)/],
  );
// biome-ignore format: one row, one line
const optionRows = (name: string, call: Call): readonly Row[] =>
  rowsOf(
    `random.${name}`,
    ["options that are none", () => call(key(), 3), ArgumentError, /stands where options are taken/, /Options go in an object/],
    ["an option that is not there", () => call(key(), { sharding: 1 }), ArgumentError, /no option "sharding"/, /The options are/],
  );
// biome-ignore format: one row, one line
const shapeRows = (name: string, call: Call): readonly Row[] =>
  rowsOf(
    `random.${name}`,
    ["a shape that is none", () => call(key(), { shape: [2, -1] }), ShapeError, /\[2, -1\] is no shape/, /whole sizes, none negative/],
  );

const entries = (table: Readonly<Partial<Record<Name, Call>>>): readonly (readonly [string, Call])[] =>
  Object.entries(table) as readonly (readonly [string, Call])[];

// biome-ignore format: one row, one line
export const randomRows: readonly Row[] = [
  ...standard.flatMap((name) => [
    ...keyRows(name, (k) => random[name](k, [2])),
    ...optionRows(name, (k, o) => random[name](k, [2], o)),
    ...rowsOf(
      `random.${name}`,
      ["a shape that is none", () => random[name](key(), [1.5]), ShapeError, /\[1\.5\] is no shape/, /whole sizes/],
      ["an integer dtype", () => random[name](key(), [2], { dtype: "int32" }), DTypeError, /int32/, /float64 or float32/],
    ),
  ]),
  ...entries(parameterized).flatMap(([name, call]) => [...keyRows(name, call), ...optionRows(name, call), ...shapeRows(name, call)]),
  ...entries(others).flatMap(([name, call]) => keyRows(name, call)),
  ...["bits", "rademacher", "randint", "permutation"].flatMap((name) => optionRows(name, others[name as Name] as Call)),
  ...rowsOf(
    "random.key",
    ["a seed that is not whole", () => random.key(1.5), ArgumentError, /the seed .*1\.5 is not whole/, /whole number/],
    ["a seed of floats", () => random.key(np.array([1.5])), DTypeError, /float64/, /an integer dtype/],
    ["several seeds", () => random.key(np.array([1, 2], { dtype: "int32" })), ShapeError, /the seed must be one number, got \[2\]/, /vmap/],
    ["text", () => random.key("seed"), ArgumentError, /"seed" is no tensor/, /Pass a tensor, a number/],
    ["another mode", () => random.key(1, { partitionable: "no" }), ArgumentError, /partitionable is "no"/, /true or false/],
    ["an option that is not there", () => random.key(1, { impl: "rbg" }), ArgumentError, /no option "impl"/, /partitionable/],
  ),
  ...rowsOf("random.split", ["a number that is none", () => random.split(key(), -1), ShapeError, /is no shape/, /whole sizes/]),
  ...rowsOf(
    "random.foldIn",
    ["a fraction", () => random.foldIn(key(), 0.5), ArgumentError, /the number 0\.5 is not whole/, /whole number/],
    ["a tensor of floats", () => random.foldIn(key(), np.array(0.5)), DTypeError, /float64/, /an integer dtype/],
    ["several numbers", () => random.foldIn(key(), np.array([1, 2], { dtype: "int32" })), ShapeError, /one number, got \[2\]/, /vmap/],
  ),
  ...rowsOf("random.keyData", ["a seed", () => random.keyData(42), ArgumentError, /is no key/, /random\.key\(seed\)/]),
  ...rowsOf(
    "random.wrapKeyData",
    ["floats", () => random.wrapKeyData([0, 1]), DTypeError, /float64/, /uint32/],
    ["three words", () => random.wrapKeyData(new Uint32Array(3)), ShapeError, /two words of a key, got \[3\]/, /Stack them/],
    ["another mode", () => random.wrapKeyData(new Uint32Array(2), { partitionable: 1 }), ArgumentError, /partitionable is/, /true or false/],
  ),
  ...rowsOf("random.bits", ["another dtype", () => random.bits(key(), [2], { dtype: "int32" }), DTypeError, /int32/, /uint32, uint16 or uint8/]),
  ...rowsOf("random.rademacher", ["another dtype", () => random.rademacher(key(), [2], { dtype: "bool" }), DTypeError, /bool/, /an integer or float dtype/]),
  ...rowsOf(
    "random.randint",
    ["floats", () => random.randint(key(), [2], 0, 3, { dtype: "float64" }), DTypeError, /float64/, /an integer dtype/],
    ["a bound that does not fit", () => random.randint(key(), [2], [0, 1, 2], 3), ShapeError, /\[2\] and \[3\]/, /equal or 1/],
  ),
  ...rowsOf("random.bernoulli", ["an integer probability", () => random.bernoulli(key(), np.array(1, { dtype: "int32" })), DTypeError, /int32/, /float64 or float32/]),
  ...rowsOf(
    "random.uniform",
    ["an end that does not fit", () => random.uniform(key(), [2], { minval: [0, 1, 2] }), ShapeError, /\[2\] and \[3\]/, /equal or 1/],
    ["an end with more axes than the shape", () => random.uniform(key(), [], { maxval: [1, 2] }), ShapeError, /do not broadcast to the shape of the samples/, /The shape holds that of the parameters/],
  ),
  ...rowsOf("random.gamma", ["a shape without that of the parameter", () => random.gamma(key(), [1, 2], { shape: [] }), ShapeError, /do not broadcast to the shape of the samples/, /The shape holds that of the parameters/]),
  ...rowsOf("random.beta", ["parameters that do not meet", () => random.beta(key(), [1, 2], [1, 2, 3]), ShapeError, /\[2\] and \[3\]/, /equal or 1/]),
  ...rowsOf("random.dirichlet", ["a single number", () => random.dirichlet(key(), 1), ShapeError, /alpha needs an axis/, /Pass a list/]),
  ...rowsOf("random.multinomial", ["a single probability", () => random.multinomial(key(), 5, 0.5), ShapeError, /p needs an axis/, /Pass a list/]),
  ...rowsOf(
    "random.categorical",
    ["an axis that is not there", () => random.categorical(key(), [0, 1], { axis: 1 }), AxisError, /1/, /axis/],
    ["too many without replacement", () => random.categorical(key(), [0, 1], { shape: [3], replace: false }), ArgumentError, /3 different ones of 2 categories/, /Draw fewer/],
  ),
  ...rowsOf(
    "random.permutation",
    ["an axis that is not there", () => random.permutation(key(), [1, 2], { axis: 1 }), AxisError, /1/, /axis/],
    ["a tensor of no axis", () => random.permutation(key(), np.array(3)), ShapeError, /a tensor needs an axis/, /JavaScript number/],
    ["a number that is no size", () => random.permutation(key(), -1), ShapeError, /is no shape/, /whole sizes/],
  ),
  ...rowsOf(
    "random.choice",
    ["too many without replacement", () => random.choice(key(), 2, { shape: [3], replace: false }), ArgumentError, /3 elements of 2 were asked for without replacement/, /Draw fewer/],
    ["nothing to choose from", () => random.choice(key(), 0), ArgumentError, /1 elements of 0 were asked for/, /Draw fewer/],
    ["probabilities of another number", () => random.choice(key(), 3, { p: [0.5, 0.5] }), ShapeError, /one probability for each of 3 elements, got \[2\]/, /Pass a list of that length/],
  ),
  ...rowsOf(
    "random.ball",
    ["a dimension that is none", () => random.ball(key(), -1), ShapeError, /is no shape/, /whole sizes/],
    ["several norms", () => random.ball(key(), 2, { p: [1, 2] }), ShapeError, /p must be one number, got \[2\]/, /vmap/],
  ),
  ...rowsOf("random.orthogonal", ["a size that is none", () => random.orthogonal(key(), 1.5), ShapeError, /is no shape/, /whole sizes/]),
  ...rowsOf(
    "random.multivariateNormal",
    ["a covariance of another size", () => random.multivariateNormal(key(), [1, 2], np.eye(3)), ShapeError, /covariance \[\.\.\., n, n\], got \[2\] and \[3, 3\]/, /same n/],
    ["another method", () => random.multivariateNormal(key(), [1], [[1]], { method: "lu" }), ArgumentError, /no method "lu"/, /"cholesky", "eigh" and "svd"/],
  ),
];
