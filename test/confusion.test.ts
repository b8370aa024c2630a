/**
 * Where interpreters meet: perturbation confusion, closures over tracers at every pair of levels, ordinary control
 * flow on concrete primals, tracers that escape.
 */
import { describe, expect, it } from "vitest";
import {
  checkpoint,
  customJvp,
  customVjp,
  EscapedTracerError,
  grad,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  np,
  type Tensor,
  vjp,
  vmap,
} from "../src/index.js";

type Scalar = (x: Tensor) => Tensor;

/** Derivatives of scalar functions, each by another way through the interpreters. */
const modes: Readonly<Record<string, (f: Scalar) => Scalar>> = {
  grad: (f) => (x) => grad(f as never)(x as never) as Tensor,
  jvp: (f) => (x) => jvp(f, [x], [np.ones([]) as Tensor])[1] as Tensor,
  vjp: (f) => (x) => (vjp(f, [x])[1] as (ct: number) => [Tensor])(1)[0],
  linearize: (f) => (x) => (linearize(f, [x])[1] as unknown as (dx: number) => Tensor)(1),
  jacfwd: (f) => (x) => jacfwd(f as never)(x as never) as unknown as Tensor,
  jacrev: (f) => (x) => jacrev(f as never)(x as never) as unknown as Tensor,
};
const names = Object.keys(modes);
const pairs = names.flatMap((outer) => names.map((inner) => [outer, inner] as const));
const d = (mode: string, f: Scalar): Scalar => (modes[mode] as (f: Scalar) => Scalar)(f);
const at = (f: Scalar, x: number): number => f(np.array(x)).item();

const add = (a: Tensor | number, b: Tensor | number): Tensor => np.add(a, b) as Tensor;
const mul = (a: Tensor | number, b: Tensor | number): Tensor => np.mul(a, b) as Tensor;

describe("perturbations are not confused", () => {
  it.each(pairs)("%s over %s", (outer, inner) => {
    // d/dx x * (d/dy (x + y) at y = 1) = d/dx x = 1, not 2 (Siskind and Pearlmutter, 2005)
    expect(
      at(
        d(outer, (x) => mul(x, d(inner, (y) => add(x, y))(np.array(1)))),
        1,
      ),
    ).toBe(1);
    // d/dx x * (d/dy (x y) at y = 2) = d/dx x^2 = 2x
    expect(
      at(
        d(outer, (x) => mul(x, d(inner, (y) => mul(x, y))(np.array(2)))),
        3,
      ),
    ).toBe(6);
    // the inner derivative does not depend on x although the inner argument does
    expect(
      at(
        d(outer, (x) => d(inner, (y) => mul(3, y))(x)),
        3,
      ),
    ).toBe(0);
    // d/dx (d/dy (x y^2) at y = x) = d/dx 2 x^2 = 4x
    expect(
      at(
        d(outer, (x) => d(inner, (y) => mul(x, mul(y, y)))(x)),
        3,
      ),
    ).toBe(12);
    // the outer variable under the name of the inner one
    expect(
      at(
        d(outer, (x) => d(inner, () => mul(x, x))(x)),
        3,
      ),
    ).toBe(0);
  });

  it.each(pairs)("%s over %s, of a function that returns functions", (outer, inner) => {
    // Manzyuk et al., Perturbation confusion in forward automatic differentiation of higher-order functions, 2019:
    // the derivative at x of an operator applied twice
    const shift = (u: Tensor) => (f: Scalar) => (x: Tensor) => f(add(x, u));
    const derived =
      (f: Scalar): Scalar =>
      (x) =>
        d(outer, (u) => shift(u)(f)(x))(np.array(0));
    const twice =
      (f: Scalar): Scalar =>
      (x) =>
        d(inner, (u) => shift(u)(derived(f))(x))(np.array(0));
    expect(
      at(
        twice((x) => np.exp(x) as Tensor),
        1,
      ),
    ).toBeCloseTo(Math.E, 12);
  });

  it.each(names)("three deep by %s", (mode) => {
    // d/dx d/dy d/dz (x y z + x^2 y z^3) at z = y, y = x: first by hand, then at 2
    const f = d(mode, (x) =>
      d(mode, (y) => d(mode, (z) => add(mul(mul(x, y), z), mul(mul(mul(x, x), y), mul(z, mul(z, z)))))(y))(x),
    );
    // d/dz: x y + 3 x^2 y z^2 at z = y: x y + 3 x^2 y^3; d/dy: x + 9 x^2 y^2 at y = x: x + 9 x^4; d/dx: 1 + 36 x^3
    expect(at(f, 2)).toBe(1 + 36 * 8);
  });
});

