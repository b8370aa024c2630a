/** The operations of the array API against PyTorch, NumPy and IEEE arithmetic: values and derivatives. */
import { type OperationCase, operationProblems } from "./derivatives.js";
import { goldenSuite } from "./suite.js";

for (const file of ["unary", "binary", "reductions", "movement", "indexing", "linalg", "fft", "nn"]) {
  goldenSuite<OperationCase>(file, operationProblems);
}
