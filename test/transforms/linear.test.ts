import { evalShape, jvp, linearize, linearTranspose, np, type Tensor, vjp } from "cotangent";
import { describe, expect, test } from "vitest";

const f = (x: Tensor, y: Tensor): Tensor => np.multiply(np.sin(x), y);

describe("jvp, vjp, linearize, linearTranspose", () => {
  test("jvp gives the value and the derivative along the tangents", () => {
    const [out, tangent] = jvp(f, [0.5, 2], [1, 10]);
    expect(out.item()).toBe(Math.sin(0.5) * 2);
    expect(tangent.item()).toBeCloseTo(Math.cos(0.5) * 2 + Math.sin(0.5) * 10, 14);
  });

  test("a pullback may be called any number of times and gives one cotangent for each argument", () => {
    const [out, pullback] = vjp(f, [0.5, 2]);
    expect(out.item()).toBe(Math.sin(0.5) * 2);
    for (const scale of [1, 3, 1]) {
      const [dx, dy] = pullback(scale);
      expect(dx.item()).toBeCloseTo(scale * Math.cos(0.5) * 2, 14);
      expect(dy.item()).toBeCloseTo(scale * Math.sin(0.5), 14);
    }
  });

  test("several outputs, in any order of queries", () => {
    const [[y, z], pullback] = vjp(
      (x: Tensor): [Tensor, Tensor] => {
        const square = np.multiply(x, x);
        return [square, np.multiply(square, square)];
      },
      [3],
    );
    expect([y.item(), z.item()]).toEqual([9, 81]);
    expect(pullback([0, 1])[0].item()).toBe(108);
    expect(pullback([1, 0])[0].item()).toBe(6);
    expect(pullback([0, 1])[0].item()).toBe(108);
  });

  test("linearize repeats only the linear work", () => {
    let calls = 0;
    const [out, push] = linearize(
      (x: Tensor) => {
        calls++;
        return np.exp(x);
      },
      [1],
    );
    expect(out.item()).toBe(Math.E);
    expect([1, 2, -1].map((t) => push(t).item())).toEqual([Math.E, 2 * Math.E, -Math.E]);
    expect(calls).toBe(1);
  });

  test("hasAux comes third", () => {
    const g = (x: Tensor): [Tensor, string] => [np.sin(x), "aux"];
    expect(jvp(g, [0], [1], { hasAux: true })[2]).toBe("aux");
    expect(vjp(g, [0], { hasAux: true })[2]).toBe("aux");
    expect(linearize(g, [0], { hasAux: true })[2]).toBe("aux");
  });

  test("linearTranspose transposes a linear function, known from shapes alone", () => {
    const m = np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const product = (v: Tensor): Tensor => np.matmul(m, v);
    expect(linearTranspose(product, [np.zeros([3])])(np.array([1, 10]))[0].toArray()).toEqual([41, 52, 63]);
    const spec = evalShape((v: Tensor) => v)(np.zeros([3]));
    expect(linearTranspose(product, [spec])(np.array([1, 10]))[0].toArray()).toEqual([41, 52, 63]);
  });

  test("integer arguments pass through with zero cotangents", () => {
    const pick = (x: Tensor, i: Tensor): Tensor => np.take(x, i, { axis: 0 });
    const [, pullback] = vjp(pick, [np.array([1, 2, 3]), np.array([2, 2], { dtype: "int32" })]);
    const [dx, di] = pullback(np.array([1, 10]));
    expect(dx.toArray()).toEqual([0, 0, 11]);
    expect(di.toArray()).toEqual([0, 0]);
  });
});
