/** What control flow makes of the types of carries, rows, operands and results. */
import { type DType, type FloatDType, np, type Shape, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import * as random from "cotangent/random";
import { same } from "./same.js";

declare const x: Tensor;
declare const v: Tensor<[3], "float32">;
declare const m: Tensor<[5, 3], "float32">;
interface Params {
  readonly w: Tensor<[3], "float32">;
  b: Tensor;
}
declare const params: Params;

// cond and switch: operands go in, the tree of the result comes out
same<Tensor<Shape, FloatDType>>()(
  lax.cond(
    true,
    (a: Tensor) => np.sin(a),
    (a) => a,
    x,
  ),
);
same<Tensor<Shape, FloatDType>>()(
  lax.cond(
    np.greater(x, 0),
    (a: Tensor) => np.sin(a),
    () => 0,
    3,
  ),
);
same<Params>()(
  lax.cond(
    true,
    (p: Params) => p,
    (p) => ({ w: p.w, b: 0 }),
    params,
  ),
);
same<Tensor<Shape, FloatDType>>()(lax.switch(1, [(a: Tensor) => np.sin(a), (a: Tensor) => np.cos(a)], x));
// @ts-expect-error an operand is missing
lax.cond(
  true,
  (a: Tensor, b: Tensor) => a.mul(b),
  (a, b) => a.add(b),
  x,
);
lax.cond(
  true,
  (p: Params) => p.b,
  (p) => p.b,
  // @ts-expect-error the operand is no tree of that type
  { w: v },
);

// loops: the type of the carry is that of its initial value
same<Params>()(
  lax.whileLoop(
    (p) => np.less(np.sum(p.b), 3),
    (p) => ({ w: p.w, b: p.b.mul(2) }),
    params,
  ),
);
same<Tensor<[3], "float32">>()(lax.foriLoop(0, 3, (i, a) => a.mul(i), v));
same<Tensor<[], FloatDType>>()(lax.foriLoop(0, 3, (_, a) => a.mul(2), 1));
same<{ n: Tensor<[], FloatDType>; xs: readonly [Tensor] }>()(
  lax.whileLoop(
    () => false,
    ({ n, xs }) => ({ n, xs: [xs[0]] as const }),
    { n: 0, xs: [x] as readonly [Tensor] },
  ),
);
lax.whileLoop(
  // @ts-expect-error the condition is one bool, not a tree
  (a) => [a],
  (a) => a,
  x,
);

// scan: rows lose their first axis, results gain one
const [carry, ys] = lax.scan(
  (p, row) => {
    same<Tensor<[3], "float32">>()(row);
    same<Params>()(p);
    return [
      { w: p.w, b: p.b },
      { row, n: np.sum(row), none: null },
    ];
  },
  params,
  m,
);
same<Params>()(carry);
same<Tensor<[number, 3], "float32">>()(ys.row);
same<null>()(ys.none);
const [last, nothing] = lax.scan((c) => [c.mul(2), null], x, null, { length: 3 });
same<Tensor>()(last);
same<null>()(nothing);
lax.scan(
  (c, row) => {
    same<{ a: Tensor<[3], "float32">; b: Tensor<Shape, DType> }>()(row);
    return [c, row.b];
  },
  0,
  { a: m, b: x },
);
// keys are leaves of their own kind
lax.scan(
  (c, key) => {
    same<random.Key>()(key);
    return [c, null];
  },
  0,
  random.split(random.key(0), 3),
);
// @ts-expect-error the step returns a pair
lax.scan((c, row) => c.add(row), x, m);
// @ts-expect-error there is no such option
lax.scan((c) => [c, null], x, m, { checkpoint: "log" });

// map and associativeScan
same<Tensor<[number, 3], "float32">>()(lax.map((row) => row.mul(2), m));
same<{ a: Tensor<[number]> }>()(
  lax.map(({ a }) => ({ a: a.mul(2) }), { a: new Float32Array(3) }) as { a: Tensor<[number]> },
);
same<Tensor<[5, 3], "float32">>()(lax.associativeScan((a, b) => np.add(a, b), m));
same<Params>()(lax.associativeScan((p, q) => ({ w: p.w.add(q.w), b: q.b }), params));
