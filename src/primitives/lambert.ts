/** Lambert's W function. */
import { call, input } from "../expr/expr.js";
import { type LambertPart, lambertW as lambertWValue } from "../kernel/lambert.js";
import type { Tensor } from "../tensor/tensor.js";
import { abs, add, div, filledAs, mul, neg, one, sub } from "./arithmetic.js";
import { lt, select } from "./compare.js";
import type { UnaryWith } from "./define.js";
import { elementwiseWith } from "./elementwise.js";
import { exp } from "./transcendental.js";

const keyOf = (p: LambertPart): string =>
  `${p.branch}${p.plusOne ? "PlusOne" : ""}${p.isSingle ? "Single" : ""}`;

/**
 * A branch w, or u = 1 + w, which keeps its digits near the branch point -1 / e, where it is 0. Of both the derivative is
 * 1 / (x + e^w) = e^-w / u, which is 1 at x = 0 and infinite at -1 / e; for |w| > 1, where an ulp of w counts much in
 * e^-w, it is written as (1 - 1 / u) / x.
 */
export const lambertW: UnaryWith<LambertPart> = elementwiseWith<LambertPart>({
  name: "lambertW",
  accepts: "float",
  expr: (p) => call({ name: `lambertW${keyOf(p)}`, f: (x) => lambertWValue(p, x as number) }, input(0)),
  key: keyOf,
  tangent: (dx, x, y, p) => {
    const w = p.plusOne ? sub(y, one(y)) : y;
    const u: Tensor = p.plusOne ? y : lambertW(x, { ...p, plusOne: true });
    const isSmall = lt(abs(w), one(w));
    // each form only where it is chosen, so that no infinity of the other reaches a derivative
    const near = div(exp(neg(select(isSmall, w, filledAs(w, 0)))), select(isSmall, u, one(u)));
    const far = div(
      add(one(u), neg(div(one(u), select(isSmall, filledAs(u, 2), u)))),
      select(isSmall, one(x), x),
    );
    return mul(dx, select(isSmall, near, far));
  },
});
