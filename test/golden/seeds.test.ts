/** The numbers of the five notebooks that this library set out from, in float32, by functions of functions. */
import {
  grad,
  hessian,
  jacrev,
  jvp,
  np,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, it } from "vitest";
import { type Nested, nestedDifferences, type Tolerance } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface SeedCase {
  readonly id: string;
  readonly expect: Nested;
  readonly tol: Tolerance;
  readonly valid_inputs?: { readonly scalar: readonly number[]; readonly one_by_one: readonly number[] };
}

const f32 = (data: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  np.array(data as number[], { dtype: "float32" });

const quadratic = (x: Tensor, a: Tensor, b: Tensor, c: Tensor): Tensor =>
  np.add(np.add(np.multiply(a, np.power(x, 2)), np.multiply(b, x)), c);
const [a, b, c] = [f32(1), f32(-2), f32(1)];
const q = (x: Tensor): Tensor => quadratic(x, a, b, c);

const square = (x: Tensor): Tensor => np.multiply(x, x);
const fourth = (x: Tensor): Tensor => square(square(x));
const summed =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    np.sum(f(x));
const dot = (x: Tensor): Tensor => np.multiply(2, np.tensordot(x, x, 1));
const range = np.arange(4, { dtype: "float32" });
const column = np.reshape(range, [4, 1]);

/** Ordinary JavaScript control flow on traced values. */
const piecewise = (x: Tensor): Tensor => {
  let y = np.multiply(x, 2);
  while (np.norm(y).item() < 1000) y = np.multiply(y, 2);
  return np.sum(y).item() > 0 ? y : np.multiply(100, y);
};

const descend = (steps: number): { readonly x: Tensor; readonly y: Tensor } => {
  const slope = valueAndGrad(q);
  let x = f32(0);
  let y = x;
  for (let i = 0; i < steps; i++) {
    const [value, gradient] = slope(x);
    y = value;
    x = np.subtract(x, np.multiply(0.01, gradient));
  }
  return { x, y };
};

const secondAt = (x: number): unknown => ({
  first: grad(square)(f32(x)),
  second: grad(grad(square))(f32(x)),
});

const results: Readonly<Record<string, (theCase: SeedCase) => unknown>> = {
  quad_dx: () => grad(q)(f32(0)),
  quad_all: () => {
    const [x, da, db, dc] = grad(quadratic, { argnums: [0, 1, 2, 3] })(f32(0), a, b, c);
    return { x, a: da, b: db, c: dc };
  },
  quad_d2: () => ({ first: grad(q)(f32(0)), second: grad(grad(q))(f32(0)) }),
  chain_3: () => {
    const [, pullback] = vjp((x: Tensor) => [square(x), fourth(x)] as [Tensor, Tensor], [f32(3)]);
    const toY = (): Tensor => pullback([f32(1), f32(0)])[0];
    const toZ = (): Tensor => pullback([f32(0), f32(1)])[0];
    return { dy_dx: toY(), dz_dx: toZ(), dz_dx_again: toZ() };
  },
  square_3: () => grad(square)(f32(3)),
  square_3_second: () => secondAt(3),
  square_5_second: () => secondAt(5),
  watch_one: () => {
    const w = f32(2);
    const both = (x: Tensor): Tensor => np.add(np.power(x, 2), np.multiply(0, np.power(w, 3)));
    return { dy_dx: grad(both)(f32(2)), dz_dw: null };
  },
  batch_jacobian: () =>
    vmap(jacrev(square))(
      f32([
        [1, 2],
        [3, 4],
      ]),
    ),
  batch_jacobian_rows: () => {
    const x = f32([
      [1, 2],
      [3, 4],
    ]);
    const [first, second] = np.eye(2, 2, { dtype: "float32" }).toArray() as [number[], number[]];
    return { x, e0: first, e1: np.multiply(2, f32(second)) };
  },
  stop_recording: () => {
    const gradient = grad((x: Tensor) => stopGradient(square(x)))(f32(4));
    return gradient.item() === 0 ? null : gradient;
  },
  range4: () => range,
  dot_2xx: () => {
    const [value, gradient] = valueAndGrad(dot)(range);
    return { value, grad: gradient, grad_equals_4x: np.equal(gradient, np.multiply(4, range)) };
  },
  sum_grad: () => grad((x: Tensor) => np.sum(x))(range),
  sum_x2_grad: () => grad(summed(square))(range),
  matmul_2xtx: () => {
    const [value, pullback] = vjp((x: Tensor) => np.multiply(2, np.matmul(np.transpose(x), x)), [column]);
    return { value, grad: pullback(np.onesLike(value))[0] };
  },
  stop_gradient: () => {
    const gradient = grad(summed((x) => np.multiply(stopGradient(square(x)), x)))(range);
    return { grad: gradient, equals_u: np.equal(gradient, square(range)) };
  },
  stop_gradient_y: () => {
    const gradient = grad(summed(square))(range);
    return { grad: gradient, equals_2x: np.equal(gradient, np.multiply(2, range)) };
  },
  column_chain: () => ({ dz_dx: grad(summed(fourth))(column), dy_dx: grad(summed(square))(column) }),
  control_flow: ({ valid_inputs }) => {
    const each = (inputs: readonly Tensor[]): readonly [Tensor, Tensor] => {
      const slopes = inputs.map((x) => grad(summed(piecewise))(x));
      for (const slope of slopes) expect(slope.toArray()).toEqual((slopes[0] as Tensor).toArray());
      const ratio = np.divide(piecewise(inputs[0] as Tensor), inputs[0] as Tensor);
      return [slopes[0] as Tensor, np.equal(slopes[0] as Tensor, ratio)];
    };
    const [scalar, scalarEquals] = each((valid_inputs?.scalar ?? []).map((x) => f32(x)));
    const [matrix, matrixEquals] = each((valid_inputs?.one_by_one ?? []).map((x) => f32([[x]])));
    return {
      grad_scalar: scalar,
      grad_scalar_equals_f_over_x: scalarEquals,
      grad_1x1: matrix,
      grad_1x1_equals_f_over_x: matrixEquals,
    };
  },
  traced_quad: () => {
    const at = (x: number): unknown => {
      const [y, dy_dx] = valueAndGrad(q)(f32(x));
      return { dy_dx, y };
    };
    return { x0: at(0), x1: at(1) };
  },
  sgd_eager: () => descend(1000),
  sgd_compiled: () => descend(1000),
};

const problems = (theCase: SeedCase): readonly string[] => {
  const result = results[theCase.id.replace("seeds/", "")];
  return result === undefined
    ? ["no such program"]
    : nestedDifferences(result(theCase), theCase.expect, theCase.tol);
};

goldenSuite<SeedCase>("seeds", problems);

describe("gradient descent in float32", () => {
  it("ends at the notebook's number, bit for bit", () => {
    const { x, y } = descend(1000);
    expect(x.dtype).toBe("float32");
    expect(x.item()).toBe(0.9999985694885254);
    expect(y.item()).toBe(0);
  });

  it("has the same derivatives in all nestings of modes", () => {
    expect(hessian(q)(f32(0)).item()).toBe(2);
    expect(jvp(grad(q), [f32(0)], [f32(1)])[1].item()).toBe(2);
    expect(grad((x: Tensor) => jvp(q, [x], [f32(1)])[1])(f32(0)).item()).toBe(2);
  });
});