type OfTwo = (c: Tensor, x: Tensor) => Tensor;

/**
 * Wrappers that must be invisible: x -> f(c, x) with rules of its own, or recomputed; all close over `c`. What the
 * backward program of customVjp needs of it is passed on as a residual.
 */
const wrappers: Readonly<Record<string, (f: OfTwo, c: Tensor) => Scalar>> = {
  plain: (f, c) => (x) => f(c, x),
  checkpoint: (f, c) => checkpoint((x: Tensor) => f(c, x)) as unknown as Scalar,
  customJvp: (f, c) =>
    customJvp(
      (x: Tensor) => f(c, x),
      ([x], [dx]) =>
        [f(c, x as Tensor), jvp((y: Tensor) => f(c, y), [x as Tensor], [dx as Tensor])[1]] as never,
    ) as unknown as Scalar,
  customVjp: (f, c) =>
    customVjp(
      (x: Tensor) => f(c, x),
      (x: Tensor) => [f(c, x), [c, x]] as [Tensor, [Tensor, Tensor]],
      ([b, x], ct: Tensor) =>
        [mul(ct, grad(f as never, { argnums: 1 })(b as never, x as never) as Tensor)] as never,
    ) as unknown as Scalar,
};

describe.each(Object.keys(wrappers))("a closure over tracers inside %s", (name) => {
  // f(c, x) = sin(c x) + c^2 x; its derivatives by hand
  const f: OfTwo = (c, x) => add(np.sin(mul(c, x)) as Tensor, mul(mul(c, c), x));
  const inner = (c: Tensor): Scalar => (wrappers[name] as (typeof wrappers)[string])(f, c);
  const [c0, x0] = [0.7, 1.3];

  it.each(pairs)("derivative by %s of a derivative by %s", (outer, innermost) => {
    const mixed = d(outer, (c) => d(innermost, inner(c))(np.array(x0)));
    const expected = Math.cos(c0 * x0) - c0 * x0 * Math.sin(c0 * x0) + 2 * c0;
    expect(at(mixed, c0)).toBeCloseTo(expected, 10);
  });

  it.each(names)("of the value, by %s in the closed-over variable", (mode) => {
    const f = d(mode, (c) => inner(c)(np.array(x0)));
    expect(at(f, c0)).toBeCloseTo(x0 * Math.cos(c0 * x0) + 2 * c0 * x0, 10);
  });

  it.each(names)("of the value, by %s in a variable that is both closed over and passed", (mode) => {
    const f = d(mode, (c) => inner(c)(c));
    expect(at(f, c0)).toBeCloseTo(2 * c0 * Math.cos(c0 * c0) + 3 * c0 * c0, 10);
  });

  const cs = np.array([0.2, 0.7, -1.1]);
  const numbers = cs.toArray() as number[];

  it("under vmap over the closed-over variable", () => {
    const values = vmap((c: Tensor) => inner(c)(np.array(x0)))(cs as never) as unknown as Tensor;
    const expected = numbers.map((c) => Math.sin(c * x0) + c * c * x0);
    expect((values.toArray() as number[]).map((v, i) => v - (expected[i] as number))).toEqual(
      [0, 0, 0].map(() => expect.closeTo(0, 12)),
    );
  });

  it.each(names)("%s inside vmap, in the passed variable, mapped over the closed-over one", (mode) => {
    const values = vmap((c: Tensor) => d(mode, inner(c))(np.array(x0)))(cs as never) as unknown as Tensor;
    numbers.forEach((c, i) => {
      expect((values.toArray() as number[])[i]).toBeCloseTo(c * Math.cos(c * x0) + c * c, 10);
    });
  });

  it.each(names)("%s inside vmap, in the closed-over variable, mapped over the passed one", (mode) => {
    const values = vmap((x: Tensor) => d(mode, (c) => inner(c)(x))(np.array(c0)))(
      cs as never,
    ) as unknown as Tensor;
    numbers.forEach((x, i) => {
      expect((values.toArray() as number[])[i]).toBeCloseTo(x * Math.cos(c0 * x) + 2 * c0 * x, 10);
    });
  });

  it.each(names)("%s around vmap, in the closed-over variable", (mode) => {
    const f = d(
      mode,
      (c) => np.sum(vmap((x: Tensor) => inner(c)(x))(cs as never) as unknown as Tensor) as Tensor,
    );
    const expected = numbers.reduce((total, x) => total + x * Math.cos(c0 * x) + 2 * c0 * x, 0);
    expect(at(f, c0)).toBeCloseTo(expected, 10);
  });

  it.each(names)("%s around vmap over the closed-over variable", (mode) => {
    const f = d(
      mode,
      (x) => np.sum(vmap((c: Tensor) => inner(c)(x))(cs as never) as unknown as Tensor) as Tensor,
    );
    const expected = numbers.reduce((total, c) => total + c * Math.cos(c * x0) + c * c, 0);
    expect(at(f, x0)).toBeCloseTo(expected, 10);
  });

  // s -> the sum over c of f(s c, s x), where s c and s x are values of both the vmap and the derivative around it
  const both =
    (x: number): Scalar =>
    (s) =>
      np.sum(
        vmap((c: Tensor) => inner(mul(s, c))(mul(s, np.array(x))))(cs as never) as unknown as Tensor,
      ) as Tensor;
  it.each(names)("%s around vmap, over a value that is both mapped and moving", (mode) => {
    // f(s c, s x) = sin(s^2 c x) + s^3 c^2 x
    const expected = numbers.reduce((t, c) => t + 2 * c * x0 * Math.cos(c * x0) + 3 * c * c * x0, 0);
    expect(at(d(mode, both(x0)), 1)).toBeCloseTo(expected, 10);
  });
  it.each(pairs)("%s of %s around vmap, over a value that is both mapped and moving", (outer, innermost) => {
    const expected = numbers.reduce(
      (t, c) => t + 2 * c * x0 * Math.cos(c * x0) - 4 * (c * x0) ** 2 * Math.sin(c * x0) + 6 * c * c * x0,
      0,
    );
    expect(at(d(outer, d(innermost, both(x0))), 1)).toBeCloseTo(expected, 9);
  });
  it.each(names)("vmap around %s around vmap", (mode) => {
    const values = vmap((x: Tensor) => d(mode, (s) => both(x0)(mul(s, x)))(np.array(1)))(cs as never);
    numbers.forEach((x, i) => {
      // the derivative at s = 1 of both(s x), which is x both'(x)
      const expected = numbers.reduce(
        (t, c) => t + x * (2 * x * c * x0 * Math.cos(x * x * c * x0) + 3 * x * x * c * c * x0),
        0,
      );
      expect(((values as unknown as Tensor).toArray() as number[])[i]).toBeCloseTo(expected, 9);
    });
  });
});

