/** What the other transformations make of the types of functions and trees. */
import {
  applyAlongAxis,
  checkpoint,
  customJvp,
  customVjp,
  evalShape,
  type FloatDType,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  linearTranspose,
  makeGraph,
  np,
  type Shape,
  stopGradient,
  type Tensor,
  vectorize,
  vjp,
  vmap,
} from "cotangent";
import { same } from "./same.js";

declare const x: Tensor;
declare const w: Tensor<[2, 3], "float32">;
interface Params {
  readonly w: Tensor<[2, 3], "float32">;
  b: Tensor;
}
declare const params: Params;
declare const four: (v: Tensor<[2, 3], "float32">) => Tensor<[4], "float32">;

// jvp, vjp, linearize: results are tuples, one tangent or cotangent for each argument
same<[Tensor<Shape, FloatDType>, Tensor<Shape, FloatDType>]>()(jvp((v) => np.sin(v), [3], [1]));
same<[Tensor, Tensor]>()(jvp((p: Params, v: Tensor) => p.b.mul(v), [params, 1], [params, x]));
const [out, pullback] = vjp((p: Params, v: Tensor) => [p.w, v.mul(2)], [params, 1]);
same<[Tensor<[2, 3], "float32">, Tensor]>()(out);
same<[Params, Tensor]>()(pullback([w, 1]));
const [, , label] = vjp((p: Params) => [p.w, "label"], [params], { hasAux: true });
same<string>()(label);
const [tree, pullTree] = vjp((p: Params) => ({ double: p.w.mul(2), n: 1 }), [params]);
same<Tensor<[2, 3], "float32">>()(tree.double);
same<Tensor<[], FloatDType>>()(tree.n);
same<[Params]>()(pullTree({ double: w, n: 0 }));
const [, push] = linearize((p: Params, v: Tensor) => p.w.mul(v.sum()), [params, 1]);
export const pushed: Tensor<[2, 3]> = push(params, 1);
same<[Params]>()(linearTranspose((p: Params) => p.w, [params])(w));
// @ts-expect-error one tangent is missing
jvp((p: Params, v: Tensor) => p.b.mul(v), [params, 1], [params]);
// @ts-expect-error the cotangent has the shape of the result
vjp(four, [w])[1](w);
// @ts-expect-error with hasAux the function returns a pair
vjp((p: Params) => p.w, [params], { hasAux: true });

// Jacobians: shapes of result and argument joined, trees of trees
same<Tensor<[4, 2, 3], "float32">>()(jacrev(four)(w));
same<Tensor<[4, 2, 3], "float32">>()(jacfwd(four)(w));
same<Tensor>()(jacrev((v) => np.mul(v, 2))(x));
const jacobian = jacrev((p: Params) => ({ out: [p.w, p.b] as const }))(params);
same<Tensor<[2, 3, 2, 3], "float32">>()(jacobian.out[0].w);
same<Tensor>()(jacobian.out[1].w);
const pair = jacfwd((p: Params, v: Tensor<[5], "float32">) => p.w.mul(v.sum()), { argnums: [1, 0] })(
  params,
  np.zeros([5], { dtype: "float32" }),
);
same<Tensor<[2, 3, 5], "float32">>()(pair[0]);
same<Tensor<[2, 3, 2, 3], "float32">>()(pair[1].w);
same<Tensor<[2, 3, 2, 3], "float32">>()(hessian((v: Tensor<[2, 3], "float32">) => np.sum(v))(w));
same<Tensor<[2, 3, 2, 3], "float32">>()(hessian((p: Params) => np.sum(p.w))(params).w.w);
same<[Params]>()(hvp((p: Params) => np.sum(p.w), [params], [params]));
// @ts-expect-error a Hessian-vector product is one of a scalar function
hvp(four, [w], [w]);

