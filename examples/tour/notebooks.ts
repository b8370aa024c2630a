/**
 * What published TensorFlow and PyTorch notebooks on automatic differentiation print, computed by functions of
 * functions. All in float32, as there; comparisons are exact.
 */
import {
  elementwiseGrad,
  grad,
  jacrev,
  np,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { type Part, type Row, table } from "./report.js";

type Scalar = Tensor<[], "float32">;
const float32 = (value: number): Scalar => np.array(value, { dtype: "float32" });

const square = (x: Scalar): Scalar => np.mul(x, x);
/** a x^2 + b x + c */
const quadratic = (x: Scalar, a: Scalar, b: Scalar, c: Scalar): Scalar =>
  np.add(np.add(np.mul(a, np.pow(x, 2)), np.mul(b, x)), c);
const [one, minusTwo] = [float32(1), float32(-2)];
const f = (x: Scalar): Scalar => quadratic(x, one, minusTwo, one);

const scalars = (): readonly Row[] => {
  // y = x^2 and z = y^2, asked for as often as one likes
  const [, pullback] = vjp((x: Scalar) => [square(x), square(square(x))] as const, [float32(3)]);
  const query = (dy: number, dz: number): Tensor => pullback([float32(dy), float32(dz)])[0];
  const [slope, curvature] = valueAndGrad(grad(f))(float32(0));
  const n = [0, 1, 2, 3, 4, 5, 6];
  const powerRule = n.flatMap((k) =>
    [0, 2, -3].map((x) => {
      const derivative = k === 0 ? 0 : k * x ** (k - 1);
      return grad((v: Scalar) => np.pow(v, k))(float32(x)).item() === derivative;
    }),
  );
  const unconnected = grad((x: Scalar, _w: Scalar) => square(x), { argnums: [0, 1] })(float32(2), float32(5));
  return [
    { id: 1, what: "grad(f)(0), f = ax^2 + bx + c", prints: "-2.0", ours: [grad(f)(float32(0))] },
    {
      id: 2,
      what: "grad(f, { argnums: [0, 1, 2, 3] })",
      prints: "-2.0 0.0 0.0 1.0",
      ours: grad(quadratic, { argnums: [0, 1, 2, 3] })(float32(0), one, minusTwo, one),
    },
    { id: 3, what: "grad(f)(0), grad(grad(f))(0)", prints: "-2.0 2.0", ours: [slope, curvature] },
    {
      id: 4,
      what: "vjp of [y = x^2, z = y^2]: y, z, z",
      prints: "6.0 108.0 108.0",
      ours: [query(1, 0), query(0, 1), query(0, 1)],
    },
    { id: 6, what: "grad(square)(3), a variable", prints: "6.0", ours: [grad(square)(float32(3))] },
    { id: 7, what: "grad(square)(3), a constant", prints: "6.0", ours: [grad(square)(float32(3))] },
    {
      id: 8,
      what: "grad, grad(grad) of square at 3",
      prints: "6.0 2.0",
      ours: [grad(square)(float32(3)), grad(grad(square))(float32(3))],
    },
    { id: 9, what: "vjp of [y, z] again: z, y", prints: "108.0 6.0", ours: [query(0, 1), query(1, 0)] },
    { id: 10, what: "grad(square)(3), PyTorch", prints: "tensor(6.)", ours: [grad(square)(float32(3))] },
    {
      id: 12,
      what: "grad, grad(grad) of square at 5",
      prints: "10.0 2.0",
      ours: [grad(square)(float32(5)), grad(grad(square))(float32(5))],
    },
    {
      id: 13,
      what: "grad(x^n) == n x^(n-1), 21 pairs",
      prints: "True",
      ours: [np.array(powerRule.every((holds) => holds))],
    },
    { id: 14, what: "x used, w not: grad by both", prints: "4.0 None", ours: unconnected },
  ];
};

const arrays = (): readonly Row[] => {
  const x = np.arange(4, { dtype: "float32" });
  const column = np.reshape(x, [4, 1]);
  const pairs = np.array(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: "float32" },
  );
  const diagonal = np.diag(np.slice(pairs, 0));
  const product = (v: Tensor): Tensor => np.mul(v, v);
  const twiceDot = (v: Tensor): Tensor => np.mul(2, np.tensordot(v, v, 1));
  const unrecorded = grad((x: Scalar) => stopGradient(square(x)))(float32(4));
  const [y, dy] = valueAndGrad(twiceDot)(x);
  const gram = (v: Tensor): Tensor => np.mul(2, np.matmul(np.transpose(v), v));
  const [g, pullback] = vjp(gram, [column]);
  const held = (v: Tensor): Tensor => np.mul(stopGradient(product(v)), v);
  return [
    {
      id: 15,
      what: "vmap(jacrev(square)), batch of 2",
      prints: "[[[2,0],[0,4]],[[6,0],[0,8]]]",
      ours: [vmap(jacrev(product))(pairs)],
    },
    {
      id: 16,
      what: "a matrix; rows of np.diag",
      prints: "[[1,2],[3,4]] [1,0] [0,2]",
      ours: [pairs, np.slice(diagonal, 0), np.slice(diagonal, 1)],
    },
    { id: 18, what: "stopGradient(x^2)", prints: "None", ours: [unrecorded] },
    { id: 19, what: "np.arange(4)", prints: "[0,1,2,3]", ours: [x] },
    { id: 20, what: "valueAndGrad(2 tensordot(x, x))", prints: "28.0 [0,4,8,12]", ours: [y, dy] },
    {
      id: 21,
      what: "np.equal(gradient, 4 x)",
      prints: "[True,True,True,True]",
      ours: [np.equal(dy, np.mul(4, x))],
    },
    { id: 22, what: "grad(np.sum)", prints: "[1,1,1,1]", ours: [grad((v: Tensor) => np.sum(v))(x)] },
    { id: 23, what: "elementwiseGrad(square)", prints: "[0,2,4,6]", ours: [elementwiseGrad(product)(x)] },
    {
      id: 24,
      what: "vjp of 2 matmul(x', x), column x",
      prints: "[[28.]] [[0],[4],[8],[12]]",
      ours: [g, ...pullback(np.onesLike(g))],
    },
    {
      id: 25,
      what: "u = stopGradient(x^2): of u x, x^2",
      prints: "[0,1,4,9] [0,2,4,6]",
      ours: [elementwiseGrad(held)(x), elementwiseGrad(product)(x)],
    },
    {
      id: 26,
      what: "elementwiseGrad of x^4, column x",
      prints: "[[0],[4],[32],[108]]",
      ours: [elementwiseGrad((v: Tensor) => product(product(v)))(column)],
    },
    {
      id: null,
      what: "and of x^2",
      prints: "[[0],[2],[4],[6]]",
      ours: [elementwiseGrad(product)(column)],
    },
  ];
};

