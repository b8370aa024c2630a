/** cotangent/fp: pipes equal nested calls, errors are values, instances obey their laws, tagged objects are trees. */
import * as fp from "cotangent/fp";
import { tensors } from "cotangent/testing";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import { describe, expect, it } from "vitest";
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  np,
  ShapeError,
  type Tensor,
  tree,
  vjp,
  vmap,
} from "../../src/index.js";
import { difference } from "../../src/testing/compare.js";
import { runs } from "../support/runs.js";

const T = (x: unknown): Tensor => x as Tensor;
const cube = (x: Tensor): Tensor => T(np.sum(np.power(x, 3)));
const x = T(np.array([1, -2, 0.5]));
const xs = T(np.stack([x, x, np.mul(2, x)] as never));

describe("pipes", () => {
  it.each<[string, unknown, unknown]>([
    [
      "grad, vmap, jit",
      pipe(cube, fp.grad(), fp.vmap({ inAxes: 0 }), fp.jit())(xs as never),
      jit(vmap(grad(cube)))(xs),
    ],
    [
      "grad of argument 1",
      pipe((a: Tensor, b: Tensor) => cube(T(np.mul(a, b))), fp.grad({ argnums: 1 }))(x, x),
      grad((b: Tensor) => cube(T(np.mul(x, b))))(x),
    ],
    [
      "aux",
      pipe((a: Tensor) => [cube(a), a] as [Tensor, Tensor], fp.grad({ hasAux: true }))(x),
      [grad(cube)(x), x],
    ],
    ["valueAndGrad", pipe(cube, fp.valueAndGrad())(x), [cube(x), grad(cube)(x)]],
    ["elementwiseGrad", pipe((a: Tensor) => T(np.sin(a)), fp.elementwiseGrad())(x), np.cos(x)],
    ["jacfwd", pipe(cube, fp.grad(), fp.jacfwd())(x), jacfwd(grad(cube))(x)],
    ["jacrev", pipe(cube, fp.grad(), fp.jacrev())(x), jacrev(grad(cube))(x)],
    ["jacobian", pipe((a: Tensor) => T(np.mul(a, 2)), fp.jacobian())(x), np.mul(2, np.eye(3))],
    ["hessian", pipe(cube, fp.hessian())(x), hessian(cube)(x)],
    ["checkpoint", pipe(cube, fp.checkpoint, fp.grad())(x), grad(cube)(x)],
    ["jvp", pipe(cube, fp.jvp([x], [x])), jvp(cube, [x], [x])],
    ["vjp", pipe(cube, fp.vjp([x]))[1](T(np.array(2)) as never), vjp(cube, [x])[1](T(np.array(2)) as never)],
    ["linearize", pipe(cube, fp.linearize([x]))[1](x), jvp(cube, [x], [x])[1]],
    ["hvp", pipe(cube, fp.hvp([x], [x])), hvp(cube, [x], [x])],
    ["evalShape", pipe(cube, fp.evalShape(x)), { shape: [], dtype: "float64" }],
  ])("%s", (_, got, expected) => {
    const plain = (value: unknown): unknown =>
      JSON.stringify(value, (_key, v: unknown) =>
        typeof v === "object" && v !== null && "toArray" in v ? String(v) : v,
      );
    const text = (value: unknown): unknown => {
      try {
        return tree.leaves(value as never).map(String);
      } catch {
        return plain(value);
      }
    };
    expect(text(got)).toEqual(text(expected));
  });
  it("makeGraph", () => {
    expect(String(pipe(cube, fp.makeGraph(x)))).toMatch(/^\(a:float64\[3\]\) =>/);
  });
});

describe("safe", () => {
  it("gives Right, and Left for errors of the library alone", () => {
    const product = fp.safe((a: Tensor, b: Tensor) => T(np.matmul(a, b)));
    expect(E.isRight(product(T(np.zeros([2, 3])), T(np.zeros([3, 2]))))).toBe(true);
    const wrong = product(T(np.zeros([2, 3])), T(np.zeros([2, 3])));
    expect(E.isLeft(wrong) && wrong.left).toBeInstanceOf(ShapeError);
    expect(() => fp.safe(() => JSON.parse("{"))()).toThrow(SyntaxError);
    const message = pipe(
      wrong,
      E.match(
        (error) => error.code,
        () => "",
      ),
    );
    expect(message).toBe("shape");
    expect(() => fp.safe(3 as never)).toThrow(/no function/);
  });
});

