/** Optimisers of Variables: the notebooks' loops to the bit, and the same steps as the pure pairs take. */
import { grad, np, type Tensor, tree } from "cotangent";
import * as optim from "cotangent/optim";
import * as tape from "cotangent/tape";
import { describe, expect, it } from "vitest";

const { GradientTape, Variable } = tape;
type Variable = tape.Variable;
const f32 = { dtype: "float32" } as const;
const [a, b, c] = [np.array(1, f32), np.array(-2, f32), np.array(1, f32)];
/** a x^2 + b x + c */
const quadratic = (x: Tensor | Variable): Tensor =>
  np.add(np.add(np.mul(a, np.power(x, 2)), np.mul(b, x)), c);

describe("the notebooks' loops, in float32 to the bit", () => {
  it("apply_gradients of a tape, a thousand times", () => {
    const x = new Variable(0, f32);
    const optimizer = optim.forVariables(optim.sgd(0.01));
    let y: Tensor = np.array(Number.NaN);
    for (let i = 0; i < 1000; i++) {
      const t = new GradientTape();
      y = t.run(() => quadratic(x));
      optimizer.applyGradients([[t.gradient(y, x), x]]);
    }
    expect([x.item(), x.dtype]).toEqual([0.9999985694885254, "float32"]);
    expect(y.item()).toBe(0);
  });

  it("minimize of a function without arguments", () => {
    const x = new Variable(0, f32);
    const f = (): Tensor => quadratic(x);
    const optimizer = optim.forVariables(optim.sgd(0.01));
    for (let i = 0; i < 1000; i++) optimizer.minimize(f, [x]);
    expect(x.item()).toBe(0.9999985694885254);
    expect(f().item()).toBe(0);
  });
});

interface Params {
  readonly w: Tensor;
  readonly b: Tensor;
}
const start = (): Params => ({
  w: np.array(
    [
      [1, -2],
      [0.5, 3],
    ],
    f32,
  ),
  b: np.array(0.25),
});
type Read = (x: { readonly w: Tensor | Variable; readonly b: Tensor | Variable }) => Tensor;
const loss: Read = ({ w, b: bias }) =>
  np.add(np.sum(np.square(np.sin(w))), np.mul(np.exp(np.neg(bias)), np.astype(np.sum(w), "float64")));

const optimizers: Readonly<Record<string, optim.GradientTransformation>> = {
  sgd: optim.sgd(optim.cosineDecaySchedule(0.1, { decaySteps: 12 }), { momentum: 0.9, nesterov: true }),
  adamw: optim.adamw(0.05),
  rmsprop: optim.rmsprop(0.01, { centered: true, momentum: 0.9 }),
  lion: optim.lion(0.01),
  clipped: optim.chain(optim.clipByGlobalNorm(0.6), optim.adam(0.05)),
};
const plain = (x: unknown): unknown => tree.leaves(x).map((leaf) => (leaf as Tensor).toArray());

describe.each(Object.entries(optimizers))("%s", (_, optimizer) => {
  const variablesOf = ({ w, b: bias }: Params): { w: Variable; b: Variable } => ({
    w: new Variable(w),
    b: new Variable(bias),
  });

  it("moves Variables as it moves tensors, bit for bit", () => {
    const expected = optim.minimize(loss, start(), { steps: 7, optimizer });
    const v = variablesOf(start());
    const inPlace = optim.forVariables(optimizer);
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 7; i++) before = inPlace.minimize(() => loss(v), [v.w, v.b]).item();
    expect([v.w.toArray(), v.b.item()]).toEqual([expected.x.w.toArray(), expected.x.b.item()]);
    expect([v.w.dtype, v.b.dtype]).toEqual(["float32", "float64"]);
    expect(before).not.toBe(expected.value.item()); // the loss is that before the step
    // a state for a list of parameters has the leaves of one for an object of them
    expect(plain(inPlace.state)).toEqual(plain(expected.state));
  });

  it("goes on from a saved state", () => {
    const v = variablesOf(start());
    const whole = optim.forVariables(optimizer);
    const step = (o: optim.VariableOptimizer, x: typeof v): Tensor => o.minimize(() => loss(x), [x.w, x.b]);
    for (let i = 0; i < 3; i++) step(whole, v);
    const copy = { w: new Variable(v.w.value), b: new Variable(v.b.value) };
    const resumed = optim.forVariables(optimizer, { state: whole.state as optim.OptimizerState });
    expect(plain(resumed.state)).toEqual(plain(whole.state));
    for (let i = 0; i < 4; i++) {
      step(whole, v);
      step(resumed, copy);
    }
    expect([copy.w.toArray(), copy.b.item()]).toEqual([v.w.toArray(), v.b.item()]);
    expect(plain(resumed.state)).toEqual(plain(whole.state));
  });
});

describe("applyGradients", () => {
  const momentum = optim.sgd(0.5, { momentum: 0.5 });

  it("goes by the Variables, not by their order, and leaves out what has no gradient", () => {
    const [x, y, z] = [1, 2, 3].map((value) => new Variable(value)) as [Variable, Variable, Variable];
    const o = optim.forVariables(momentum);
    expect(o.state).toBeUndefined();
    o.applyGradients([
      [np.array(1), x],
      [np.array(10), y],
      [undefined, z],
    ]);
    o.applyGradients(
      new Map([
        [np.array(10), y],
        [np.array(1), x],
      ]),
    );
    expect([x.item(), y.item(), z.item()]).toEqual([1 - 0.5 - 0.75, 2 - 5 - 7.5, 3]);
  });

  it("is no operation: tapes do not record it, derivatives do not flow through it", () => {
    const x = new Variable(3);
    const o = optim.forVariables(momentum);
    const outer = new GradientTape({ persistent: true });
    const y = outer.run(() => {
      const t = new GradientTape();
      const inner = t.run(() => np.square(x));
      o.applyGradients([[t.gradient(inner, x), x]]);
      return np.mul(x, x);
    });
    expect([x.item(), y.item()]).toEqual([0, 0]);
    expect(outer.gradient(y, x)?.item()).toBe(0);
    const slope = grad((p: Tensor) => {
      o.applyGradients([[np.mul(p, p), x]]);
      return np.mul(p, x.value);
    })(2);
    expect(slope.item()).toBe(x.item());
  });

  it("changes nothing where it fails", () => {
    const x = new Variable([1, 2]);
    const o = optim.forVariables(optim.adam());
    expect(() => o.applyGradients([[np.array([1, 2, 3]), x]])).toThrow(/gradients\[0\].*\[3\] and \[2\]/);
    expect([x.toArray(), o.state]).toEqual([[1, 2], undefined]);
  });

  it("a run of many steps with a tape keeps what it holds small", () => {
    const x = new Variable([4, -3]);
    const o = optim.forVariables(optim.adam(0.1));
    for (let i = 0; i < 400; i++) o.minimize(() => np.sum(np.square(x)), [x]);
    expect(np.max(np.abs(x)).item()).toBeLessThan(1e-2);
    expect(tree.leaves(o.state)).toHaveLength(3);
  });
});
