/** Outputs printed in JAX's documentation, in float32. */
import { grad, hessian, jacfwd, jacrev, jvp, linearize, np, type Tensor, vjp, vmap } from "cotangent";
import { type Nested, nestedDifferences, type Tolerance } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface DocumentedCase {
  readonly id: string;
  readonly expect: Nested;
  readonly tol: Tolerance;
}

const f32 = (data: number | readonly number[]): Tensor => np.array(data as number[], { dtype: "float32" });
const parts = (x: Tensor): [Tensor, Tensor, Tensor] => np.unstack(x) as [Tensor, Tensor, Tensor];

const four = (x: Tensor): Tensor => {
  const [x0, x1, x2] = parts(x);
  return np.stack([
    x0,
    np.mul(5, x2),
    np.sub(np.mul(4, np.square(x1)), np.mul(2, x2)),
    np.mul(x2, np.sin(x0)),
  ]);
};
const polynomial = (x: Tensor): Tensor => {
  const [x0, x1] = parts(x);
  return np.sub(np.sub(np.power(x0, 3), np.mul(np.mul(2, x0), x1)), np.power(x1, 6));
};
const wave = (x: Tensor): Tensor => np.add(np.mul(3, np.sin(x)), np.cos(np.div(x, 2)));

const results: Readonly<Record<string, () => unknown>> = {
  grad_tanh: () => grad(np.tanh)(f32(0.2)),
  grad_tanh2: () => grad(np.tanh)(f32(2)),
  grad2_tanh2: () => grad(grad(np.tanh))(f32(2)),
  jacfwd: () => jacfwd(four)(f32([1, 2, 3])),
  jacrev: () => jacrev(four)(f32([1, 2, 3])),
  hessian: () => hessian(polynomial)(f32([1, 2])),
  jvp_sin: () => jvp(np.sin, [f32(0.1)], [f32(0.2)]),
  linearize: () => {
    const [y, push] = linearize(wave, [f32(2)]);
    return { y, t3: push(f32(3)), t4: push(f32(4)) };
  },
  sin_cos: () => np.sin(np.cos(f32(3))),
  selu_pow: () => {
    const square = (x: Tensor): Tensor => np.power(x, 2);
    return square(square(square(np.arange(4, { dtype: "int32" }))));
  },
  vmap_in_axes: () => {
    const add = (a: Tensor, b: Tensor, x: Tensor): Tensor => np.add(np.add(a, b), x);
    return vmap(add, { inAxes: [null, 0, null] })(f32(0), f32([0, 1, 2, 3, 4]), f32(1));
  },
  vmap_shape: () => {
    const product = (x: Tensor, y: Tensor, z: Tensor): Tensor => np.matmul(np.matmul(x, y), z);
    const stacks = [np.ones([6, 2, 3]), np.ones([3, 6, 4]), np.ones([4, 5, 6])] as [Tensor, Tensor, Tensor];
    return vmap(product, { inAxes: [0, 1, 2] })(...stacks).shape;
  },
  vgrad: () => {
    const ones = np.ones([2, 2], { dtype: "float32" });
    return vjp((x: Tensor) => np.mul(3, np.square(x)), [ones])[1](ones)[0];
  },
};

const problems = ({ id, expect, tol }: DocumentedCase): readonly string[] => {
  const result = results[id.replace("jaxdocs/", "")];
  return result === undefined ? ["no such program"] : nestedDifferences(result(), expect, tol);
};

goldenSuite<DocumentedCase>("jaxdocs", problems);
