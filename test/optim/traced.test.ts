/** Minimisers under jit and vmap, and the derivatives of minima: whole runs as one operation. */
import { ArgumentError, grad, jacfwd, jit, np, type Tensor, vmap } from "cotangent";
import * as optim from "cotangent/optim";
import { Variable } from "cotangent/tape";
import { describe, expect, it } from "vitest";

const T = (x: unknown): Tensor => x as Tensor;
/** sum (exp(x) - c x), least where x = log c, with the value sum (c - c log c). */
const bowl =
  (c: unknown) =>
  (x: Tensor): Tensor =>
    T(np.sum(np.sub(np.exp(x), np.mul(T(c), x))));
const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [np.slice(x, 0), np.slice(x, 1)];
  return T(np.add(np.square(np.sub(1, a)), np.mul(100, np.square(np.sub(b, np.square(a))))));
};
const residuals =
  (c: unknown) =>
  (x: Tensor): Tensor =>
    T(np.sub(np.exp(x), T(c)));
const start = T(np.array([-1.2, 1]));
const plain = (found: object): unknown =>
  JSON.parse(
    JSON.stringify(found, (key, value) =>
      key === "reason" ? undefined : value?.toArray ? value.toArray() : value,
    ),
  );

const minimisers = { lbfgs: optim.lbfgs, newtonCg: optim.newtonCg };

describe.each(Object.entries(minimisers))("%s", (name, minimiser) => {
  it("under jit gives what it gives, to the bit, with all that it tells", () => {
    const eager = minimiser(rosenbrock, start);
    const compiled = jit((x: Tensor) => {
      const { reason, ...numbers } = minimiser(rosenbrock, x);
      expect(reason).toBe("traced");
      return numbers as never;
    });
    expect(plain(compiled(start))).toEqual(plain(eager));
    const { compiles } = compiled.stats();
    expect(plain(compiled(T(np.array([2, 2]))))).toEqual(plain(minimiser(rosenbrock, T(np.array([2, 2])))));
    expect(compiled.stats().compiles).toBe(compiles);
  });

  it("under vmap runs for each example", () => {
    const starts = T(
      np.array([
        [-1.2, 1],
        [2, 2],
        [0, 0],
      ]),
    );
    const found = vmap((x: Tensor) => minimiser(rosenbrock, x).x)(starts).toArray() as number[][];
    expect(found).toEqual(
      [...[0, 1, 2]].map((k) => minimiser(rosenbrock, T(np.slice(starts, k))).x.toArray()),
    );
    const none = vmap((x: Tensor) => minimiser(rosenbrock, x).x)(T(np.zeros([0, 2])));
    expect(none.shape).toEqual([0, 2]);
  });

  it("of functions that close over what is traced, with their derivatives in it", () => {
    const least = jit((c: Tensor) => minimiser(bowl(c), T(np.zeros([2]))).x);
    const c = T(np.array([2, 5]));
    const close = (got: Tensor, expected: readonly unknown[]): void =>
      expect(np.allclose(got, expected as never, { rtol: 1e-7, atol: 1e-9 }), String(got)).toBe(true);
    close(least(c), [Math.log(2), Math.log(5)]);
    close(jacfwd(least)(c), [
      [1 / 2, 0],
      [0, 1 / 5],
    ]);
    close(jacfwd(jit(least))(c), [
      [1 / 2, 0],
      [0, 1 / 5],
    ]);
    close(vmap(least)(T(np.stack([c, np.mul(c, 2)] as never))), [
      [Math.log(2), Math.log(5)],
      [Math.log(4), Math.log(10)],
    ]);
    // the value moves by the envelope theorem: d/dc (c - c log c) = -log c
    const value = jit((d: Tensor) => T(minimiser(bowl(d), T(np.zeros([2]))).value));
    close(grad(value)(c), [-Math.log(2), -Math.log(5)]);
    close(grad((d: Tensor) => T(np.sum(np.square(least(d)))))(c), [Math.log(2), (2 * Math.log(5)) / 5]);
    // d2/dc2 log c = -1 / c^2
    close(grad((d: Tensor) => T(np.sum(grad((e: Tensor) => T(np.sum(least(e))))(d))))(c), [-1 / 4, -1 / 25]);
    // nothing depends on where it began
    expect(
      grad((x: Tensor) => T(np.sum(jit((y: Tensor) => minimiser(bowl(c), y).x)(x))))(start).toArray(),
    ).toEqual([0, 0]);
  });

  it("goes over trees, reads Variables, and reports to onIteration", () => {
    const target = new Variable([1, 3]);
    const seen: number[] = [];
    const solved = jit(
      (p: { readonly w: Tensor }) =>
        minimiser(({ w }: { readonly w: Tensor }) => T(np.sum(np.cosh(np.sub(w, target)))), p, {
          onIteration: ({ iteration, x }) => {
            expect(Object.keys(x)).toEqual(["w"]);
            seen.push(iteration);
          },
        }).x,
    );
    expect(np.allclose(solved({ w: T(np.zeros([2])) }).w, [1, 3])).toBe(true);
    expect(seen[0]).toBe(1);
    const { compiles } = solved.stats();
    target.assign([4, 5]);
    expect(np.allclose(solved({ w: T(np.zeros([2])) }).w, [4, 5])).toBe(true);
    expect(solved.stats().compiles).toBe(compiles);
  });

  it("checks its options all the same", () => {
    expect(() => jit((x: Tensor) => minimiser(rosenbrock, x, { maxIterations: -1 }).x)(start)).toThrow(
      ArgumentError,
    );
    expect(name).toMatch(/lbfgs|newtonCg/);
  });
});

describe("leastSquares", () => {
  it.each(["lm", "gauss-newton"] as const)(
    "%s under jit and vmap, to the bit, and through its minimum",
    (method) => {
      const solved = (c: unknown, x: Tensor) => optim.leastSquares(residuals(c), x, { method });
      const c = T(np.array([2, 5]));
      const x0 = T(np.zeros([2]));
      const eager = solved(c, x0);
      const compiled = jit((x: Tensor) => {
        const { reason, ...numbers } = solved(c, x);
        expect(reason).toBe("traced");
        return numbers as never;
      });
      expect(plain(compiled(x0))).toEqual(plain(eager));
      const least = jit((d: Tensor) => solved(d, x0).x);
      expect(
        np.allclose(
          jacfwd(least)(c),
          [
            [1 / 2, 0],
            [0, 1 / 5],
          ] as never,
          { rtol: 1e-7 },
        ),
      ).toBe(true);
      expect(
        np.allclose(vmap(least)(T(np.stack([c, c] as never))), np.stack([np.log(c), np.log(c)] as never)),
      ).toBe(true);
    },
  );
});
