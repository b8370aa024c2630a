/** Box and Cox's transformation, of x and of 1 + x, with its inverse, differentiable in the operand and in the exponent. */
import { boxcox1pDerivative, boxcoxDerivative, invBoxcox, invBoxcox1p } from "../kernel/boxcox.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, filledAs, integerPow, mul, neg, one, sub } from "./arithmetic.js";
import type { Binary, VariadicWith } from "./define.js";
import { elementwiseSeveral } from "./elementwise.js";
import { ofTwo, xlog1py } from "./special-several.js";
import { exp, log, log1p, pow } from "./transcendental.js";

type Pair = readonly [Tensor, Tensor];

/** The transformation of (x, l) differentiated n times in l; in x: x^(l - 1) log^n x. */
/* @__NO_SIDE_EFFECTS__ */
const transformation = (
  name: string,
  f: (n: number, x: number, l: number) => number,
  slope: (x: Tensor, l: Tensor) => Tensor,
  logarithm: (x: Tensor) => Tensor,
): VariadicWith<number> => {
  const self: VariadicWith<number> = elementwiseSeveral<number>(
    {
      name,
      arity: 2,
      accepts: "float",
      callee: (n) => ({ name: `${name}${n}`, f: (x, l) => f(n, x as number, l as number) }),
      tangents: [
        (dx, ins, _, n) => {
          const [x, l] = ins as Pair;
          const power = slope(x, l);
          return mul(dx, n === 0 ? power : mul(power, integerPow(logarithm(x), n)));
        },
        (dl, ins, _, n) => mul(dl, self(ins, n + 1)),
      ],
    },
    () => add,
  );
  return self;
};
// d boxcox = x^(l - 1) dx
export const boxcox: VariadicWith<number> = /* @__PURE__ */ transformation(
  "boxcox",
  boxcoxDerivative,
  (x, l) => pow(x, sub(l, one(l))),
  log,
);
// d boxcox1p = (1 + x)^(l - 1) dx
const slopeOfOnePlus = (x: Tensor, l: Tensor): Tensor => exp(xlog1py(sub(l, one(l)), x));
export const boxcox1p: VariadicWith<number> = /* @__PURE__ */ transformation(
  "boxcox1p",
  boxcox1pDerivative,
  slopeOfOnePlus,
  log1p,
);

// With x the value: dx = x^(1 - l) (dy - boxcox_l(x, l) dl), by the implicit function theorem
const inverseSlope = (x: Tensor, l: Tensor): Tensor => pow(x, sub(one(l), l));
export const inverseBoxcox: Binary = /* @__PURE__ */ ofTwo(
  "invBoxcox",
  invBoxcox,
  (dy, ins, x) => mul(dy, inverseSlope(x, ins[1] as Tensor)),
  (dl, ins, x) => {
    const l = ins[1] as Tensor;
    return neg(mul(dl, mul(inverseSlope(x, l), boxcox([x, l], 1))));
  },
);
const inverseSlopeOfOnePlus = (x: Tensor, l: Tensor): Tensor => slopeOfOnePlus(x, sub(filledAs(l, 2), l));
export const inverseBoxcox1p: Binary = /* @__PURE__ */ ofTwo(
  "invBoxcox1p",
  invBoxcox1p,
  (dy, ins, x) => mul(dy, inverseSlopeOfOnePlus(x, ins[1] as Tensor)),
  (dl, ins, x) => {
    const l = ins[1] as Tensor;
    return neg(mul(dl, mul(inverseSlopeOfOnePlus(x, l), boxcox1p([x, l], 1))));
  },
);
