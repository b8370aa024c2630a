/** Classical test problems of optimisation: values, gradients, Hessians, residuals and Jacobians; and their minima. */
import { grad, hessian, jacfwd, jacrev, np, type Tensor, valueAndGrad } from "cotangent";
import { type Data, problems } from "./problems.js";
import {
  differences,
  numberDifferences,
  type ReferenceTensor,
  type Tolerance,
  toTensor,
} from "./reference.js";
import { goldenSuite } from "./suite.js";

interface Point {
  readonly x: ReferenceTensor;
  readonly f: number;
  readonly grad: ReferenceTensor;
  readonly hessian?: ReferenceTensor;
  readonly residuals?: ReferenceTensor;
  readonly jacobian?: ReferenceTensor;
}
interface Minimum {
  readonly x: ReferenceTensor;
  readonly f: number;
}
interface OptimCase {
  readonly id: string;
  readonly name: string;
  readonly kind: "residuals" | "scalar";
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly points: readonly Point[];
  readonly minima: readonly Minimum[];
  readonly tol: { readonly f: Tolerance; readonly grad: Tolerance; readonly hessian: Tolerance };
}

type Function_ = (x: Tensor) => Tensor;

const pointProblems = (f: Function_, residuals: Function_, point: Point, tol: OptimCase["tol"]) => {
  const x = toTensor(point.x);
  const [value, gradient] = valueAndGrad(f)(x);
  const optional = (what: string, got: () => Tensor, r: ReferenceTensor | undefined, t: Tolerance) =>
    r === undefined ? [] : differences(what, got(), r, t);
  return [
    ...numberDifferences("f", value.item(), point.f, tol.f),
    ...differences("gradient", gradient, point.grad, tol.grad),
    ...optional("Hessian", () => hessian(f)(x), point.hessian, tol.hessian),
    ...optional("residuals", () => residuals(x), point.residuals, tol.f),
    ...optional("jacfwd", () => jacfwd(residuals)(x), point.jacobian, tol.grad),
    ...optional("jacrev", () => jacrev(residuals)(x), point.jacobian, tol.grad),
  ];
};

/** A minimum: its value, and a gradient so small that one more step of Newton moves f by less than its tolerance. */
const minimumProblems = (f: Function_, minimum: Minimum, tol: OptimCase["tol"]): readonly string[] => {
  const x = toTensor(minimum.x);
  const gradient = grad(f)(x);
  const curvature = np.diagonal(hessian(f)(x));
  // |g_i| / sqrt(H_ii) <= sqrt(f tolerance): the drop g^2 / (2 H) along each axis is within it
  const drop = np.max(np.div(np.square(gradient), np.maximum(curvature, 1e-300))).item();
  const [rtol, atol] = tol.f;
  return [
    ...numberDifferences("f at the minimum", f(x).item(), minimum.f, tol.f),
    ...(drop <= atol + rtol * Math.abs(minimum.f) ? [] : [`not stationary: f can drop by ${drop}`]),
  ];
};

const check = ({ name, kind, data, points, minima, tol }: OptimCase): readonly string[] => {
  const problem = problems[name];
  if (problem === undefined) return [`no problem ${name}`];
  const arrays = Object.fromEntries(
    Object.entries(data).map(([key, xs]) => [key, np.array(xs)]),
  ) as Partial<Data> as Data;
  const direct: Function_ = (x) => problem(x, arrays);
  const f: Function_ = kind === "scalar" ? direct : (x) => np.sum(np.square(direct(x)));
  return [
    ...points.flatMap((point) => pointProblems(f, direct, point, tol)),
    ...minima.flatMap((minimum) => minimumProblems(f, minimum, tol)),
  ];
};

goldenSuite<OptimCase>("optim", check);
