/** Derivatives keep the types of trees; argnums, hasAux and results that are no scalar are read from the types. */
import { elementwiseGrad, type FloatDType, grad, np, type Tensor, valueAndGrad } from "cotangent";
import { same } from "./same.js";

declare const x: Tensor;
declare const w: Tensor<[2, 3], "float32">;

// Parameters without annotation are tensors; callers pass numbers and typed arrays too
same<Tensor>()(grad((p) => np.sum(np.sin(p)))(3));
same<Tensor>()(grad((p, q) => p.mul(q).sum())(3, x));
same<Tensor>()(grad((p: Tensor) => p.sum())(new Float64Array(3)));
same<Tensor<[], FloatDType>>()(grad((p: number) => np.sin(p))(3));
same<Tensor<[2, 3], "float32">>()(grad((p: Tensor<[2, 3], "float32">) => p.sum())(w));
// @ts-expect-error an array is a tree of its elements, not a tensor
grad((p: Tensor) => p.sum())([1, 2]);
// @ts-expect-error a number has no shape [2, 3]
grad((p: Tensor<[2, 3]>) => p.sum())(1);
// @ts-expect-error the parameter is missing
grad((p: Tensor) => p.sum())();

// Any order
same<Tensor>()(grad(grad((p) => np.sum(np.sin(p))))(3));
same<Tensor>()(grad(grad(grad((p: Tensor) => p.mul(p))))(3));
same<Tensor<[]>>()(grad(grad(grad((p: Tensor<[]>) => p.mul(p))))(3));

// Trees: interfaces, classes, readonly and optional fields, null
interface Params {
  readonly w: Tensor<[2, 3], "float32">;
  b: Tensor;
  c?: Tensor;
  readonly none: null;
}
class Model {
  readonly w: Tensor;
  private readonly scale: Tensor;
  constructor(weights: Tensor, scale: Tensor) {
    this.w = weights;
    this.scale = scale;
  }
  apply(v: Tensor): Tensor {
    return this.w.mul(v).mul(this.scale);
  }
}
declare const params: Params;
declare const model: Model;
const loss = (p: Params, v: Tensor): Tensor => np.sum(np.mul(p.w, v));
same<Params>()(grad(loss)(params, x));
same<Params>()(grad(loss)({ w, b: 1, none: null }, 2));
same<Model>()(grad((m: Model) => m.apply(x).sum())(model));
same<Params>()(grad((q: Params) => grad(loss)(q, x).b.sum())(params));
// @ts-expect-error w has another shape
grad(loss)({ w: np.zeros([3, 2], { dtype: "float32" }), b: 1, none: null }, 2);
// @ts-expect-error b is missing
grad(loss)({ w, none: null }, 2);

// Numbers in trees become tensors; containers keep their kind
interface Mixed {
  w: Tensor;
  b: number;
  readonly list: readonly Tensor[];
  pair: [first: Tensor, second: number];
  map: Map<string, Tensor>;
  nothing: undefined;
}
declare const mixed: Mixed;
const mixedLoss = (p: Mixed): Tensor => np.mul(p.w, p.b);
const mixedGradient = grad(mixedLoss)(mixed);
same<Tensor<[], FloatDType>>()(mixedGradient.b);
same<readonly Tensor[]>()(mixedGradient.list);
same<[first: Tensor, second: Tensor<[], FloatDType>]>()(mixedGradient.pair);
same<Map<string, Tensor>>()(mixedGradient.map);
same<undefined>()(mixedGradient.nothing);
grad(mixedLoss)(mixedGradient);

// Types that contain themselves
interface Chain {
  w: Tensor;
  next?: Chain;
}
type Nest = Tensor | Nest[] | { [key: string]: Nest };
declare const chain: Chain;
declare const nest: Nest;
export const chainGradient: Chain = grad((p: Chain) => p.w.sum())(chain);
export const nestGradient: Nest = grad((_p: Nest) => x.sum())(nest);

// argnums
same<Tensor>()(grad(loss, { argnums: 1 })(params, 1));
same<[Tensor, Params]>()(grad(loss, { argnums: [1, 0] })(params, 1));
same<[Params]>()(grad(loss, { argnums: [0] })(params, 1));
declare const someArgnum: number;
export const anyOf: Params | Tensor = grad(loss, { argnums: someArgnum })(params, 1);
// @ts-expect-error there is no argument 2
grad(loss, { argnums: 2 });
// @ts-expect-error nor among several
grad(loss, { argnums: [0, 2] });
// @ts-expect-error the option is argnums
grad(loss, { argnum: 1 });

// hasAux
const withAux = (p: Params): [Tensor<[]>, { logits: Tensor; step: number; name: string }] => [
  p.b.sum(),
  { logits: p.b, step: 1, name: "a" },
];
interface Aux {
  logits: Tensor;
  step: number;
  name: string;
}
export const aux: [Params, Aux] = grad(withAux, { hasAux: true })(params);
export const valueAndAux: [[Tensor<[]>, Aux], Params] = valueAndGrad(withAux, { hasAux: true })(params);
same<[Params, { logits: Tensor }]>()(
  grad((p: Params) => [np.sum(p.w), { logits: p.b }], { hasAux: true })(params),
);
same<[Tensor<[], "float32">, Params]>()(valueAndGrad((p: Params) => np.sum(p.w))(params));
same<[Tensor, [Tensor, Tensor]]>()(valueAndGrad((p, q) => p.dot(q), { argnums: [0, 1] })(x, x));
// @ts-expect-error the function returns a pair
grad(withAux);
// @ts-expect-error the function returns no pair
grad(loss, { hasAux: true });

// Results that are no scalar
// @ts-expect-error shape [2, 3]
grad((p: Params) => p.w);
// @ts-expect-error a list
grad((p: Params) => [p.b, p.b]);
// @ts-expect-error a Promise
grad(async (p: Params) => p.b);
same<Params>()(elementwiseGrad((p: Params) => p.w)(params));

// Functions of the library
export const ofSum: Tensor = grad(np.sum)(x);
export const ofSin: Tensor = grad(grad(np.sin))(1);
export const elementwise: Tensor = elementwiseGrad(np.sin)(0.5);

// Callers generic in the tree
export const step = <P extends object>(f: (p: P) => Tensor, p: P): readonly [number, P] => {
  const [value, gradient] = valueAndGrad(f)(p);
  void gradient;
  void grad(f)(p);
  return [value.item(), p];
};
export const gradientOf = <A extends readonly unknown[]>(f: (...args: A) => Tensor, args: A): unknown =>
  grad(f)(...args);