const close = (a: Tensor, b: Tensor): void => {
  expect(difference(a, b, { rtol: 1e-12, atol: 1e-12 })).toBeUndefined();
};
const same = (a: Tensor, b: Tensor): void => {
  expect(fp.eq.equals(a, b), `${String(a)} and ${String(b)}`).toBe(true);
};
const three = (dtype: "float64" | "float32" | "int32") => {
  const of = tensors({ dtype, shape: [2], ...(dtype === "int32" ? {} : { min: -2, max: 2 }) });
  return [of, of, of] as const;
};
const law = (name: string, property: fc.IRawProperty<never> | unknown): void => {
  it(name, () => {
    fc.assert(property as fc.IProperty<unknown>, { numRuns: Math.max(50, runs) });
  });
};

describe("Eq", () => {
  const any = tensors({ shape: [2] });
  law(
    "is reflexive, NaN too",
    fc.property(any, (a) => same(a, T(np.mul(a, 1)))),
  );
  law(
    "is symmetric",
    fc.property(any, any, (a, b) => fp.eq.equals(a, b) === fp.eq.equals(b, a)),
  );
  law(
    "is transitive",
    fc.property(
      fc.constantFrom(-0, 0, 1, Number.NaN),
      fc.constantFrom(-0, 0, 1, Number.NaN),
      fc.constantFrom(-0, 0, 1, Number.NaN),
      (a, b, c) => {
        const [p, q, r] = [a, b, c].map((v) => T(np.array(v))) as [Tensor, Tensor, Tensor];
        return !(fp.eq.equals(p, q) && fp.eq.equals(q, r)) || fp.eq.equals(p, r);
      },
    ),
  );
  it("tells shapes, dtypes and elements apart", () => {
    expect(fp.eq.equals(x, T(np.astype(x, "float32")))).toBe(false);
    expect(fp.eq.equals(x, T(np.reshape(x, [1, 3])))).toBe(false);
    expect(fp.eq.equals(x, T(np.add(x, 1e-15)))).toBe(false);
    expect(fp.eq.equals(T(np.array(Number.NaN)), T(np.array(1)))).toBe(false);
  });
  it("Show shows", () => {
    expect(fp.show.show(x)).toBe("Tensor([1, -2, 0.5], shape=[3], dtype=float64)");
  });
});

describe.each(["int32", "float64", "float32"] as const)("the ring of %s", (dtype) => {
  const ring = fp.getRing({ shape: [2], dtype });
  const [a, b, c] = three(dtype);
  // what rounds is compared exactly in integers only
  const nearly = (p: Tensor, q: Tensor): void => {
    const tolerance = dtype === "float64" ? { rtol: 1e-12, atol: 1e-12 } : { rtol: 1e-5, atol: 1e-5 };
    if (dtype === "int32") same(p, q);
    else expect(difference(p, q, tolerance)).toBeUndefined();
  };
  law(
    "sums commute",
    fc.property(a, b, (p, q) => same(ring.add(p, q), ring.add(q, p))),
  );
  law(
    "products commute",
    fc.property(a, b, (p, q) => same(ring.mul(p, q), ring.mul(q, p))),
  );
  law(
    "zero and one are neutral",
    fc.property(a, (p) => {
      same(ring.add(p, ring.zero), p);
      same(ring.mul(ring.one, p), p);
    }),
  );
  law(
    "p - p is zero, and p - q is p + (0 - q)",
    fc.property(a, b, (p, q) => {
      same(ring.sub(p, p), ring.zero);
      same(ring.sub(p, q), ring.add(p, ring.sub(ring.zero, q)));
    }),
  );
  law(
    "sums are associative",
    fc.property(a, b, c, (p, q, r) => nearly(ring.add(ring.add(p, q), r), ring.add(p, ring.add(q, r)))),
  );
  law(
    "products are associative",
    fc.property(a, b, c, (p, q, r) => nearly(ring.mul(ring.mul(p, q), r), ring.mul(p, ring.mul(q, r)))),
  );
  law(
    "products distribute",
    fc.property(a, b, c, (p, q, r) =>
      nearly(ring.mul(p, ring.add(q, r)), ring.add(ring.mul(p, q), ring.mul(p, r))),
    ),
  );
});

