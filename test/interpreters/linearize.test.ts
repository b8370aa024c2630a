/**
 * Linearization and transposition: known zeros cost nothing, residuals are what the derivative needs, a long chain
 * needs no stack, and the linear map may be used again and again.
 */
import { describe, expect, it } from "vitest";
import { TraceTag } from "../../src/graph/context.js";
import { residuals } from "../../src/graph/graph.js";
import {
  grad,
  jvp,
  LinearityError,
  linearize,
  linearTranspose,
  np,
  stopGradient,
  type Tensor,
  vjp,
} from "../../src/index.js";
import { linearizeFlat } from "../../src/interpreters/linearize.js";
import { transposeGraph } from "../../src/interpreters/transpose.js";
import * as lax from "../../src/lax/index.js";
import { matchers } from "../../src/testing/index.js";

expect.extend(matchers);

const T = (x: unknown): Tensor => x as Tensor;
const x = T(np.array([0.3, -0.4, 0.5]));

const linearized = (f: (...xs: Tensor[]) => Tensor, ins: readonly Tensor[], active = ins.map(() => true)) =>
  linearizeFlat((list) => [f(...list)], ins, active, new TraceTag("test", { name: "f" }));

describe("the linear graph", () => {
  it("holds only what depends on tangents", () => {
    const { graph } = linearized((y) => T(np.mul(np.exp(np.sin(x)), y)), [x]);
    expect(graph.equations.map((e) => e.primitive.name)).toEqual(["mul"]);
    expect(residuals(graph)).toHaveLength(1);
  });

  it("of a linear function has no residuals", () => {
    const { graph } = linearized((y) => T(np.sum(np.reshape(np.add(y, np.flip(y)), [3, 1]))), [x]);
    expect(residuals(graph)).toHaveLength(0);
  });

  it("is empty where nothing moves", () => {
    const { graph } = linearized((y) => T(np.mul(stopGradient(y), 2)), [x]);
    expect(graph.equations).toHaveLength(0);
    expect(linearized((a) => T(np.sin(a)), [x], [false]).graph.equations).toHaveLength(0);
  });

  it("gives null for what no cotangent reaches", () => {
    const { graph } = linearized((a) => T(np.sin(a)), [x, x]);
    const [first, second] = transposeGraph(graph, [T(np.ones([3]))]);
    expect(first).toBeAllClose(np.cos(x));
    expect(second).toBeNull();
    expect(transposeGraph(graph, [null])).toEqual([null, null]);
  });

  it("accumulates the cotangents of a value used twice", () => {
    const g = grad(((y: Tensor) => T(np.add(np.sum(np.mul(y, y)), np.sum(y)))) as never)(x as never);
    expect(g).toBeAllClose(np.add(np.mul(2, x), 1));
  });
});

it("linear maps may be used many times, and in any order", () => {
  const f = (y: Tensor): Tensor => T(np.tanh(np.mul(y, y)));
  const push = linearize(f, [x])[1] as unknown as (dx: Tensor) => Tensor;
  const pull = vjp(f, [x])[1] as unknown as (ct: Tensor) => [Tensor];
  const [a, b] = [T(np.array([1, 0, 2])), T(np.array([-1, 3, 0.5]))];
  const along = (dx: Tensor): Tensor => T(jvp(f, [x], [dx])[1]);
  for (const dx of [a, b, a]) expect(push(dx)).toBeAllClose(along(dx), { rtol: 1e-14 });
  for (const ct of [b, a, b]) expect(pull(ct)[0]).toBeAllClose(along(ct), { rtol: 1e-14 }); // f acts on each element
});

describe("linearTranspose", () => {
  it("is the transposed matrix", () => {
    const a = T(
      np.array([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    const transpose = linearTranspose((y: Tensor) => T(np.matmul(a, y)), [x]) as unknown as (
      ct: Tensor,
    ) => [Tensor];
    expect(transpose(T(np.array([1, -1])))[0]).toBeAllClose([-3, -3, -3]);
  });
  it("refuses what is not linear", () => {
    for (const f of [
      lax.sin,
      (y: Tensor) => T(np.mul(y, y)),
      (y: Tensor) => lax.div(T(np.ones([3])), y),
      (y: Tensor) => lax.reduceMax(y, [0]),
    ]) {
      const transpose = (): unknown =>
        (linearTranspose(f as never, [x] as never) as unknown as (ct: unknown) => unknown)(f(x));
      expect(transpose).toThrow(LinearityError);
    }
  });
});

describe("a long chain", () => {
  it("is differentiated without recursion", () => {
    // under TEST_JIT it is compiled too, which takes its time
    const length = process.env.TEST_JIT === undefined ? 200_000 : 20_000;
    const f = (y: Tensor): Tensor => {
      let z = y;
      for (let i = 0; i < length; i++) z = lax.sin(z);
      return z;
    };
    let [value, slope] = [0.7, 1];
    for (let i = 0; i < length; i++) [value, slope] = [Math.sin(value), slope * Math.cos(value)];
    expect(T(grad(f as never)(0.7 as never)).item()).toBeCloseTo(slope, 12);
  });
});
