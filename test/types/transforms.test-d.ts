/** What transformations make of the types of functions and trees. */
import type { FloatDType } from "../../src/tensor/dtype.js";
import type * as F from "../../src/tensor/signatures.js";
import type { Shape } from "../../src/tensor/shape.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import type * as X from "../../src/transforms/types.js";
import { same } from "./equal.js";

declare const np: { sum: F.SumFunction; sin: F.FloatFunction; mul: F.BinaryFunction; dot: F.DotFunction; matmul: F.MatMulFunction; };
declare const grad: X.GradFunction;
declare const valueAndGrad: X.ValueAndGradFunction;
declare const elementwiseGrad: X.ElementwiseGradFunction;
declare const jvp: X.JvpFunction;
declare const vjp: X.VjpFunction;
declare const linearize: X.LinearizeFunction;
declare const linearTranspose: X.LinearTransposeFunction;
declare const jacrev: X.JacobianFunction;
declare const hessian: X.HessianFunction;
declare const hvp: X.HvpFunction;
declare const vmap: X.VmapFunction;
declare const checkpoint: X.CheckpointFunction;
declare const customJvp: X.CustomJvpFunction;
declare const customVjp: X.CustomVjpFunction;
declare const evalShape: X.EvalShapeFunction;
declare const makeGraph: X.MakeGraphFunction;
declare const stopGradient: X.StopGradientFunction;

declare const x: Tensor;
declare const x23: Tensor<[2, 3], "float32">;
interface Params { readonly w: Tensor<[2, 3], "float32">; b: Tensor; c?: Tensor; n: null }
class Model { constructor(readonly w: Tensor, private hidden: Tensor) {} apply(v: Tensor): Tensor { return this.hidden.mul(v); } }
declare const params: Params;
declare const model: Model;

// Unannotated
same<Tensor>()(grad((x) => np.sum(np.sin(x)))(3));
same<Tensor>()(grad(grad((x) => np.sum(np.sin(x))))(3));
same<Tensor>()(grad(grad(grad((x: Tensor) => x.mul(x))))(3));
same<Tensor<[]>>()(grad(grad(grad((x: Tensor<[]>) => x.mul(x))))(3));
same<Tensor<[], FloatDType>>()(grad((x: number) => np.sin(x))(3));
same<Params>()(grad((p: Params, x: Tensor) => np.sum(np.mul(p.w, x)))(params, x));
same<Params>()(grad(grad((p: Params) => np.sum(p.w)) as unknown as (p: Params) => Tensor)(params));
same<Model>()(grad((p: Model) => np.sum(p.w))(model));
const twice = grad((q: Params) => np.sum(grad((p: Params) => np.sum(p.w))(q).w));
same<Params>()(twice(params));
same<Params>()(grad((q: Params) => q.b.sum())({ w: x23, b: 1, n: null }));
same<[Tensor, Params]>()(grad((p: Params, x: Tensor) => np.sum(np.mul(p.w, x)), { argnums: [1, 0] })(params, 1));
same<Tensor>()(grad((p: Params, x: Tensor) => np.sum(np.mul(p.w, x)), { argnums: 1 })(params, 1));
same<[Params, { n: number; logits: Tensor }]>()(grad((p: Params) => [np.sum(p.w), { n: 1, logits: p.b }], { hasAux: true })(params));
same<[Tensor<[], "float32">, Params]>()(valueAndGrad((p: Params) => np.sum(p.w))(params));
same<[[Tensor<[], "float32">, { logits: Tensor }], Params]>()(valueAndGrad((p: Params) => [np.sum(p.w), { logits: p.b }], { hasAux: true })(params));
// @ts-expect-error
grad((p: Params) => p.w);
// @ts-expect-error
grad((p: Params) => [p.b, p.b]);
// @ts-expect-error
grad((p: Params) => p.b, { hasAux: true });
// @ts-expect-error
grad((p: Params) => p.b, { argnums: 1 });
// @ts-expect-error
grad((p: Params) => p.b, { argnum: 1 });
// @ts-expect-error
grad((p: Params) => p.b)(x);
// @ts-expect-error
grad(async (p: Params) => p.b);
interface Mixed { w: Tensor; b: number; list: readonly Tensor[]; pair: [Tensor, number]; m: Map<string, Tensor>; u: undefined }
declare const mixed: Mixed;
const gm = grad((p: Mixed) => np.mul(p.w, p.b))(mixed);
same<Tensor<[], FloatDType>>()(gm.b);
same<readonly Tensor[]>()(gm.list);
same<[Tensor, Tensor<[], FloatDType>]>()(gm.pair);
same<Map<string, Tensor>>()(gm.m);
const back: Mixed | typeof gm = gm;
grad((p: Mixed) => np.mul(p.w, p.b))(gm);

type Tree = Tensor | { [k: string]: Tree } | Tree[];
declare const tree: Tree;
const gt: Tree = grad((t: Tree) => x.sum())(tree);
interface List { w: Tensor; next?: List }
declare const list: List;
const gl: List = grad((t: List) => t.w.sum())(list);
same<Tensor>()(gl.w);

