// Gradient steps on a small model: prints the heap in use, in MB, after every tenth of them.
import { grad, np, type Tensor, tree } from "cotangent";

const steps = Number(process.argv[2]);
const x = np.reshape(np.arange(20), [10, 2]);
const y = np.arange(10);
const loss = (p: { w: Tensor; b: Tensor; v: Tensor }) => {
  const hidden = np.tanh(np.add(np.matmul(x, p.w), p.b));
  const error = np.subtract(np.matmul(hidden, p.v), y);
  return np.mean(np.multiply(error, error));
};
let params: { w: Tensor; b: Tensor; v: Tensor } = {
  w: np.full([2, 3], 0.1),
  b: np.zeros([3]),
  v: np.full([3], 0.2),
};
const heap: number[] = [];
for (let i = 1; i <= steps; i++) {
  params = tree.map((p, g) => np.subtract(p, np.multiply(0.001, g)), params, grad(loss)(params));
  if (i % (steps / 10) === 0) {
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
}
console.log(JSON.stringify(heap));
