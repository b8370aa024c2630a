/** Shapes and dtypes as the compiler sees them: literal where known, quiet where not, an error where they clash. */
import { type DType, type FloatDType, np, type Shape, type Tensor, type TensorLike } from "cotangent";
import type { ReduceOptions } from "../../src/tensor/tensor.js";
import { same } from "./same.js";

declare const x: Tensor;
declare const like: TensorLike;
declare const a: Tensor<[2, 3], "float32">;
declare const b: Tensor<[3], "float64">;
declare const four: Tensor<[4], "float64">;
declare const i: Tensor<[3], "int32">;
declare const mask: Tensor<[3], "bool">;
declare const rows: Tensor<[number, 3], "float32">;
declare const deep: Tensor<[2, 1, 3, 1, 5, 1, 7, 1], "float32">;
declare const deeper: Tensor<[1, 2, 1, 4, 1, 6, 1, 8], "float32">;
declare const shape: readonly number[];
declare const options: ReduceOptions;
declare const n: number;

// Creation: literal arrays have literal shapes
same<Tensor<[2, 3], "float64">>()(np.zeros([2, 3]));
same<Tensor<[2, 3], "float32">>()(np.ones([2, 3], { dtype: "float32" }));
same<Tensor<Shape, "float64">>()(np.zeros(shape));
same<Tensor<[2, 2], "float64">>()(
  np.array([
    [1, 2],
    [3, 4],
  ]),
);
same<Tensor<[2], "float32">>()(np.array([1, 2], { dtype: "float32" }));
same<Tensor<[2], "bool">>()(np.array([true, false]));
same<Tensor<[number], "int8">>()(np.array(new Int8Array(3)));
same<Tensor<[number, number], "float64">>()(np.array([[1, 2]] as number[][]));
same<Tensor<[], "float64">>()(np.array(3));
same<Tensor<[2, 3], "float32">>()(np.zerosLike(a));
same<Tensor<[3, 3], "float64">>()(np.eye(3));

// Broadcasting and promotion
same<Tensor<[2, 3], "float64">>()(np.add(a, b));
same<Tensor<[2, 3], "float64">>()(a.add(b));
same<Tensor<[2, 3], "float32">>()(np.mul(a, rows));
same<Tensor<[2, 3], "float32">>()(np.add(a, np.zeros([2, 1], { dtype: "float32" })));
same<Tensor<[2, 2, 3, 4, 5, 6, 7, 8], "float32">>()(np.add(deep, deeper));
same<Tensor>()(np.add(x, x));
same<Tensor>()(x.mul(like));
same<Tensor<Shape, FloatDType>>()(np.add(x, a));
// @ts-expect-error sizes 3 and 4
np.add(a, four);
// @ts-expect-error sizes 3 and 4, as a method
a.add(four);
// @ts-expect-error sizes 3 and 2 of a literal array
np.add(b, [1, 2]);
// @ts-expect-error a string is no tensor
np.add(b, "1");
// @ts-expect-error the condition has 4 elements
np.where(np.less(four, 0), a, 0);

// Numbers take the dtype of the tensor; a fraction makes floats of integers
same<Tensor<[2, 3], "float32">>()(a.mul(2.5));
same<Tensor<[3], "int32">>()(np.add(i, 2));
same<Tensor<[3], "float64">>()(np.add(i, 2.5));
same<Tensor<[3], "int32" | "float64">>()(np.add(i, n));
same<Tensor<[3], "int32">>()(np.add(mask, 2));
same<Tensor<[3], "float64">>()(np.add([1, 2, 3], 2));
same<Tensor<[], FloatDType>>()(np.add(1, 2));
same<Tensor<[3], "float64">>()(np.div(i, 2));
same<Tensor<[3], "float64">>()(np.sin(i));
same<Tensor<[2, 3], "float32">>()(np.sin(a));
same<Tensor<[2, 3], "float32">>()(np.neg(a));
same<Tensor<[2, 3], "bool">>()(np.less(a, 0));
same<Tensor<[2, 3], "float32">>()(np.where(np.less(a, 0), a, 0));
same<Tensor<[3], "float32">>()(i.astype("float32"));

