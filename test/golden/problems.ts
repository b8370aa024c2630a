/** The functions of optim.json, from their formulas and data: residuals whose squares are summed, or scalars. */
import { np, type Tensor, type TensorLike } from "cotangent";

/** Each problem has some of these. */
export type Data = Readonly<Record<"y" | "u" | "alpha" | "A" | "P" | "a" | "s", Tensor>>;
/** The residual vector, or the value itself for a problem of kind "scalar". */
export type Problem = (x: Tensor, data: Data) => Tensor;

const { add, sub, mul, div, square, sum, exp, sin, cos, power, sqrt, stack, concatenate } = np;

/** The elements of a vector. */
const parts = (x: Tensor): Tensor[] => np.unstack(x) as Tensor[];
/** from, from + 1, ... to */
const whole = (from: number, to: number): Tensor => np.arange(from, to + 1);
const total = (...terms: readonly TensorLike[]): Tensor =>
  terms.map((t) => np.array(t as number)).reduce((a, b) => add(a, b));
/** Neighbours of every element, 0 beyond the ends. */
const before = (x: Tensor): Tensor => np.slice(np.pad(x, [[1, 0]]), { slice: [0, -1] });
const after = (x: Tensor): Tensor => np.slice(np.pad(x, [[0, 1]]), { slice: [1] });

type Four = [Tensor, Tensor, Tensor, Tensor];

