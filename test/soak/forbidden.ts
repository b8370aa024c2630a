// A sample of everything that runs on generated code: the same numbers must come out where generation is forbidden.
import { grad, hessian, jit, np, type Tensor, valueAndGrad, vmap } from "cotangent";
import * as lax from "cotangent/lax";

const x = np.linspace(0.1, 2, 12);
const m = np.reshape(x, [3, 4]);
const f32 = np.astype(m, "float32");
const ints = np.astype(np.multiply(m, 10), "int32");
/** Programs that are numbers, arrays, products and loops: JavaScript where it may be generated, WebAssembly where not. */
function compiled(): readonly Tensor[] {
  const wave = (y: Tensor): Tensor => np.sum(np.multiply(np.sin(y), np.exp(np.negative(y))));
  const [value, slope] = jit(valueAndGrad(wave))(x);
  const chain = (y: Tensor): Tensor =>
    lax.foriLoop(0, 100, (_, z: Tensor) => np.add(np.multiply(z, 0.999), np.multiply(0.001, np.sin(z))), y);
  const least = (y: Tensor): Tensor =>
    lax.whileLoop(
      (z) => np.less(z, 50),
      (z) => np.multiply(z, 3),
      y,
    );
  return [
    value,
    slope,
    jit(grad((y: Tensor) => np.sin(np.multiply(y, y))))(0.3),
    jit(grad(chain))(1.3),
    jit(least)(2),
    jit((y: Tensor) =>
      lax.cond(
        np.greater(np.sum(y), 0),
        (z: Tensor) => np.tanh(z),
        (z: Tensor) => z,
        y,
      ),
    )(f32),
    jit((y: Tensor) => np.matmul(np.tanh(y), np.transpose(y)))(m),
    jit((y: Tensor) => np.add(np.sort(y), np.cumsum(y, { axis: 0 })))(m),
  ];
}
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
  ...compiled(),
];
console.log(JSON.stringify(results.flatMap((r) => Array.from(r.toTypedArray()))));
