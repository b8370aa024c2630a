/**
 * Collectives against dense formulas: under vmap, nested vmaps, with derivatives inside and outside, and for values
 * that do not differ between examples.
 */
import { describe, expect, it } from "vitest";
import {
  allGather,
  axisIndex,
  grad,
  jacfwd,
  jacrev,
  jvp,
  np,
  pmax,
  pmean,
  pmin,
  psum,
  type Tensor,
  UnboundAxisError,
  vjp,
  vmap,
} from "../../src/index.js";
import { checkGrads, matchers } from "../../src/testing/index.js";

expect.extend(matchers);

type Fn = (...xs: Tensor[]) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const over = (f: Fn, axisName = "i"): Fn => vmap(f, { axisName }) as unknown as Fn;

const x = T(np.array([0.5, -1, 2]));
const m = T(
  np.array([
    [1, -2, 3],
    [0.5, 4, -1],
  ]),
);

/** Each collective of one operand, and the same along axis 0 of the whole. */
const dense: readonly (readonly [string, (x: Tensor) => Tensor, (x: Tensor) => Tensor])[] = [
  ["psum", (y) => psum(y, "i"), (y) => T(np.sum(y, { axis: 0, keepdims: true }))],
  ["pmean", (y) => pmean(y, "i"), (y) => T(np.mean(y, { axis: 0, keepdims: true }))],
  ["pmax", (y) => pmax(y, "i"), (y) => T(np.max(y, { axis: 0, keepdims: true }))],
  ["pmin", (y) => pmin(y, "i"), (y) => T(np.min(y, { axis: 0, keepdims: true }))],
  // the gathered axis comes after the batch axis; its sum makes it comparable
  [
    "allGather",
    (y) => T(np.sum(np.mul(allGather(y, "i"), weightsLike(y)), { axis: 0 })),
    (y) => T(np.sum(np.mul(y, weightsOf(y)), { axis: 0, keepdims: true })),
  ],
];
const weightsOf = (y: Tensor): Tensor =>
  T(np.reshape(np.arange(y.shape[0] as number), [y.shape[0] as number, ...y.shape.slice(1).map(() => 1)]));
const weightsLike = (y: Tensor): Tensor => T(np.reshape(np.arange(3), [3, ...y.shape.map(() => 1)]));

describe.each(dense)("%s", (_, collective, formula) => {
  const whole = (y: Tensor): Tensor => T(np.broadcastTo(formula(y), [...y.shape] as [number]));
  // used twice, nonlinearly, beside the example's own value
  const each: Fn = (y) => T(np.mul(np.sin(collective(T(np.mul(y, y)))), y));
  const all: Fn = (y) => T(np.mul(np.sin(whole(T(np.mul(y, y)))), y));

  it("is the formula, for scalars and rows", () => {
    expect(over(collective)(x)).toBeAllClose(whole(x));
    expect(over(each)(x)).toBeAllClose(all(x));
    expect(over(each)(T(np.transpose(m)))).toBeAllClose(all(T(np.transpose(m))));
  });

  it("has the formula's derivatives outside vmap, in every mode", () => {
    expect(T(jacrev(over(each) as never)(x as never))).toBeAllClose(T(jacrev(all as never)(x as never)));
    expect(T(jacfwd(over(each) as never)(x as never))).toBeAllClose(T(jacfwd(all as never)(x as never)));
    const hessian = (f: Fn, a: typeof jacrev, b: typeof jacrev): Tensor =>
      T(a(b(f as never) as never)(x as never));
    for (const [a, b] of [
      [jacfwd, jacrev],
      [jacrev, jacfwd],
      [jacrev, jacrev],
      [jacfwd, jacfwd],
    ] as const) {
      expect(hessian(over(each), a, b)).toBeAllClose(hessian(all, jacfwd, jacrev), { rtol: 1e-9 });
    }
    checkGrads(over(each) as never, [x]);
  });

  it("pushes tangents forward inside vmap: those of all examples move together", () => {
    const dx = T(np.array([0.3, -0.7, 1.1]));
    const inside = vmap((y: Tensor, dy: Tensor) => T(jvp(each, [y], [dy])[1]), { axisName: "i" });
    expect(T(inside(x as never, dx as never))).toBeAllClose(T(jvp(all, [x], [dx])[1]));
  });

  it("pulls cotangents back inside vmap: those of all examples are summed", () => {
    const ct = T(np.array([1, -2, 0.5]));
    const inside = vmap(
      (y: Tensor, c: Tensor) => (vjp(each, [y])[1] as unknown as (c: Tensor) => [Tensor])(c)[0],
      {
        axisName: "i",
      },
    );
    const [expected] = (vjp(all, [x])[1] as unknown as (c: Tensor) => [Tensor])(ct);
    expect(T(inside(x as never, ct as never))).toBeAllClose(expected);
  });

  it("of what all examples share", () => {
    const shared = T(np.array(1.5));
    const f: Fn = (y) => T(np.add(np.mul(y, 0), collective(shared)));
    expect(over(f)(x)).toBeAllClose(whole(T(np.broadcastTo(shared, [3]))));
    const g = (s: Tensor): Tensor => T(np.sum(over((y) => T(np.mul(y, collective(T(np.mul(s, s))))))(x)));
    const h = (s: Tensor): Tensor => T(np.sum(np.mul(x, whole(T(np.broadcastTo(np.mul(s, s), [3]))))));
    expect(T(grad(g as never)(shared as never))).toBeAllClose(T(grad(h as never)(shared as never)));
  });

  it("along either axis of nested vmaps", () => {
    // outer "i" over rows: along axis 0 of the whole; inner "j" has no part in it
    const columns = over((row) => T(vmap(each)(row as never)));
    const y = T(np.transpose(m)); // [3, 2]
    expect(columns(y)).toBeAllClose(all(y));
    // inner "i": along axis 1 of each row
    const rows = vmap((row: Tensor) => over(each)(row));
    const perRow = [0, 1].map((i) => all(T(np.slice(m, i))));
    expect(T(rows(m as never))).toBeAllClose(np.stack(perRow as never));
    // derivatives of both
    expect(T(jacrev(columns as never)(y as never))).toBeAllClose(T(jacfwd(all as never)(y as never)));
    checkGrads(rows as never, [m], { order: 2 });
  });
});