/** Control flow that depends on values: plain JavaScript. Linear in x on each piece, so its slope is c / x. */
const pieces = (x: Tensor): Tensor => {
  let b = np.mul(x, 2);
  while (np.norm(b).item() < 1000) b = np.mul(b, 2);
  return np.sum(b).item() > 0 ? b : np.mul(100, b);
};

const rate = 0.01;
const steps = 1000;
/** Gradient descent, with one rounding to float32 for every operation. */
const minimize = (loss: (x: Scalar) => Scalar, start: Scalar): Scalar => {
  const slope = grad(loss);
  return Array.from({ length: steps }).reduce<Scalar>((x) => np.sub(x, np.mul(rate, slope(x))), start);
};

const programs = (): readonly Row[] => {
  const positive = float32(1.5);
  const negative = np.array([[-1.5]], { dtype: "float32" });
  const slopeAt = (x: Tensor): Tensor => elementwiseGrad(pieces)(x);
  const ratioHolds = (x: Tensor): Tensor => np.equal(slopeAt(x), np.div(pieces(x), x));
  // takes integers: the cast is inside
  const both = (x: number): readonly Tensor[] => {
    const [y, dy] = valueAndGrad(f)(np.astype(np.array(x, { dtype: "int32" }), "float32"));
    return [dy, y];
  };
  let x = float32(0);
  for (let step = 0; step < steps; step++) {
    const slope = grad(f)(x);
    x = np.sub(x, np.mul(rate, slope));
  }
  const minimum = minimize(f, float32(0));
  return [
    {
      id: 27,
      what: "grad of while and if, x > 0",
      prints: "1024.0 True",
      ours: [slopeAt(positive), ratioHolds(positive)],
    },
    {
      id: 28,
      what: "the same on [[x]], x < 0",
      prints: "[[102400.]] [[True]]",
      ours: [slopeAt(negative), ratioHolds(negative)],
    },
    {
      id: 29,
      what: "cast, valueAndGrad: at 0, at 1",
      prints: "-2.0 1.0 0.0 0.0",
      ours: [...both(0), ...both(1)],
    },
    { id: 30, what: "1,000 steps of descent: f, x", prints: "0.0 0.99999857", ours: [f(x), x] },
    { id: 31, what: "the same by minimize(f, x)", prints: "0.0 0.99999857", ours: [f(minimum), minimum] },
  ];
};

export const notebooks = (): Part => {
  const { lines, failures } = table([...scalars(), ...arrays(), ...programs()]);
  return {
    lines: [
      ...lines,
      "    11: one install line, nothing to build, nothing to initialise.",
      `    34: float32 is kept; the first answer prints as ${grad(f)(float32(0))}.`,
    ],
    failures,
  };
};