// Reductions
same<Tensor<[], "float32">>()(a.sum());
same<Tensor<[]>>()(np.sum(x));
same<Tensor<[3], "float32">>()(np.sum(a, { axis: 0 }));
same<Tensor<[2, 1], "float32">>()(a.sum({ axis: -1, keepdims: true }));
same<Tensor<[1, 1], "float32">>()(np.max(a, { keepdims: true }));
same<Tensor<[], "float32">>()(a.sum({ axis: [0, -1] }));
same<Tensor<[2, 3, 5, 7], "float32">>()(deep.max({ axis: [1, 3, -3, 7] }));
same<Tensor<Shape, "float32">>()(a.sum(options));
same<Tensor<Shape, "float32">>()(a.sum({ axis: n }));
same<Tensor>()(np.sum(x, { axis: 0 }));
same<Tensor<[], "float64">>()(np.mean(i));
same<Tensor<[], "int32">>()(np.sum(mask));
same<Tensor<[2], "int32">>()(np.argmax(a, { axis: 1 }));
same<Tensor<[3], "bool">>()(np.any(np.less(a, 0), { axis: 0 }));
// @ts-expect-error there is no axis 2
np.sum(a, { axis: 2 });
// @ts-expect-error nor -3
a.max({ axis: [0, -3] });
// @ts-expect-error the option is keepdims
np.sum(a, { axis: 1, keepDims: true });

// Products
same<Tensor<[2, 5], "float64">>()(np.matmul(a, np.zeros([3, 5])));
same<Tensor<[2], "float64">>()(a.matmul(b));
same<Tensor<[], "float64">>()(np.dot(b, [1, 2, 3]));
same<Tensor<[7, 2, 5], "float32">>()(np.matmul(a, np.zeros([7, 3, 5], { dtype: "float32" })));
same<Tensor>()(x.matmul(x));
// @ts-expect-error inner sizes 3 and 4
np.matmul(a, four);
// @ts-expect-error inner sizes 3 and 4, as a method
a.dot(four);
// @ts-expect-error a scalar has no axis to contract
np.matmul(a, 2);

// Rearrangements
same<Tensor<[3, 2], "float32">>()(a.transpose());
same<Tensor<[3, 2], "float32">>()(np.transpose(a, [-1, 0]));
same<Tensor<Shape, "float32">>()(a.transpose(shape));
same<Tensor<[3, 2], "float32">>()(a.reshape([3, 2]));
same<Tensor<[6], "float32">>()(np.reshape(a, [-1]));
same<Tensor<[2, 3, 1], "float32">>()(a.reshape([2, -1, 1]));
same<Tensor<[number, 6], "float32">>()(a.reshape([-1, 6]));
same<Tensor<[3, 2]>>()(x.reshape([3, 2]));
same<Tensor<[number, 2]>>()(x.reshape([-1, 2]));
same<Tensor<Shape, "float32">>()(a.reshape(shape));
same<Tensor<[640, 1440], "float64">>()(np.zeros([640, 480, 3]).reshape([640, -1]));
same<Tensor<[997002999], "float64">>()(np.zeros([999, 999, 999]).reshape([997002999]));
same<Tensor<[4, 2, 3], "float32">>()(np.broadcastTo(a, [4, 2, 3]));
// @ts-expect-error 6 elements into 4
a.reshape([4]);
// @ts-expect-error 921600 elements into 921601
np.zeros([640, 480, 3]).reshape([921601]);
// @ts-expect-error two axes
a.transpose([1, 0, 2]);

// Every tensor is a Tensor; a known shape can be asserted
export const plain: readonly Tensor[] = [x, a, i, rows, np.sum(a)];
export const asserted: Tensor<[3]> = x as Tensor<[3]>;
// @ts-expect-error a shape that is not known is not any shape
export const unsound: Tensor<[3]> = x;

// Unions and functions generic in shape, dtype or tensor compile
declare const either: Tensor<[2]> | Tensor<[3]>;
same<Tensor<[2] | [3]>>()(np.neg(either));
export const methods: Tensor = either.mul(2).sum({ axis: 0 });
export const plus = (p: Tensor | number, q: TensorLike): Tensor => np.add(p, q);
export const overShape = <S extends Shape>(p: Tensor<S>, q: Tensor<S>): Tensor => np.add(p, q).mul(p);
export const overDType = <S extends Shape, D extends DType>(p: Tensor<S, D>): Tensor<S, D> =>
  np.neg(p).astype(p.dtype);
export const overFloat = <S extends Shape>(p: Tensor<S>): Tensor<S, FloatDType> => np.sin(p);
export const overTensor = <T extends Tensor>(p: T, q: T): Tensor => np.sum(np.add(p, np.sin(q)), { axis: 0 });
export const products = <S extends Shape>(p: Tensor<S>): Tensor =>
  np.matmul(p, p.transpose()).reshape([2, 3]).sum({ axis: 1 });
// Long chains of them cost no more than their length
export const longShape = <S extends Shape>(p: Tensor<S>, q: Tensor<S>): Tensor =>
  np.sin(p).mul(q).add(p).mul(2).sub(q).div(p).sum({ axis: 0 }).mul(q).matmul(p).add(1).mul(np.add(q, p));
export const longTensor = <T extends Tensor>(p: T, q: T): Tensor =>
  np.sin(p).mul(q).add(p).mul(2).sub(q).div(p).sum({ axis: 0 }).reshape([2, 3]).transpose().mul(q).add(p);
