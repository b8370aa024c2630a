/**
 * The error functions. Below 0.84375 erf is rational in x^2; above, erfc(x) = e^(-x^2 + r(x)) / x with r rational, near
 * a constant on each of three intervals. The rational functions are interpolants at Chebyshev nodes, found in 60
 * digits, and stay within 2e-18 of theirs.
 */
import type { Expr, ScalarDefinition } from "../expr.js";
import { exponential, scaled, summed } from "./exponential.js";
import * as t from "./terms.js";

const ratio = (x: Expr, p: readonly number[], q: readonly number[]): Expr =>
  t.div(t.polynomial(x, p), t.polynomial(x, [1, ...q]));

const NEAR_ZERO = [
  0.4579175639469107, 0.09261447112009197, 0.010458279518160172, 0.0006689146683278357,
  0.00001975762787065495,
] as const;

/** erf(x) / x - 1 as a function of z = x^2 < 0.712. */
const nearZero = (z: Expr): Expr =>
  ratio(
    z,
    [
      0.1283791670955126, -0.31733931357392703, -0.04750719442866651, -0.008687828085360432,
      -0.00047585001315545675, -0.00001984729793833756,
    ],
    NEAR_ZERO,
  );

/** The same + 1/16, which is near 0 where x is near 0.8. */
const shifted = (z: Expr): Expr =>
  ratio(
    z,
    [
      0.1908791670955126, -0.2887194658272451, -0.041718789983660756, -0.008034185615475422,
      -0.00043404284638496704, -0.000018612446196421625,
    ],
    NEAR_ZERO,
  );

/** log(x e^(x^2) erfc(x)) + 0.84375 for x = 1 + u below 1.25. */
const nearOne = (u: Expr): Expr =>
  ratio(
    u,
    [
      -0.005855509933248249, 0.3414832012464352, 0.835886012695803, 0.7526661900130149, 0.3262880273793282,
      0.0727442063317929, 0.006734174372233494,
    ],
    [
      3.338613501066831, 4.500831276113356, 3.1679274252494314, 1.2496545450768157, 0.2678130645864519,
      0.024832443394247505,
    ],
  );

/** The same + 0.671875 for x = 1.75 + u between 1.25 and 2.5. */
const middle = (u: Expr): Expr =>
  ratio(
    u,
    [
      -0.02387273749779998, 0.04168597619952738, 0.16937789661540317, 0.17145319813306192,
      0.08334559426166765, 0.022245658472904377, 0.003179849840482576, 0.00019270428934915098,
    ],
    [
      2.9377315618743642, 3.598537072455288, 2.409705809138594, 0.9641673530081306, 0.23327022479091591,
      0.03195605925602106, 0.001936485657785045,
    ],
  );

/** The same + 0.59375 as a function of s = 1 / x^2, for x above 2.5. */
const far = (s: Expr): Expr =>
  ratio(
    s,
    [
      0.021385057075299804, 0.17558567446206735, -7.423685584152327, -122.32529890837175, -665.4434865569668,
      -1466.816799824436, -1185.4571654275019, -229.8065307113403,
    ],
    [
      31.591483346671072, 362.26492461291735, 1898.716137273862, 4708.283755466459, 5161.485775538186,
      2043.412122213088, 165.0611152927362,
    ],
  );

/** erfc(x) for x >= 0.84, infinity included. With a head of 24 bits x^2 is exact. */
const tail = (x: Expr): Expr => {
  const y = t.atMost(x, 28);
  const head = t.head(y);
  const square = t.mul(head, head);
  const isFar = t.lt(2.5, y);
  const isMiddle = t.lt(1.25, y);
  const rest = t.select(
    isFar,
    far(t.div(1, t.mul(y, y))),
    t.select(isMiddle, middle(t.sub(y, 1.75)), nearOne(t.sub(y, 1))),
  );
  const constant = t.select(isFar, 0.59375, t.select(isMiddle, 0.671875, 0.84375));
  const low = t.add(t.mul(t.sub(head, y), t.add(head, y)), rest);
  const e = exponential(t.sub(t.neg(square), constant), low);
  const [sum, error] = summed(e);
  return scaled(t.quotient(sum, error, y, t.number(0)), e.k);
};

export const erf: ScalarDefinition = t.definition(
  "erf",
  (x) => {
    const a = t.abs(x);
    const near = t.add(x, t.mul(x, nearZero(t.mul(x, x))));
    return t.select(t.lt(a, 0.84375), near, t.copySign(t.sub(1, tail(a)), x));
  },
  // over all of the range on which float32 tells erf from 1
  (x) => {
    const y = t.atLeast(t.atMost(x, 3.95), -3.95);
    return t.mul(
      y,
      ratio(
        t.mul(y, y),
        [
          1.12837916972353, 0.184379316676048, 0.0544782921702, 0.0038533981786273, 0.00039101621277175,
          4.99771752187e-6, -1.47236614621e-8,
        ],
        [0.496735315986824, 0.113857968013256, 0.0155054141773195, 0.00132408908641936, 0.000066117260658629],
      ),
    );
  },
);

/**
 * 1 - erf(x), in the order in which the large terms cancel exactly, and by its tail, which is accurate down to the
 * smallest numbers.
 */
export const erfc: ScalarDefinition = t.definition("erfc", (x) => {
  const a = t.abs(x);
  const z = t.mul(x, x);
  const product = t.mul(x, nearZero(z));
  const near = t.select(
    t.lt(x, 0.25),
    t.sub(1, t.add(x, product)),
    t.select(
      t.lt(x, 0.5),
      t.sub(0.5, t.add(t.sub(x, 0.5), product)),
      t.add(t.sub(1, x), t.sub(t.mul(x, 0.0625), t.mul(x, shifted(z)))),
    ),
  );
  const beyond = tail(a);
  return t.select(t.lt(a, 0.84375), near, t.select(t.lt(x, 0), t.sub(2, beyond), beyond));
});