describe("the field of float64", () => {
  const field = fp.getField({ shape: [2] });
  const of = tensors({ shape: [2], min: -2, max: 2 });
  const nonzero = tensors({ shape: [2], min: -2, max: 2, avoid: [0] });
  law(
    "(p / q) q + p mod q is p",
    fc.property(of, nonzero, (p, q) => close(field.add(field.mul(field.div(p, q), q), field.mod(p, q)), p)),
  );
  law(
    "q / q is one",
    fc.property(nonzero, (q) => same(field.div(q, q), field.one)),
  );
  law(
    "the degree is that of a field",
    fc.property(nonzero, (q) => field.degree(q) === 1),
  );
});

describe("the vector space of a tree", () => {
  interface Tree {
    readonly w: Tensor;
    readonly layers: readonly Tensor[];
  }
  const of: fc.Arbitrary<Tree> = fc
    .tuple(tensors({ shape: [2], min: -2, max: 2 }), tensors({ shape: [], min: -2, max: 2 }))
    .map(([w, b]) => ({ w, layers: [b] }));
  const space = fp.getVectorSpace<Tree>({ w: T(np.zeros([2])), layers: [T(np.array(0))] });
  const number = fc.integer({ min: -8, max: 8 }).map((n) => n / 3);
  const each =
    (check: (a: Tensor, b: Tensor) => void) =>
    (p: Tree, q: Tree): void => {
      check(p.w, q.w);
      check(p.layers[0] as Tensor, q.layers[0] as Tensor);
    };
  law(
    "is a commutative group",
    fc.property(of, of, of, (p, q, r) => {
      each(same)(space.concat(p, q), space.concat(q, p));
      each(same)(space.concat(p, space.empty), p);
      each(same)(space.concat(p, space.inverse(p)), space.empty);
      each(close)(space.concat(space.concat(p, q), r), space.concat(p, space.concat(q, r)));
    }),
  );
  law(
    "has multiples",
    fc.property(of, of, number, number, (p, q, j, k) => {
      each(same)(space.scale(1, p), p);
      each(close)(space.scale(j, space.scale(k, p)), space.scale(j * k, p));
      each(close)(space.scale(j + k, p), space.concat(space.scale(j, p), space.scale(k, p)));
      each(close)(space.scale(k, space.concat(p, q)), space.concat(space.scale(k, p), space.scale(k, q)));
    }),
  );
});

describe("Option and Either are trees", () => {
  const total = (o: O.Option<Tensor>): Tensor =>
    pipe(
      o,
      O.match(
        () => T(np.array(0)),
        (v) => T(np.sum(np.mul(v, v))),
      ),
    );
  it("under grad, with a gradient of the same case", () => {
    expect(grad(total)(O.some(x))).toEqual(O.some(np.mul(2, x)));
    expect(grad(total)(O.none)).toEqual(O.none);
    expect(tree.map((v) => np.negative(v as Tensor), { a: O.some(x), b: E.left(x) })).toEqual({
      a: O.some(np.negative(x)),
      b: E.left(np.negative(x)),
    });
  });
  it("under jit, a program for each case", () => {
    const f = jit((e: E.Either<Tensor, Tensor>) => (E.isLeft(e) ? np.negative(e.left) : np.mul(2, e.right)));
    const tagged = jit((s: { readonly _tag: "up" | "down"; readonly v: Tensor }) => ({
      ...s,
      v: np.mul(s.v, s._tag === "up" ? 1 : -1),
    }));
    for (let i = 0; i < 2; i++) {
      expect(T(f(E.left(x))).toArray()).toEqual([-1, 2, -0.5]);
      expect(T(f(E.right(x))).toArray()).toEqual([2, -4, 1]);
      expect(tagged({ _tag: "up", v: x })).toEqual({ _tag: "up", v: np.mul(x, 1) });
      expect(tagged({ _tag: "down", v: x })).toEqual({ _tag: "down", v: np.mul(x, -1) });
    }
  });
  it("under vmap", () => {
    expect(T(vmap(total as never)(O.some(xs) as never)).toArray()).toEqual([5.25, 5.25, 21]);
    expect(vmap((v: Tensor) => O.some(np.sum(v)))(xs)).toEqual(O.some(np.sum(xs, { axis: 1 })));
  });
  it("other texts are still no leaves", () => {
    expect(() => grad((p: { v: Tensor }) => cube(p.v))({ v: x, name: "net" } as never)).toThrow(
      /\.name is "net"/,
    );
    expect(() => grad((p: { v: Tensor }) => cube(p.v))({ v: x, not_tag: "net" } as never)).toThrow(/"net"/);
  });
});
