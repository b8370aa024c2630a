/** Misuse of the special functions. */
import { ArgumentError, DTypeError, ShapeError } from "cotangent";
import { np, type Row, rowsOf, special } from "../harness.js";

type Name = keyof typeof special;

// biome-ignore format: a list of names
const unary = [
  "entr", "digamma", "factorial", "gamma", "gammaln", "gammasgn", "lgamma", "exp1", "expi", "i0", "i0e", "i1", "i1e",
  "spence", "erf", "erfc", "erfcInv", "erfcx", "erfInv", "expit", "logit", "logNdtr", "ndtr", "ndtri",
] as const satisfies readonly Name[];
// biome-ignore format: a list of names
const binary = [
  "klDiv", "relEntr", "xlog1py", "xlogy", "beta", "betaln", "binom", "gammainc", "gammaincc", "poch", "zeta",
  "boxcox", "boxcox1p", "invBoxcox", "invBoxcox1p",
  "owensT",
] as const satisfies readonly Name[];

// biome-ignore format: one row, one line
const tensorArgument = (name: Name, put: (x: unknown) => unknown, where = ""): readonly Row[] =>
  rowsOf(
    `special.${name}`,
    [`a function${where}`, () => put(Math.sin), ArgumentError, /the function sin is no tensor/, /Pass a tensor, a number/],
    [`nothing${where}`, () => put(undefined), ArgumentError, /a missing value is no tensor/, /Pass a tensor, a number/],
    [`ragged arrays${where}`, () => put([[1], [2, 3]]), ShapeError, /ragged/, /same length and depth/],
    [`64-bit integers${where}`, () => put(new BigInt64Array(2)), DTypeError, /BigInt64Array/, /8 to 32 bits/],
  );

// biome-ignore format: one row, one line
const shapes = (name: Name, call: () => unknown): readonly Row[] =>
  rowsOf(`special.${name}`, ["shapes that do not meet", call, ShapeError, /\[2, 3\].*\[4\]/, /equal or 1/]);

// biome-ignore format: one row, one line
const ordered = (name: Name, of: (n: unknown) => unknown, what: RegExp, least: number): readonly Row[] =>
  rowsOf(
    `special.${name}`,
    ["an order that is not whole", () => of(1.5), ArgumentError, new RegExp(`${what.source} is .*1\\.5`), new RegExp(`whole JavaScript number from ${least} on`)],
    ["an order too small", () => of(least - 1), ArgumentError, what, new RegExp(`whole JavaScript number from ${least} on`)],
    ["a tensor as order", () => of(np.ones([2])), ArgumentError, what, /It is static/],
  );

export const specialRows: readonly Row[] = [
  ...unary.flatMap((name) => tensorArgument(name, (x) => special[name](x))),
  ...binary.flatMap((name) => [
    ...tensorArgument(name, (x) => special[name](x, [0.5, 1]), " on the left"),
    ...tensorArgument(name, (x) => special[name]([0.5, 1], x), " on the right"),
    ...shapes(name, () => special[name](np.ones([2, 3]), np.ones([4]))),
  ]),
  ...tensorArgument("betainc", (x) => special.betainc(x, 1, 0.5), " for a"),
  ...tensorArgument("betainc", (x) => special.betainc(1, 1, x), " for x"),
  ...shapes("betainc", () => special.betainc(np.ones([2, 3]), 1, np.ones([4]))),
  ...tensorArgument("hyp1f1", (x) => special.hyp1f1(x, 1, 0.5), " for a"),
  ...tensorArgument("hyp1f1", (x) => special.hyp1f1(1, 1, x), " for z"),
  ...shapes("hyp1f1", () => special.hyp1f1(np.ones([2, 3]), 1, np.ones([4]))),
  ...tensorArgument("hyp2f1", (x) => special.hyp2f1(x, 1, 2, 0.5), " for a"),
  ...tensorArgument("hyp2f1", (x) => special.hyp2f1(1, 1, 2, x), " for z"),
  ...shapes("hyp2f1", () => special.hyp2f1(np.ones([2, 3]), 1, 2, np.ones([4]))),
  ...tensorArgument("polygamma", (x) => special.polygamma(1, x)),
  ...ordered("polygamma", (n) => special.polygamma(n, 1), /the order/, 0),
  ...tensorArgument("expn", (x) => special.expn(1, x)),
  ...ordered("expn", (n) => special.expn(n, 1), /the order/, 0),
  ...tensorArgument("lambertW", (x) => special.lambertW(x)),
  ...rowsOf(
    "special.lambertW",
    [
      "a complex branch",
      () => special.lambertW(1, { branch: 1 }),
      ArgumentError,
      /the branch is 1/,
      /0 and -1/,
    ],
    [
      "a bare branch",
      () => special.lambertW(-0.1, -1),
      ArgumentError,
      /-1 stands where options/,
      /in an object/,
    ],
    [
      "an option misspelt",
      () => special.lambertW(1, { branche: 0 }),
      ArgumentError,
      /"branche"/,
      /Did you mean branch/,
    ],
  ),
  ...ordered("bernoulli", (n) => special.bernoulli(n), /the last index/, 0),
  ...rowsOf(
    "special.bernoulli",
    [
      "whole numbers",
      () => special.bernoulli(4, { dtype: "int32" }),
      DTypeError,
      /int32/,
      /float64 or float32/,
    ],
    [
      "a bare dtype",
      () => special.bernoulli(4, "float32"),
      ArgumentError,
      /"float32" stands where options/,
      /in an object/,
    ],
  ),
  ...tensorArgument("multigammaln", (x) => special.multigammaln(x, 2)),
  ...ordered("multigammaln", (d) => special.multigammaln(3, d), /the dimension/, 1),
];