export const problems: Readonly<Record<string, Problem>> = {
  rosenbrock: (x) => {
    const [x1, x2] = parts(x) as Four;
    return stack([mul(10, sub(x2, square(x1))), sub(1, x1)]);
  },
  freudenstein_roth: (x) => {
    const [x1, x2] = parts(x) as Four;
    return stack([
      total(-13, x1, mul(sub(mul(sub(5, x2), x2), 2), x2)),
      total(-29, x1, mul(sub(mul(add(x2, 1), x2), 14), x2)),
    ]);
  },
  brown_badly_scaled: (x) => {
    const [x1, x2] = parts(x) as Four;
    return stack([sub(x1, 1e6), sub(x2, 2e-6), sub(mul(x1, x2), 2)]);
  },
  beale: (x) => {
    const [x1, x2] = parts(x) as Four;
    return stack([1.5, 2.25, 2.625].map((y, i) => sub(y, mul(x1, sub(1, power(x2, i + 1))))));
  },
  helical_valley: (x) => {
    const [x1, x2, x3] = parts(x) as Four;
    const angle = div(np.arctan(div(x2, x1)), 2 * Math.PI);
    const theta = x1.item() < 0 ? add(angle, 0.5) : angle;
    return stack([mul(10, sub(x3, mul(10, theta))), mul(10, sub(sqrt(add(square(x1), square(x2))), 1)), x3]);
  },
  bard: (x, { y }) => {
    const [x1, x2, x3] = parts(x) as Four;
    const u = whole(1, 15);
    const v = sub(16, u);
    return sub(y, add(x1, div(u, add(mul(v, x2), mul(np.minimum(u, v), x3)))));
  },
  box_3d: (x) => {
    const [x1, x2, x3] = parts(x) as Four;
    const t = mul(0.1, whole(1, 10));
    const decay = (rate: TensorLike): Tensor => exp(mul(mul(-1, t), rate));
    return sub(sub(decay(x1), decay(x2)), mul(x3, sub(decay(1), decay(10))));
  },
  powell_singular: (x) => {
    const [x1, x2, x3, x4] = parts(x) as Four;
    return stack([
      add(x1, mul(10, x2)),
      mul(Math.sqrt(5), sub(x3, x4)),
      square(sub(x2, mul(2, x3))),
      mul(Math.sqrt(10), square(sub(x1, x4))),
    ]);
  },
  kowalik_osborne: (x, { y, u }) => {
    const [x1, x2, x3, x4] = parts(x) as Four;
    const above = add(square(u), mul(u, x2));
    return sub(y, div(mul(x1, above), add(add(square(u), mul(u, x3)), x4)));
  },
  brown_dennis: (x) => {
    const [x1, x2, x3, x4] = parts(x) as Four;
    const t = div(whole(1, 20), 5);
    const first = sub(add(x1, mul(t, x2)), exp(t));
    const second = sub(add(x3, mul(x4, sin(t))), cos(t));
    return add(square(first), square(second));
  },
  extended_rosenbrock_6: (x) => {
    const odd = np.slice(x, { slice: [0, null, 2] });
    const even = np.slice(x, { slice: [1, null, 2] });
    return np.ravel(stack([mul(10, sub(even, square(odd))), sub(1, odd)], { axis: 1 }));
  },
  penalty_1_4: (x) =>
    concatenate([mul(Math.sqrt(1e-5), sub(x, 1)), np.reshape(sub(sum(square(x)), 0.25), [1])]),
  variably_dimensioned_5: (x) => {
    const s = np.reshape(sum(mul(whole(1, 5), sub(x, 1))), [1]);
    return concatenate([sub(x, 1), s, square(s)]);
  },
  discrete_boundary_value_5: (x) => {
    const h = 1 / 6;
    const t = mul(h, whole(1, 5));
    const curved = mul((h * h) / 2, power(add(add(x, t), 1), 3));
    return add(sub(sub(mul(2, x), before(x)), after(x)), curved);
  },
  broyden_tridiagonal_6: (x) => add(sub(sub(mul(sub(3, mul(2, x)), x), before(x)), mul(2, after(x))), 1),
  linear_full_rank_5_10: (x) => {
    const common = sub(mul(-2 / 10, sum(x)), 1);
    return add(np.pad(x, [[0, 5]]), common);
  },

  himmelblau: (p) => {
    const [x, y] = parts(p) as Four;
    return add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7)));
  },
  booth: (p) => {
    const [x, y] = parts(p) as Four;
    return add(square(sub(add(x, mul(2, y)), 7)), square(sub(add(mul(2, x), y), 5)));
  },
  goldstein_price: (p) => {
    const [x, y] = parts(p) as Four;
    const [xx, xy, yy] = [square(x), mul(x, y), square(y)];
    const first = total(19, mul(-14, x), mul(3, xx), mul(-14, y), mul(6, xy), mul(3, yy));
    const second = total(18, mul(-32, x), mul(12, xx), mul(48, y), mul(-36, xy), mul(27, yy));
    return mul(
      add(1, mul(square(total(x, y, 1)), first)),
      add(30, mul(square(sub(mul(2, x), mul(3, y))), second)),
    );
  },
  branin: (p) => {
    const [x, y] = parts(p) as Four;
    const curve = total(y, mul(-5.1 / (4 * Math.PI ** 2), square(x)), mul(5 / Math.PI, x), -6);
    return total(square(curve), mul(10 * (1 - 1 / (8 * Math.PI)), cos(x)), 10);
  },
  three_hump_camel: (p) => {
    const [x, y] = parts(p) as Four;
    return total(mul(2, square(x)), mul(-1.05, power(x, 4)), div(power(x, 6), 6), mul(x, y), square(y));
  },
  rastrigin_4: (x) => add(40, sum(sub(square(x), mul(10, cos(mul(2 * Math.PI, x)))))),
  styblinski_tang_3: (x) => div(sum(total(power(x, 4), mul(-16, square(x)), mul(5, x))), 2),
  zakharov_4: (x) => {
    const s = sum(mul(mul(0.5, whole(1, 4)), x));
    return total(sum(square(x)), square(s), power(s, 4));
  },
  hartmann_3: (x, { alpha, A, P }) =>
    np.negative(sum(mul(alpha, exp(np.negative(sum(mul(A, square(sub(x, P))), { axis: 1 })))))),
  logistic_regression_toy: (x, { a, s }) => {
    const margins = mul(s, np.matmul(a, x));
    return add(np.mean(np.logaddexp(np.negative(margins), 0)), mul(0.05, sum(square(x))));
  },
};
