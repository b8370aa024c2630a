// What: the gradient of a loss for every example of a batch by itself, clipped and summed, as in private training.
// Why: the loss is written for one example; `vmap(grad(loss))` gives all gradients at once, with no loop.
// Prints: shapes [4,2] and [4], lengths 1.0000 5.0990 2.2361 0.0000, clipped sum 0.3061 -0.7845 -0.7489

import { grad, np, type Tensor, vmap } from "cotangent";

interface Model {
  readonly weights: Tensor;
  readonly bias: Tensor;
}

/** Half the squared error of a linear model for one example. */
const loss = (model: Model, x: Tensor, y: Tensor): Tensor => {
  const error = np.sub(np.add(np.vdot(model.weights, x), model.bias), y);
  return np.mul(0.5, np.square(error));
};

const model: Model = { weights: np.array([1, -1]), bias: np.array(0) };
const inputs = np.array([
  [0, 0],
  [3, 4],
  [2, 0],
  [1, 1],
]);
const targets = np.array([1, 0, 1, 0]);

// the model is shared, examples are numbered by their first axis
const gradients = vmap(grad(loss), { inAxes: [null, 0, 0] })(model, inputs, targets);
console.log(`shapes: weights [${gradients.weights.shape}], bias [${gradients.bias.shape}]`);

const squares = np.add(np.sum(np.square(gradients.weights), { axis: 1 }), np.square(gradients.bias));
const lengths = np.sqrt(squares);
console.log("lengths:", (lengths.toArray() as number[]).map((value) => value.toFixed(4)).join(" "));

// no example moves the model by more than 1
const factors = np.div(1, np.maximum(1, lengths));
const clipped = [
  ...(np.matmul(factors, gradients.weights).toArray() as number[]),
  np.vdot(factors, gradients.bias).item(),
];
console.log("clipped sum:", clipped.map((value) => value.toFixed(4)).join(" "));

// the same, one example at a time
const largest = [0, 1, 2, 3].map((i) => {
  const alone = grad(loss)(model, np.slice(inputs, i), np.slice(targets, i));
  const away = np.sub(alone.weights, np.slice(gradients.weights, i));
  return np.max(np.abs(away)).item();
});
console.log("difference from a loop:", Math.max(...largest));
