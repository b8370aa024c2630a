/** Shapes and dtypes of tensor operations as the compiler sees them: literal where known, quiet where not. */
import type { DType, FloatDType } from "../../src/tensor/dtype.js";
import type { Shape } from "../../src/tensor/shape.js";
import type * as F from "../../src/tensor/signatures.js";
import type { Tensor, TensorLike, ReduceOptions } from "../../src/tensor/tensor.js";
import { same } from "./equal.js";

declare const np: {
  neg: F.UnaryFunction; sin: F.FloatFunction; add: F.BinaryFunction; div: F.FloatBinaryFunction; less: F.ComparisonFunction;
  where: F.WhereFunction; sum: F.SumFunction; max: F.ReductionFunction; mean: F.FloatReductionFunction; argmax: F.ArgReductionFunction;
  matmul: F.MatMulFunction; dot: F.DotFunction; reshape: F.ReshapeFunction; transpose: F.TransposeFunction; zeros: F.CreationFunction;
  full: F.FullFunction; array: F.ArrayFunction; onesLike: F.LikeFunction; eye: F.EyeFunction; astype: F.CastFunction; cumsum: F.CumulativeFunction;
};
declare const x: Tensor;
declare const a23: Tensor<[2, 3], "float32">;
declare const b3: Tensor<[3], "float64">;
declare const b4: Tensor<[4], "float64">;
declare const i3: Tensor<[3], "int32">;
declare const n3: Tensor<[number, 3], "float32">;
declare const like: TensorLike;
declare const opts: ReduceOptions;
declare const shape: readonly number[];

same<Tensor<[2, 3], "float64">>()(np.add(a23, b3));
same<Tensor<[2, 3], "float64">>()(a23.add(b3));
same<Tensor<[2, 3], "float32">>()(a23.mul(2.5));
same<Tensor<[3], "int32">>()(np.add(i3, 2));
same<Tensor<[3], "float64">>()(np.add(i3, 2.5));
same<Tensor<[3], "float64">>()(np.add([1, 2, 3], 2.5));
same<Tensor<[], FloatDType>>()(np.add(1, 2));
same<Tensor>()(np.add(x, x));
same<Tensor>()(x.add(like));
same<Tensor<Shape, FloatDType>>()(np.add(x, a23));
same<Tensor<[2, 3], "float32">>()(np.add(n3, a23));
same<Tensor<[2, 3], "float32">>()(np.add(a23, np.zeros([2, 1], { dtype: "float32" })));
// @ts-expect-error sizes 3 and 4
np.add(a23, b4);
// @ts-expect-error sizes 3 and 4
a23.add(b4);
// @ts-expect-error sizes 3 and 2
np.add(b3, [1, 2]);
// @ts-expect-error a string is no tensor
np.add(b3, "1");

const generic = <S extends Shape>(p: Tensor<S>, q: Tensor<S>): Tensor => np.add(p, q).mul(p);
const generic2 = <T extends Tensor>(p: T, q: T): Tensor => np.sum(np.add(p, np.sin(q)), { axis: 0 });
const generic3 = <S extends Shape, D extends DType>(p: Tensor<S, D>): Tensor<S, D> => np.neg(p);
const generic4 = <S extends Shape>(p: Tensor<S>): Tensor<S, FloatDType> => np.sin(p);
const generic5 = <S extends Shape>(p: Tensor<S>): Tensor => np.matmul(p, p).reshape([2, 3]).sum({ axis: 1 });
const generic6 = <S extends Shape>(p: Tensor<S>): Tensor => np.reshape(p, [2, 3]);
const generic7 = (p: Tensor, ax: number): Tensor => np.sum(p, { axis: ax });
const union = (p: Tensor | number): Tensor => np.add(p, 1);
void [generic, generic2, generic3, generic4, generic5, generic6, generic7, union];

same<Tensor<[], "float32">>()(np.sum(a23));
same<Tensor<[], "float32">>()(a23.sum());
same<Tensor<[]>>()(np.sum(x));
same<Tensor<[3], "float32">>()(np.sum(a23, { axis: 0 }));
same<Tensor<[2, 1], "float32">>()(a23.sum({ axis: -1, keepdims: true }));
same<Tensor<[], "float32">>()(a23.sum({ axis: [0, 1] }));
same<Tensor<Shape, "float32">>()(a23.sum(opts));
same<Tensor>()(np.sum(x, { axis: 0 }));
same<Tensor<[], "float64">>()(np.mean(i3));
// @ts-expect-error axis 2 of rank 2
np.sum(a23, { axis: 2 });
// @ts-expect-error no such option
np.sum(a23, { axis: 1, keepDims: true });

const c: Tensor<[2, 5], "float32"> = np.matmul(a23, np.zeros([3, 5], { dtype: "float32" }));
same<Tensor<[2], "float64">>()(np.matmul(a23, b3));
// @ts-expect-error 3 and 4
np.matmul(a23, b4);
// @ts-expect-error 3 and 4
a23.matmul(b4);
same<Tensor<[3, 2], "float32">>()(a23.transpose());
same<Tensor<[3, 2], "float32">>()(a23.transpose([1, 0]));
// @ts-expect-error 2 axes
a23.transpose([1, 0, 2]);
same<Tensor<[3, 2], "float32">>()(a23.reshape([3, 2]));
same<Tensor<[6], "float32">>()(a23.reshape([-1]));
same<Tensor<Shape, "float32">>()(a23.reshape(shape));
same<Tensor<[3, 2]>>()(x.reshape([3, 2]));
// @ts-expect-error 6 elements into 4
a23.reshape([4]);
same<Tensor<[2, 2], "float64">>()(np.array([[1, 2], [3, 4]]));
same<Tensor<[2, 2], "float32">>()(np.array([[1, 2], [3, 4]], { dtype: "float32" }));
same<Tensor<[], "float64">>()(np.array(3));
same<Tensor<[2], "bool">>()(np.array([true, false]));
same<Tensor<[2, 3], "float32">>()(np.onesLike(a23));
same<Tensor<[3, 3], "float64">>()(np.eye(3));
same<Tensor<[2, 3], "bool">>()(np.less(a23, 0));
same<Tensor<[2, 3], "float32">>()(np.where(np.less(a23, 0), a23, 0));
const any: Tensor = a23;
const narrow = x as Tensor<[3]>;
void [c, any, narrow];
export const bin: F.BinaryFunction = ((a: TensorLike, b: TensorLike): Tensor => x) as F.BinaryFunction;
export const sum: F.SumFunction = ((a: TensorLike, b?: ReduceOptions): Tensor => x) as F.SumFunction;
