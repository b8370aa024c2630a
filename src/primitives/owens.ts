/** Owen's T function of two operands. */
import { owensT as owensTValue } from "../kernel/owens.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, filledAs, mul, one } from "./arithmetic.js";
import type { Binary } from "./define.js";
import { ofTwo } from "./special-several.js";
import { erf, exp } from "./transcendental.js";

type Pair = readonly [h: Tensor, a: Tensor];

// dT = -e^(-h^2 / 2) erf(a h / sqrt 2) / (2 sqrt(2 pi)) dh + e^(-h^2 (1 + a^2) / 2) / (2 pi (1 + a^2)) da
export const owensT: Binary = /* @__PURE__ */ ofTwo(
  "owensT",
  owensTValue,
  (dh, ins) => {
    const [h, a] = ins as Pair;
    const density = exp(mul(filledAs(h, -0.5), mul(h, h)));
    const tail = erf(mul(filledAs(h, Math.SQRT1_2), mul(a, h)));
    return mul(dh, mul(filledAs(h, -0.5 / Math.sqrt(2 * Math.PI)), mul(density, tail)));
  },
  (da, ins) => {
    const [h, a] = ins as Pair;
    const ha = mul(h, a);
    const density = exp(mul(filledAs(h, -0.5), add(mul(h, h), mul(ha, ha))));
    return mul(da, div(density, mul(filledAs(a, 2 * Math.PI), add(one(a), mul(a, a)))));
  },
);
