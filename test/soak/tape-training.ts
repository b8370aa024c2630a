// Training with a tape and Variables, then with leaves: prints the heap in use, in MB, after every tenth of the steps.
import { np, type Tensor } from "cotangent";
import { GradientTape, leaf, Variable } from "cotangent/tape";

const steps = Number(process.argv[2]);
const x = np.reshape(np.arange(20), [10, 2]);
const y = np.arange(10);
const loss = (w: Tensor, b: Tensor, v: Tensor): Tensor => {
  const hidden = np.tanh(np.add(np.matmul(x, w), b));
  const error = np.subtract(np.matmul(hidden, v), y);
  return np.mean(np.multiply(error, error));
};
const heap: number[] = [];
const run = (step: () => void): void => {
  for (let i = 1; i <= steps; i++) {
    step();
    if (i % (steps / 10) !== 0) continue;
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
};

const start: readonly Tensor[] = [np.full([2, 3], 0.1), np.zeros([3]), np.full([3], 0.2)];
const variables = start.map((value) => new Variable(value));
const persistent = new GradientTape({ persistent: true });
run(() => {
  const tape = new GradientTape();
  const value = tape.run(() =>
    loss(...(variables.map((v) => v.value) as unknown as [Tensor, Tensor, Tensor])),
  );
  const gradients = tape.gradient(value, variables, { unconnected: "zero" });
  variables.forEach((v, i) => {
    v.assignSub(np.multiply(0.001, gradients[i] as Tensor));
  });
  // a tape that stays is as flat, as long as it is reset
  persistent.run(() => loss(...(variables.map((v) => v.value) as unknown as [Tensor, Tensor, Tensor])));
  persistent.reset();
});
let leaves: readonly Tensor[] = start.map((value) => leaf(value));
let seen = 0;
run(() => {
  const value = loss(...(leaves as unknown as [Tensor, Tensor, Tensor]));
  value.backward();
  seen += value.item();
  leaves = leaves.map((p) => leaf(np.subtract(p.detach(), np.multiply(0.001, p.grad as Tensor))));
});
if (!Number.isFinite(seen)) throw new Error("the training diverged");
console.log(JSON.stringify(heap));
