/**
 * The hypergeometric functions 1F1 and 2F1 of their parameters and z, each with the orders of its derivatives in the
 * parameters; in z the derivative is the function of parameters that are all one larger, by their product and quotient.
 */
import type { ScalarFunctionRef } from "../expr/expr.js";
import { hyp2f1Derivative } from "../kernel/gauss.js";
import { hyp1f1Derivative } from "../kernel/kummer.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, filledAs, integerPow, mul, one } from "./arithmetic.js";
import type { VariadicWith } from "./define.js";
import { elementwiseSeveral } from "./elementwise.js";
import { choose } from "./special-several.js";

type Orders = readonly number[];

/**
 * dF/dz = (a b / c) F(a + 1, b + 1; c + 1; z) (DLMF 13.3.15, 15.5.1), differentiated by Leibniz's rule in the parameters: of a
 * factor a there are two derivatives, of 1 / c those (-1)^n n! / c^(n + 1).
 */
const slope = (self: VariadicWith<Orders>, ins: readonly Tensor[], orders: Orders): Tensor => {
  const z = ins.at(-1) as Tensor;
  const raised = ins.map((x, i) => (i === ins.length - 1 ? x : add(x, one(x))));
  const last = orders.length - 1;
  const over = (i: number, rest: Orders, weight: Tensor): Tensor => {
    if (i > last) return mul(weight, self([...raised.slice(0, -1), z], rest));
    const [x, n] = [ins[i] as Tensor, orders[i] as number];
    let sum: Tensor | undefined;
    for (let k = 0; k <= (i === last ? n : Math.min(n, 1)); k++) {
      let factor = k === 0 ? x : one(x);
      if (i === last) factor = div(filledAs(x, (k % 2 === 0 ? 1 : -1) * factorial(k)), integerPow(x, k + 1));
      const weighted = mul(mul(weight, filledAs(x, choose(n, k))), factor);
      const term = over(i + 1, [...rest, n - k], weighted);
      sum = sum === undefined ? term : add(sum, term);
    }
    return sum as Tensor;
  };
  return over(0, [], one(z));
};
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/* @__NO_SIDE_EFFECTS__ */
const hypergeometric = (
  name: string,
  parameters: number,
  f: (orders: Orders, xs: readonly number[]) => number,
): VariadicWith<Orders> => {
  const callee = (orders: Orders): ScalarFunctionRef => ({
    name: `${name}${orders.join("_")}`,
    f: ((...xs: number[]) => f(orders, xs)) as ScalarFunctionRef["f"],
  });
  const self: VariadicWith<Orders> = elementwiseSeveral<Orders>(
    {
      name,
      arity: parameters + 1,
      accepts: "float",
      callee,
      tangents: [
        ...Array.from(
          { length: parameters },
          (_, at) => (d: Tensor, ins: readonly Tensor[], _out: Tensor, orders: Orders) =>
            mul(
              d,
              self(
                ins,
                orders.map((n, i) => (i === at ? n + 1 : n)),
              ),
            ),
        ),
        (dz: Tensor, ins: readonly Tensor[], _out: Tensor, orders: Orders) =>
          mul(dz, slope(self, ins, orders)),
      ],
    },
    () => add,
  );
  return self;
};

export const hyp1f1: VariadicWith<Orders> = /* @__PURE__ */ hypergeometric("hyp1f1", 2, ([i, j], [a, b, z]) =>
  hyp1f1Derivative(i as number, j as number, a as number, b as number, z as number),
);
export const hyp2f1: VariadicWith<Orders> = /* @__PURE__ */ hypergeometric(
  "hyp2f1",
  3,
  ([i, j, k], [a, b, c, z]) =>
    hyp2f1Derivative(
      [i as number, j as number, k as number],
      a as number,
      b as number,
      c as number,
      z as number,
    ),
);
