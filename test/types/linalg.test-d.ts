/** Linear algebra as the compiler sees it: shapes of results where sizes are literal, square matrices told from others. */
import type { DType, FloatDType, Shape, Tensor } from "cotangent";
import * as linalg from "cotangent/linalg";
import { same } from "./same.js";

declare const square: Tensor<[3, 3], "float32">;
declare const stack: Tensor<[5, 2, 2], "float64">;
declare const oblong: Tensor<[2, 3], "float64">;
declare const vector: Tensor<[3], "float64">;
declare const unknown: Tensor;
declare const rows: Tensor<[number, 3], "float64">;
declare const ints: Tensor<[2, 2], "int32">;

same<Tensor<[3, 3], "float32">>()(linalg.inv(square));
same<Tensor<[5, 2, 2], "float64">>()(linalg.cholesky(stack));
same<Tensor<[5], "float64">>()(linalg.det(stack));
same<Tensor<[], "float64">>()(linalg.det(ints));
same<readonly [Tensor<[], "float32">, Tensor<[], "float32">]>()(linalg.slogdet(square));
same<readonly [Tensor<[5, 2], "float64">, Tensor<[5, 2, 2], "float64">]>()(linalg.eigh(stack));
same<Tensor<[3], "float32">>()(linalg.eigvals(square).im);
same<Tensor<[5, 2, 2], "float64">>()(linalg.eig(stack)[1].re);
same<readonly [Tensor<[3, 3], "float32">, Tensor<[3, 3], "float32">]>()(linalg.schur(square));
same<Tensor<[3], "float32">>()(linalg.eigvalsh(square));
same<Tensor<[2, 2], "float64">>()(
  linalg.matrixPower(
    [
      [1, 2],
      [3, 4],
    ],
    2,
  ),
);
same<Tensor<[number, 3], "float64">>()(linalg.expm(rows));
same<Tensor<Shape, FloatDType>>()(linalg.inv(unknown));
same<Tensor<Shape, FloatDType>>()(linalg.det(unknown));

same<Tensor<[3], "float64">>()(linalg.solve(square, vector));
same<Tensor<[5, 2], "float64">>()(linalg.solve(stack, [1, 2]));
same<Tensor<[3, 3], "float32">>()(linalg.triangularSolve(square, square, { lower: true }));
same<Tensor<[2, 3], "float64">>()(linalg.choSolve(ints, oblong));
same<Tensor<Shape, FloatDType>>()(linalg.solve(unknown, unknown));
same<Tensor<[3, 2], "float64">>()(linalg.pinv(oblong));

// @ts-expect-error a square matrix is needed, got [2, 3]
linalg.solve(oblong, [1, 2]);
// @ts-expect-error a square matrix is needed, got [2, 3]
linalg.inv(oblong);
// @ts-expect-error a square matrix is needed, got [2, 3]
linalg.cholesky(oblong);
// @ts-expect-error a square matrix is needed, got [2, 3]
linalg.eigh(oblong);
// @ts-expect-error a matrix is needed, got [3]
linalg.det(vector);
// @ts-expect-error a square matrix is needed, got [1, 2]
linalg.expm([[1, 2]]);
// @ts-expect-error no such mode
linalg.qr(oblong, { mode: "full" });

// a generic caller compiles
export const whiten = <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor =>
  linalg.cholesky(x as Tensor);