// vmap: an axis more on what is mapped
same<Tensor>()(vmap((v) => np.mul(v, v))(x));
same<Tensor<[number, 3], "float32">>()(vmap((v: Tensor<[3], "float32">) => np.mul(v, 2))(w));
same<Tensor<[3, number], "float32">>()(vmap((v: Tensor<[3], "float32">) => v.neg(), { outAxes: -1 })(w));
same<Tensor>()(vmap((u, v) => np.dot(u, v), { inAxes: [0, null], axisName: "i" })(x, x));
same<Tensor>()(vmap(grad((v) => np.sin(v).sum()))(x));
same<Tensor>()(vmap(vmap((v: Tensor) => v.mul(2)))(x));
const perExample = vmap(
  grad((p: Params, v: Tensor) => np.sum(np.mul(p.w, v))),
  { inAxes: [null, 0] },
)(params, x);
same<Tensor<[number, 2, 3], "float32">>()(perExample.w);
const perLeaf = vmap((p: Params) => p, { inAxes: [{ w: 0, b: null }], outAxes: { w: 0, b: null } });
same<Tensor<[number, 2, 3], "float32">>()(perLeaf({ w: np.zeros([7, 2, 3], { dtype: "float32" }), b: x }).w);
export const mapped: Tensor = vmap(np.dot, { inAxes: [0, null] })(x, x);
// @ts-expect-error the last axis has size 3, the function takes 4
vmap((v: Tensor<[4], "float32">) => v)(w);
// @ts-expect-error the option is inAxes
vmap((v: Tensor) => v, { inAxis: 0 });

// Functions with rules, constants, shapes and graphs
same<Tensor>()(checkpoint((v) => np.mul(v, v))(x));
const square = customJvp(
  (v: Tensor) => v.mul(v),
  ([v], [dv]) => [v.mul(v), dv.mul(2)],
);
same<Tensor>()(square(2));
const cube = customVjp(
  (v: Tensor, k: Tensor) => v.mul(k),
  (v, k) => [v.mul(k), { v, k }],
  ({ v, k }, g) => [g.mul(k), g.mul(v)],
);
same<Tensor>()(cube(2, 3));
customVjp(
  (v: Tensor, k: Tensor) => v.mul(k),
  (v, k) => [v.mul(k), k],
  (k, g) => [g.mul(k), null],
);
customVjp(
  (v: Tensor, k: Tensor) => v.mul(k),
  (v, k) => [v.mul(k), k],
  // @ts-expect-error one cotangent is missing
  (k, g) => [g.mul(k)],
);
same<Tensor<[], FloatDType>>()(stopGradient(2));
same<Params>()(stopGradient(params));
same<[2, 3]>()(evalShape((p: Params) => p.w)(params).shape);
same<"float32">()(evalShape((p: Params) => p.w)(params).dtype);
export const graph: { toString(): string } = makeGraph((v) => v)(1);

// Functions of the library, and callers generic in the arguments
export const tangent: Tensor = jvp(np.sin, [1], [1])[1];
export const rows: Tensor = jacrev(np.sin)(x);
export const cotangents: readonly unknown[] = vjp(np.mul, [x, x])[1](1);
export const along = <A extends readonly unknown[]>(f: (...args: A) => Tensor, args: A): unknown => [
  vjp(f, args)[1](1),
  jvp(f, args, args)[1].item(),
  linearize(f, args)[1](...args),
];

// Functions of vectors as functions of arrays of them
same<Tensor>()(vectorize(np.vdot, "(n),(n)->()")([[1, 2]], x));
same<Tensor>()(vectorize((a, b) => np.matmul(a, b), "(n,m),(m)->(n)")(x, w));
same<[Tensor, Tensor]>()(vectorize((v: Tensor): [Tensor, Tensor] => [v, v], "(n)->(n),(n)")(x));
const worded = vectorize((word: "sum" | "prod", v: Tensor) => np[word](v), "(n)->()", { excluded: [0] });
same<Tensor>()(worded("sum", [1, 2]));
// @ts-expect-error no such word
worded("mean", [1, 2]);
same<Tensor>()(applyAlongAxis((v, k: number) => np.mul(v, k), 0, [[1, 2]], 3));
// @ts-expect-error the second argument of the function is a number
applyAlongAxis((v, k: number) => np.mul(v, k), 0, [[1, 2]], "3");
