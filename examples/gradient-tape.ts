// What: TensorFlow's tutorial on automatic differentiation: a Variable, a tape, nested tapes, a layer trained step by step.
// Why: programs written for GradientTape read the same here; the tape replays the library's own rules.
// Prints: dy/dx 6, dy 6 d2y 2, both 6 108, None, 0.25 0.5, loss 5.8750, loss 0.0000, w 2.000 b 1.000

import { np, type Tensor } from "cotangent";
import { GradientTape, Variable } from "cotangent/tape";

// A tape records what is computed while it runs; Variables that are read are watched.
const x = new Variable(3, { name: "x", dtype: "float32" });
const tape = new GradientTape();
const y = tape.run(() => np.mul(x, x));
console.log("dy/dx", tape.gradient(y, x)?.item());

// Tapes nest: the outer one records the gradient of the inner.
const [outer, inner] = [new GradientTape(), new GradientTape()];
const first = outer.run(() =>
  inner.gradient(
    inner.run(() => np.mul(x, x)),
    x,
  ),
);
console.log("dy", first?.item(), "d2y", outer.gradient(first, x)?.item());

// A persistent tape answers as often as it is asked, also by intermediate results.
const many = new GradientTape({ persistent: true });
const [u, v] = many.run(() => {
  const square = np.mul(x, x);
  return [square, np.mul(square, square)];
});
console.log("both", many.gradient(u, x)?.item(), many.gradient(v, x)?.item());

// What was not watched has no gradient.
const constant = np.array(5);
console.log(many.gradient(v, constant) ?? "None");

// Within a block: `using` stops the tape at its end, whatever happens.
const slopes = (at: Tensor): Tensor => {
  using block = new GradientTape().start();
  block.watch(at);
  return block.gradient(np.sqrt(at), at, { unconnected: "zero" });
};
console.log(slopes(np.array(4)).item(), slopes(np.array(1)).item());

// A model is an object that holds Variables; its gradient has the shape of what is asked for.
class Line {
  readonly w = new Variable(0.5, { name: "w" });
  readonly b = new Variable(0, { name: "b" });
  readonly call = (input: Tensor): Tensor => np.add(np.mul(this.w, input), this.b);
}
const model = new Line();
const inputs = np.array([-1, 0, 1, 2]);
const targets = np.array([-1, 1, 3, 5]); // 2 x + 1
const step = (): number => {
  const recording = new GradientTape();
  const loss = recording.run(() => np.mean(np.square(np.sub(targets, model.call(inputs)))));
  const { w, b } = recording.gradient(loss, { w: model.w, b: model.b }, { unconnected: "zero" });
  model.w.assignSub(np.mul(0.2, w));
  model.b.assignSub(np.mul(0.2, b));
  return loss.item();
};
for (let i = 0; i <= 100; i++) {
  const loss = step();
  if (i % 100 === 0) console.log("loss", loss.toFixed(4));
}
console.log("w", model.w.item().toFixed(3), "b", model.b.item().toFixed(3));
