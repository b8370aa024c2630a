/** The types of compiled functions: those of the functions, with what callers may pass besides. */
import { jit, np, type Tensor, vmap } from "cotangent";
import { same } from "./same.js";

interface Params {
  readonly w: Tensor;
  readonly b?: Tensor<[]>;
}
declare const params: Params;
declare const x: Tensor<[3]>;

const loss = jit((p: Params, v: Tensor<[3]>): Tensor<[3]> => np.add(v, p.b ?? 0));
same<Tensor<[3]>>()(loss(params, x));
same<Tensor<[3]>>()(loss({ w: new Float64Array(3), b: 1 }, x));
// @ts-expect-error a tensor of another shape
loss(params, np.ones([4]));
// @ts-expect-error the parameter is missing
loss(params);

same<Params>()(jit((p: Params): Params => p)(params));
same<number>()(loss.stats().compiles);
same<string>()(loss.lower(params, x).kernels);

// Static arguments keep their own types
const named = jit((v: Tensor<[3]>, name: "relu" | "tanh") => (name === "tanh" ? np.tanh(v) : v), {
  staticArgnums: 1,
});
named(x, "tanh");
// @ts-expect-error no such name
named(x, "sin");
// @ts-expect-error options have other names
jit((v: Tensor) => v, { static: 1 });

const rows: Tensor = vmap(jit((v: Tensor) => v.sum()))(np.ones([2, 3]));
same<Tensor>()(rows);
