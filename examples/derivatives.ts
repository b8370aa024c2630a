// What: tanh at 0.5 and its first five derivatives, each the `grad` of the one before.
// Why: a derivative is a function like any other, so it has a derivative; no order is special.
// Prints: 0.462117157 0.786447733 -0.726861981 -0.565209288 3.952219564 -3.266686472

import { grad, np, type Tensor } from "cotangent";

type ScalarFunction = (x: Tensor) => Tensor;

let f: ScalarFunction = np.tanh;
for (let order = 0; order <= 5; order++) {
  console.log(`tanh${"'".repeat(order)}(1/2)`.padEnd(15), f(np.array(0.5)).item().toFixed(9).padStart(13));
  f = grad(f);
}