/** Programs with ordinary control flow, and their derivatives by hand. */
const programs: readonly (readonly [
  name: string,
  f: Scalar,
  df: (x: number) => number,
  ddf: (x: number) => number,
])[] = [
  [
    "if",
    (x) => (x.item() > 0 ? mul(x, mul(x, x)) : np.negative(x)) as Tensor,
    (x) => (x > 0 ? 3 * x * x : -1),
    (x) => (x > 0 ? 6 * x : 0),
  ],
  [
    "while",
    (x) => {
      let y = x;
      while (y.item() < 10) y = mul(y, y.item() > 0 ? 2 : -1);
      return mul(y, x);
    },
    (x) => 2 * factor(x) * x,
    (x) => 2 * factor(x),
  ],
  [
    "for",
    (x) => {
      let y = np.array(1) as Tensor;
      for (let i = 0; i < 4; i++) y = mul(y, x);
      return y;
    },
    (x) => 4 * x ** 3,
    (x) => 12 * x ** 2,
  ],
  [
    "recursion",
    (x) => {
      const power = (n: number): Tensor => (n === 0 ? (np.array(1) as Tensor) : mul(x, power(n - 1)));
      return power(5);
    },
    (x) => 5 * x ** 4,
    (x) => 20 * x ** 3,
  ],
  // the number that item() gives does not move
  ["item", (x) => mul(x, x.item()), (x) => x, () => 0],
];
const factor = (x: number): number => {
  let y = x;
  while (y < 10) y *= y > 0 ? 2 : -1;
  return y / x;
};

