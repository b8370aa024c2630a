// What: PyTorch's tutorial on autograd: leaves, backward(), grad that accumulates, a cubic fitted to the sine.
// Why: who knows PyTorch can start at once; there are no tensors to free, and float64 is the default.
// Prints: x.grad 6, again 12, a 36 81 b -12 -8, second 12, false, loss 9.0138, y = 0.000 + 0.843 x + -0.000 x^2 + -0.091 x^3

import { np, type Tensor } from "cotangent";
import { leaf, noGrad } from "cotangent/tape";

const x = leaf(3);
np.mul(x, x).backward();
console.log("x.grad", x.grad?.item());
np.mul(x, x).backward(); // adds up, until zeroGrad()
console.log("again", x.grad?.item());

// Q = 3 a^3 - b^2, of two elements: backward takes the weights of both.
const [a, b] = [leaf([2, 3]), leaf([6, 4])];
const q = np.sub(np.mul(3, np.power(a, 3)), np.square(b));
q.backward(np.array([1, 1]));
console.log("a", a.grad?.toArray(), "b", b.grad?.toArray());

// createGraph: the gradient is a tensor that can go backward itself.
const z = leaf(2);
np.power(z, 3).backward(null, { createGraph: true });
const slope = z.grad as Tensor; // 3 z^2
z.zeroGrad();
slope.backward();
console.log("second", z.grad?.item());

// Nothing is recorded within noGrad.
console.log(noGrad(() => np.mul(z, z)).requiresGrad);

// y = p0 + p1 x + p2 x^2 + p3 x^3, by gradient descent. Tensors never change: a step makes new leaves.
const at = np.linspace(-Math.PI, Math.PI, 2000);
const powers = np.stack([np.onesLike(at), at, np.square(at), np.power(at, 3)]);
const target = np.sin(at);
let p = leaf([0, 0, 0, 0]);
for (let step = 0; step < 2000; step++) {
  const loss = np.sum(np.square(np.sub(np.matmul(p, powers), target)));
  loss.backward();
  p = leaf(noGrad(() => np.sub(p, np.mul(1e-6, p.grad as Tensor))));
  if (step === 1999) console.log("loss", loss.item().toFixed(4));
}
const [p0, p1, p2, p3] = (p.toArray() as number[]).map((c) => c.toFixed(3));
console.log(`y = ${p0} + ${p1} x + ${p2} x^2 + ${p3} x^3`);
