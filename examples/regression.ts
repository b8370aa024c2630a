// What: a line through noisy points by gradient descent on an object of parameters.
// Why: gradients of a tree have its type, so an optimiser serves any parameters; a run is a loop with its state in the open.
// Prints: slope 2.003, intercept -1.000

import { np, type Tensor } from "cotangent";
import * as optim from "cotangent/optim";

interface Line {
  readonly slope: Tensor;
  readonly intercept: Tensor;
}

const inputs = np.linspace(-1, 1, 100);
// targets 2 x - 1 and a wave in place of noise
const noise = np.mul(0.1, np.sin(np.mul(97, inputs)));
const targets = np.add(np.sub(np.mul(2, inputs), 1), noise);

const predict = (line: Line, at: Tensor): Tensor => np.add(np.mul(line.slope, at), line.intercept);
const loss = (line: Line): Tensor => np.mean(np.square(np.sub(predict(line, inputs), targets)));

const { x: line } = optim.minimize(
  loss,
  { slope: np.array(0), intercept: np.array(0) },
  {
    steps: 200,
    optimizer: optim.sgd(0.3),
    onStep: ({ step, value }) => {
      if (step % 40 === 1) console.log(`step ${String(step).padStart(3)}: loss ${value.item().toFixed(6)}`);
    },
  },
);
console.log(`slope ${line.slope.item().toFixed(3)}, intercept ${line.intercept.item().toFixed(3)}`);