describe.each(programs)("%s on a concrete primal", (_, f, df, ddf) => {
  it.each(names.filter((name) => !name.startsWith("jac")))("under %s", (mode) => {
    for (const x of [1.5, -0.75, 3]) expect(at(d(mode, f), x)).toBeCloseTo(df(x), 9);
  });
  it.each(pairs.filter(([a, b]) => !a.startsWith("jac") && !b.startsWith("jac")))(
    "under %s of %s",
    (outer, inner) => {
      for (const x of [1.5, -0.75, 3]) expect(at(d(outer, d(inner, f)), x)).toBeCloseTo(ddf(x), 9);
    },
  );
});

describe("a tracer that escapes", () => {
  const transformations: readonly (readonly [string, (leak: (x: Tensor) => Tensor) => unknown])[] = [
    ["grad", (f) => grad(f as never)(2 as never)],
    ["jvp", (f) => jvp(f, [np.array(2)], [np.array(1)])],
    ["vmap", (f) => vmap(f)(np.array([1, 2]) as never)],
    ["checkpoint in grad", (f) => grad(((x: Tensor) => checkpoint(f)(x)) as never)(2 as never)],
  ];
  it.each(transformations)("from %s is refused outside", (_, run) => {
    let leaked: Tensor | undefined;
    run((x) => {
      leaked = mul(x, 2);
      return leaked;
    });
    expect(() => np.sin(leaked as Tensor)).toThrow(EscapedTracerError);
  });
  it("is refused inside another run, and leaves the state clean", () => {
    let leaked: Tensor | undefined;
    grad(((x: Tensor) => {
      leaked = mul(x, 2);
      return leaked;
    }) as never)(2 as never);
    expect(() => grad(((x: Tensor) => mul(x, leaked as Tensor)) as never)(2 as never)).toThrow(
      EscapedTracerError,
    );
    expect(() => vmap((x: Tensor) => mul(x, leaked as Tensor))(np.array([1, 2]) as never)).toThrow(
      EscapedTracerError,
    );
    expect((grad(((x: Tensor) => mul(x, x)) as never)(3 as never) as Tensor).item()).toBe(6);
  });
  it("an error inside a transformed function leaves the state clean", () => {
    const fail = (): never => {
      throw new Error("mine");
    };
    expect(() => grad(fail as never)(1 as never)).toThrow("mine");
    const nested = vmap((x: Tensor) => grad(fail as never)(x as never) as Tensor);
    expect(() => nested(np.array([1, 2]) as never)).toThrow("mine");
    expect(np.sin(0).item()).toBe(0);
  });
});
