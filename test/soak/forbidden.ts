// A sample of everything that runs on generated code: the same numbers must come out where generation is forbidden.
import { grad, hessian, np, vmap } from "cotangent";

const x = np.linspace(0.1, 2, 12);
const m = np.reshape(x, [3, 4]);
const f32 = np.astype(m, "float32");
const ints = np.astype(np.multiply(m, 10), "int32");
const results = [
  grad((y: typeof x) => np.sum(np.multiply(np.sin(y), np.exp(np.negative(y)))))(x),
  hessian((y: typeof x) => np.logsumexp(np.multiply(y, y)))(x),
  vmap((row: typeof x) => np.subtract(row, np.mean(row)))(m),
  np.add(np.transpose(m), np.reshape(x, [4, 3])),
  np.power(f32, 2.5),
  np.tanh(np.divide(f32, 3)),
  np.where(np.greater(m, 1), m, np.negative(m)),
  np.floorDivide(ints, 3),
  np.remainder(ints, 4),
  np.bitwiseXor(ints, 5),
  np.logicalAnd(np.greater(m, 1), np.less(m, 1.5)),
  np.round(np.multiply(m, 10)),
  np.sort(np.sin(np.multiply(m, 20))),
  np.matmul(m, np.transpose(m)),
  np.cumsum(m, { axis: 1 }),
];
console.log(JSON.stringify(results.flatMap((r) => Array.from(r.toTypedArray()))));
