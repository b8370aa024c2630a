/** Random programs: values, first derivatives in both modes, Hessians, directional derivatives to order three. */
import { grad, hessian, jacfwd, jacrev, jvp, np, type Tensor, vjp } from "cotangent";
import { describe, expect, it } from "vitest";
import { type Expression, evaluate, logdetIpg } from "./expressions.js";
import {
  differences,
  numberDifferences,
  type ReferenceTensor,
  type Tolerance,
  toTensor,
} from "./reference.js";
import { goldenSuite } from "./suite.js";

type Named<T> = Readonly<Record<string, T>>;

interface Program {
  readonly id: string;
  readonly inputs: readonly { readonly name: string; readonly value: ReferenceTensor }[];
  readonly expr: Expression;
  readonly value: ReferenceTensor;
  readonly jvp: { readonly tangents: Named<ReferenceTensor>; readonly out: ReferenceTensor | number };
  readonly grad?: Named<ReferenceTensor>;
  readonly hessian?: ReferenceTensor;
  readonly d2_dir?: number;
  readonly d3_dir?: number;
  readonly third?: number;
  readonly jacobian?: ReferenceTensor;
  readonly vjp?: { readonly cotangent: ReferenceTensor; readonly grads: Named<ReferenceTensor> };
  readonly tol: { readonly out: Tolerance; readonly d: Tolerance };
}

type Inputs = Readonly<Record<string, Tensor>>;
type Scalar = (inputs: Inputs) => Tensor;

const tensors = (references: Named<ReferenceTensor>): Inputs =>
  Object.fromEntries(Object.entries(references).map(([name, reference]) => [name, toTensor(reference)]));

/** f's derivative along `v`, itself a function that can be differentiated. */
const directional =
  (f: Scalar, v: Inputs): Scalar =>
  (inputs) =>
    jvp(f, [inputs], [v])[1] as Tensor;

/** A tree of blocks as one matrix of `rows` rows: what belongs to one input side by side, in the order given. */
const sideBySide = (blocks: Inputs, names: readonly string[], rows: number): Tensor =>
  np.concatenate(
    names.map((name) => np.reshape(blocks[name] as Tensor, [rows, -1])),
    { axis: 1 },
  );

const gradientProblems = (f: Scalar, inputs: Inputs, program: Program): readonly string[] => {
  const names = program.inputs.map(({ name }) => name);
  const { tol } = program;
  const reverse = grad(f)(inputs);
  const forward = jacfwd(f)(inputs) as unknown as Inputs;
  const found = names.flatMap((name) => {
    const r = program.grad?.[name] as ReferenceTensor;
    return [
      ...differences(`grad ${name}`, reverse[name], r, tol.d),
      ...differences(`jacfwd ${name}`, forward[name], r, tol.d),
    ];
  });

  const blocks = hessian(f)(inputs) as unknown as Readonly<Record<string, Inputs>>;
  const matrix = np.concatenate(
    names.map((name) => sideBySide(blocks[name] as Inputs, names, (inputs[name] as Tensor).size)),
  );
  return [...found, ...differences("Hessian", matrix, program.hessian as ReferenceTensor, tol.d)];
};

const directionalProblems = (f: Scalar, inputs: Inputs, v: Inputs, program: Program): readonly string[] => {
  const { d2_dir, d3_dir, third, tol } = program;
  const second = directional(directional(f, v), v);
  const thirdOf = (name: string): Tensor => {
    const g = (x: Tensor): Tensor => f({ [name]: x });
    return grad(grad(grad(g)))(inputs[name] as Tensor);
  };
  return [
    ...numberDifferences("second along v", second(inputs).item(), d2_dir as number, tol.d),
    ...numberDifferences("third along v", directional(second, v)(inputs).item(), d3_dir as number, tol.d),
    ...(third === undefined
      ? []
      : numberDifferences("third", thirdOf(program.inputs[0]?.name as string).item(), third, tol.d)),
  ];
};

const jacobianProblems = (f: Scalar, inputs: Inputs, program: Program): readonly string[] => {
  const names = program.inputs.map(({ name }) => name);
  const { value, jacobian, tol } = program;
  const size = value.data.length;
  const [, pullback] = vjp(f, [inputs]);
  const [grads] = pullback(toTensor(program.vjp?.cotangent as ReferenceTensor)) as unknown as [Inputs];
  return [
    ...[jacrev, jacfwd].flatMap((jacobianOf) =>
      differences(
        jacobianOf === jacrev ? "jacrev" : "jacfwd",
        sideBySide(jacobianOf(f)(inputs) as unknown as Inputs, names, size),
        jacobian as ReferenceTensor,
        tol.d,
      ),
    ),
    ...names.flatMap((name) =>
      differences(`vjp ${name}`, grads[name], program.vjp?.grads[name] as ReferenceTensor, tol.d),
    ),
  ];
};

const problems = (program: Program): readonly string[] => {
  const inputs = Object.fromEntries(program.inputs.map(({ name, value }) => [name, toTensor(value)]));
  const f: Scalar = (variables) => evaluate(program.expr, variables);
  const v = tensors(program.jvp.tangents);
  const { tol } = program;
  const along = directional(f, v)(inputs);
  const { out } = program.jvp;
  return [
    ...differences("value", f(inputs), program.value, tol.out),
    ...(typeof out === "number"
      ? numberDifferences("jvp", along.item(), out, tol.d)
      : differences("jvp", along, out, tol.d)),
    ...(program.jacobian === undefined
      ? [...gradientProblems(f, inputs, program), ...directionalProblems(f, inputs, v, program)]
      : jacobianProblems(f, inputs, program)),
  ];
};

goldenSuite<Program>("compose", problems);

describe("the expression language", () => {
  it("takes log det(I + A A^T) by elimination", () => {
    // I + A A^T = [[6, 5], [5, 11]], determinant 41
    const a = np.array([
      [1, 2],
      [-1, 3],
    ]);
    expect(np.matmul(a, a.T).toArray()).toEqual([
      [5, 5],
      [5, 10],
    ]);
    expect(logdetIpg(a).item()).toBeCloseTo(Math.log(6 * 11 - 25), 12);
  });
});
