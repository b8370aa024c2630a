/** Derivatives of orders 0 to 5 against symbolic ones, by nested reverse mode and by nested forward mode. */
import { grad, jvp, type Tensor } from "cotangent";
import { type Expression, evaluate } from "./expressions.js";
import { type Element, numberDifferences } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface HigherCase {
  readonly id: string;
  readonly expr: Expression;
  readonly points: readonly { readonly x: number; readonly d: readonly Element[] }[];
  readonly tol: { readonly rtol: readonly number[]; readonly atol: readonly number[] };
}

type Scalar = (x: Tensor) => Tensor;

const modes: Readonly<Record<string, (f: Scalar) => Scalar>> = {
  reverse: (f) => (x) => grad(f)(x),
  forward: (f) => (x) => jvp(f, [x], [1])[1] as Tensor,
};

const problems = ({ expr, points, tol }: HigherCase): readonly string[] =>
  Object.entries(modes).flatMap(([mode, derivative]) => {
    let f: Scalar = (x) => evaluate(expr, { x });
    return Array.from({ length: 6 }, (_, order) => {
      const current = f;
      f = derivative(f);
      return points.flatMap(({ x, d }) =>
        numberDifferences(
          `${mode} derivative ${order} at ${x}`,
          current(x as unknown as Tensor).item(),
          d[order] as Element,
          [tol.rtol[order] as number, tol.atol[order] as number],
        ),
      );
    }).flat();
  });

goldenSuite<HigherCase>("higher", problems);