const [o, t] = jvp((x) => np.sin(x), [3], [1]);
same<Tensor<Shape, FloatDType>>()(o);
same<Tensor<Shape, FloatDType>>()(t);
const [o2, pb] = vjp((x, y) => [np.mul(x, y), np.sin(x)], [3, 1]);
same<[Tensor, Tensor<Shape, FloatDType>]>()(o2);
const [dx, dy] = pb([1, x]);
same<Tensor>()(dx);
same<Tensor>()(dy);
const [o3, pb3] = vjp((p: Params, y: Tensor) => p.w, [params, 1]);
same<Tensor<[2, 3], "float32">>()(o3);
same<[Params, Tensor]>()(pb3(x23));
const [o4, pb4, aux] = vjp((p: Params) => [p.w, "label"], [params], { hasAux: true });
same<string>()(aux);
void o4; void pb4;
const [o5, lin] = linearize((p: Params, y: Tensor) => p.w, [params, 1]);
same<Tensor<[2, 3], "float32">>()(lin(params, 1));
void o5;
same<[Params]>()(linearTranspose((p: Params) => p.w, [params])(x23));
same<Tensor<[4, 2, 3], "float32">>()(jacrev((x: Tensor<[2, 3], "float32">): Tensor<[4], "float32"> => { throw x; })(x23));
same<Tensor>()(jacrev((x) => np.mul(x, 2))(x));
const jt = jacrev((p: Params) => ({ out: p.w }))(params);
same<Tensor<[2, 3, 2, 3], "float32">>()(jt.out.w);
same<Tensor>()(jt.out.b);
same<Tensor<[2, 3, 2, 3], "float32">>()(hessian((x: Tensor<[2, 3], "float32">) => np.sum(x))(x23));
same<Tensor<[2, 3, 2, 3], "float32">>()(hessian((p: Params) => np.sum(p.w))(params).w.w);
same<[Params]>()(hvp((p: Params) => np.sum(p.w), [params], [params]));
same<Tensor>()(elementwiseGrad((x) => np.mul(x, x))(x));
same<Tensor>()(vmap((x: Tensor) => np.mul(x, x))(x));
same<Tensor<[number, 3], "float32">>()(vmap((x: Tensor<[3], "float32">) => np.mul(x, 2))(x23));
same<Tensor<[number, 2], "float32">>()(vmap((x: Tensor<[3], "float32">, y: Tensor<[2], "float32">) => y.mul(x.sum()), { inAxes: [0, null] })(x23, vmap((x: Tensor<[3], "float32">) => x.sum())(x23) as Tensor<[2], "float32">));
same<Tensor>()(vmap((x, y) => np.dot(x, y), { inAxes: [0, null], outAxes: -1 })(x, x));
same<Tensor>()(vmap(grad((x) => np.sin(x).sum()))(x));
const perExample = vmap(grad((p: Params, x: Tensor) => np.sum(np.mul(p.w, x))), { inAxes: [null, 0] })(params, x);
same<Tensor<[number, 2, 3], "float32">>()(perExample.w);
same<Tensor>()(checkpoint((x) => np.mul(x, x))(x));
const relu = customJvp((x: Tensor) => x.mul(x), ([x], [dx]) => [x.mul(x), dx.mul(2)]);
same<Tensor>()(relu(2));
const clip = customVjp((x: Tensor) => x.mul(x), (x) => [x.mul(x), { x }], ({ x }, g) => [g.mul(x)]);
same<Tensor>()(clip(2));
same<readonly number[]>()(evalShape((x) => np.mul(x, 2))(1).shape);
void makeGraph((x) => x)(1);
same<Tensor<[], FloatDType>>()(stopGradient(2));
same<Params>()(stopGradient(params));

// functions of the library as arguments
const g1: Tensor = grad(np.sum)(x);
const g2: Tensor = elementwiseGrad(np.sin)(0.5);
const g3: Tensor = vmap(np.sin)(x);
const g4: Tensor = vmap(np.dot, { inAxes: [0, null] })(x, x);
const [v5, t5] = jvp(np.sin, [1], [1]);
const g6: Tensor = t5;
const g7: Tensor = jacrev(np.sin)(x);
const g8: Tensor = grad(grad(np.sin))(1);
const [v9, pb9] = vjp(np.mul, [x, x]);
void [g1, g2, g3, g4, v5, g6, g7, g8, v9, pb9, gt, back, aux];

// Generic callers
const descend = <P extends object>(loss: (p: P) => Tensor, p: P): unknown => {
  const [value, g] = valueAndGrad(loss)(p);
  value.item();
  grad(loss)(p);
  jvp(loss, [p], [p]);
  vjp(loss, [p])[1](1);
  return g;
};
const dir = <A extends readonly unknown[]>(f: (...args: A) => Tensor, args: A): unknown => [grad(f)(...args), vjp(f, args)[1](1), jvp(f, args, args)[1].item()];
void [descend, dir];