describe("axes", () => {
  it("axisIndex tells the position along each", () => {
    const f = vmap(
      (row: Tensor) =>
        vmap((y: Tensor) => T(np.add(np.mul(y, 0), np.add(np.mul(10, axisIndex("i")), axisIndex("j")))), {
          axisName: "j",
        })(row as never),
      { axisName: "i" },
    );
    expect(T(f(m as never))).toBeAllClose([
      [0, 1, 2],
      [10, 11, 12],
    ]);
    expect(T(vmap(() => axisIndex("i"), { axisName: "i", axisSize: 3 })())).toHaveDType("int32");
  });

  it("are summed over one by one or both", () => {
    const f = (inner: (y: Tensor) => Tensor): Tensor =>
      T(vmap((row: Tensor) => vmap(inner, { axisName: "j" })(row as never), { axisName: "i" })(m as never));
    const ones = np.onesLike(m);
    expect(f((y) => psum(psum(y, "i"), "j"))).toBeAllClose(np.mul(ones, np.sum(m)));
    expect(f((y) => psum(psum(y, "j"), "i"))).toBeAllClose(np.mul(ones, np.sum(m)));
    expect(f((y) => psum(y, "j"))).toBeAllClose(np.mul(ones, np.sum(m, { axis: 1, keepdims: true })));
  });

  it("normalise a softmax, with its derivatives", () => {
    const softmax: Fn = (y) => {
      const e = T(np.exp(np.sub(y, pmax(y, "i"))));
      return T(np.div(e, psum(e, "i")));
    };
    const whole: Fn = (y) => T(np.div(np.exp(y), np.sum(np.exp(y))));
    expect(T(jacrev(over(softmax) as never)(x as never))).toBeAllClose(T(jacrev(whole as never)(x as never)));
    expect(T(jacfwd(jacrev(over(softmax) as never) as never)(x as never))).toBeAllClose(
      T(jacfwd(jacrev(whole as never) as never)(x as never)),
    );
  });

  it("ties of pmax and pmin share the derivative", () => {
    const at = T(np.array([2, 1, 2]));
    expect(T(jacrev(over((y) => pmax(y, "i")) as never)(at as never))).toBeAllClose([
      [0.5, 0, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0, 0.5],
    ]);
  });

  it("that nobody has are refused", () => {
    expect(() => psum(x, "i")).toThrow(UnboundAxisError);
    expect(() => over((y) => psum(y, "k"))(x)).toThrow(UnboundAxisError);
    expect(() => grad(((y: Tensor) => psum(y, "i")) as never)(1 as never)).toThrow(UnboundAxisError);
  });

  it("take trees", () => {
    const f = vmap(
      (y: Tensor) => psum({ a: y, b: [np.mul(y, 2)] } as never, "i") as unknown as { a: Tensor; b: Tensor[] },
      { axisName: "i" },
    );
    expect(f(x as never)).toBeAllClose({ a: [1.5, 1.5, 1.5], b: [[3, 3, 3]] });
  });
});
