// What: a line through noisy points by gradient descent on an object of parameters.
// Why: `grad` of a function of a tree returns a tree of the same type, so updating it is one `tree.map`.
// Prints: slope 2.003, intercept -1.000

import { np, type Tensor, tree, valueAndGrad } from "cotangent";

interface Line {
  readonly slope: Tensor;
  readonly intercept: Tensor;
}

const x = np.linspace(-1, 1, 100);
// y = 2 x - 1 and a wave in place of noise
const noise = np.mul(0.1, np.sin(np.mul(97, x)));
const y = np.add(np.sub(np.mul(2, x), 1), noise);

const predict = (line: Line, at: Tensor): Tensor => np.add(np.mul(line.slope, at), line.intercept);
const loss = (line: Line): Tensor => np.mean(np.square(np.sub(predict(line, x), y)));

const step = valueAndGrad(loss);
let line: Line = { slope: np.array(0), intercept: np.array(0) };
for (let i = 0; i < 200; i++) {
  const [value, gradient] = step(line);
  if (i % 40 === 0) console.log(`step ${String(i).padStart(3)}: loss ${value.item().toFixed(6)}`);
  line = tree.map((p, g) => np.sub(p, np.mul(0.3, g)), line, gradient);
}
console.log(`slope ${line.slope.item().toFixed(3)}, intercept ${line.intercept.item().toFixed(3)}`);
