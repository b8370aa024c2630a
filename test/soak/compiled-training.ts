// Compiled steps: prints heap and WebAssembly memory in MB after every tenth of 1,000,000 calls of a small step, then of a hundredth as many of a network's.
import { grad, jit, np, type Tensor, tree } from "cotangent";

const steps = Number(process.argv[2]);

type Memory = { readonly buffer: ArrayBuffer };
const engine = (globalThis as unknown as { WebAssembly: { Memory: new (limits: object) => Memory } })
  .WebAssembly;
/** Every memory that is alive: the compiler's are made when they are first needed. */
const memories: WeakRef<Memory>[] = [];
engine.Memory = class extends engine.Memory {
  constructor(limits: object) {
    super(limits);
    memories.push(new WeakRef(this));
  }
};
const memoryBytes = (): number =>
  memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);

const heap: number[] = [];
const memory: number[] = [];
const run = (count: number, step: () => void): void => {
  for (let i = 1; i <= count; i++) {
    step();
    if (i % (count / 10) !== 0) continue;
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 2 ** 20);
    memory.push(memoryBytes() / 2 ** 20);
  }
};

// a small step: numbers, as JavaScript
const small = jit(
  (x: Tensor): Tensor => np.subtract(x, np.multiply(0.01, grad((y: Tensor) => np.square(np.sin(y)))(x))),
);
let x: Tensor = np.array(0.7);
run(steps, () => {
  x = small(x);
});

// a network's: products and long loops, in WebAssembly
type Weights = { readonly w: Tensor; readonly b: Tensor; readonly v: Tensor };
const inputs = np.reshape(np.sin(np.arange(64 * 16)), [64, 16]);
const targets = np.cos(np.arange(64));
const loss = ({ w, b, v }: Weights): Tensor => {
  const hidden = np.tanh(np.add(np.matmul(inputs, w), b));
  return np.mean(np.square(np.subtract(np.matmul(hidden, v), targets)));
};
const train = jit((weights: Weights): Weights => {
  const slopes = grad(loss)(weights);
  return tree.map((p: Tensor, g: Tensor): Tensor => np.subtract(p, np.multiply(0.01, g)), weights, slopes);
});
let weights: Weights = { w: np.full([16, 32], 0.1), b: np.zeros([32]), v: np.full([32], 0.2) };
run(steps / 100, () => {
  weights = train(weights);
});
if (!Number.isFinite(x.item()) || !Number.isFinite(loss(weights).item()))
  throw new Error("the training diverged");
console.log(JSON.stringify([heap, memory]));
