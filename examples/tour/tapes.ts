/** The same notebooks as they were written: with tapes, Variables and `backward()`. */
import { jit, np, stopGradient, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import { GradientTape, leaf, TapeUsedError, Variable } from "cotangent/tape";
import { type Part, type Row, table } from "./report.js";

const variable = (data: number | readonly number[]): Variable =>
  new Variable(data as number[], { dtype: "float32" });
const one = np.array(1, { dtype: "float32" });
const minusTwo = np.array(-2, { dtype: "float32" });
const square = (x: Tensor | Variable): Tensor => np.mul(x, x);
/** x^2 - 2 x + 1 */
const f = (x: Tensor | Variable): Tensor =>
  np.add(np.add(np.mul(one, np.pow(x, 2)), np.mul(minusTwo, x)), one);

const single = (): readonly Row[] => {
  const x = variable(3);
  const tape = new GradientTape({ persistent: true });
  const [y, z] = tape.run(() => {
    const y = square(x);
    return [y, square(y)] as const;
  });
  const once = new GradientTape();
  const target = once.run(() => square(x));
  const used: boolean[] = [];
  for (let time = 0; time < 2; time++) {
    try {
      once.gradient(target, x);
      used.push(false);
    } catch (error) {
      used.push(error instanceof TapeUsedError);
    }
  }
  const parameter = leaf(3, { dtype: "float32" });
  parameter.mul(parameter).backward();
  const [seen, unseen] = [variable(2), variable(5)];
  const choosy = new GradientTape({ watchAccessedVariables: false, persistent: true });
  const [ofSeen, ofUnseen] = choosy.run(() => {
    choosy.watch(seen);
    return [np.pow(seen, 2), np.pow(unseen, 3)] as const;
  });
  const cleared = new GradientTape({ persistent: true });
  const [before, after] = cleared.run(() => {
    const first = square(x);
    cleared.reset();
    return [first, square(x)] as const;
  });
  const paused = new GradientTape();
  const unrecorded = paused.run(() => paused.stopRecording(() => square(x)));
  return [
    {
      id: 4,
      what: "persistent tape: y, z, z again",
      prints: "6.0 108.0 108.0",
      ours: [tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, x)],
    },
    { id: 5, what: "a used tape: error, 2nd time only", prints: "[False,True]", ours: [np.array(used)] },
    { id: 9, what: "z first, then y", prints: "108.0 6.0", ours: [tape.gradient(z, x), tape.gradient(y, x)] },
    {
      id: 10,
      what: "x.mul(x).backward(), x.grad",
      prints: "tensor(6.)",
      ours: [parameter.grad ?? undefined],
    },
    {
      id: 14,
      what: "watchAccessedVariables: false",
      prints: "4.0 None",
      ours: [choosy.gradient(ofSeen, seen), choosy.gradient(ofUnseen, unseen)],
    },
    {
      id: 17,
      what: "reset(): before, after",
      prints: "None 6.0",
      ours: [cleared.gradient(before, x), cleared.gradient(after, x)],
    },
    { id: 18, what: "stopRecording(() => x^2)", prints: "None", ours: [paused.gradient(unrecorded, x)] },
  ];
};

const arrays = (): readonly Row[] => {
  const x = variable([0, 1, 2, 3]);
  const tape = new GradientTape({ persistent: true });
  const [y, held] = tape.run(() => {
    const y = square(x);
    return [y, np.mul(stopGradient(y), x)] as const;
  });
  const column = np.reshape(np.arange(4, { dtype: "float32" }), [4, 1]);
  const inside = (): readonly (Tensor | undefined)[] => {
    using open = new GradientTape({ persistent: true }).start();
    open.watch(column);
    const y = square(column);
    const z = square(y);
    return [open.gradient(z, column), open.gradient(y, column)];
  };
  const [ofFourth, ofSquare] = inside();
  return [
    { id: 23, what: "a target of 4 elements is summed", prints: "[0,2,4,6]", ours: [tape.gradient(y, x)] },
    { id: 25, what: "stopGradient(x^2) x", prints: "[0,1,4,9]", ours: [tape.gradient(held, x)] },
    { id: 26, what: "x^4, asked while it records", prints: "[[0],[4],[32],[108]]", ours: [ofFourth] },
    { id: null, what: "and x^2", prints: "[[0],[2],[4],[6]]", ours: [ofSquare] },
  ];
};

const training = (): readonly Row[] => {
  const x = variable(0);
  for (let step = 0; step < 1000; step++) {
    const tape = new GradientTape();
    const y = tape.run(() => f(x));
    x.assignSub(np.mul(0.01, tape.gradient(y, x, { unconnected: "zero" })));
  }
  return [
    { id: 30, what: "1,000 steps on a Variable: f, x", prints: "0.0 0.99999857", ours: [f(x), x.value] },
  ];
};

/** The derivative of f by a tape, and f: of a value that may be traced. */
const slopeAndValue = (x: Tensor): readonly [Tensor, Tensor] => {
  const tape = new GradientTape();
  const y = tape.run(() => {
    tape.watch(x);
    return f(x);
  });
  return [tape.gradient(y, x, { unconnected: "zero" }), y];
};
const step = (x: Tensor): Tensor => np.sub(x, np.mul(0.01, slopeAndValue(x)[0]));

const compiled = (): readonly Row[] => {
  const both = jit((x: Tensor) => slopeAndValue(np.astype(x, "float32")));
  // XLA, which compiled the notebooks' loops, does not round a product that feeds a sum: so does `contract`
  const loop = jit((x: Tensor) => lax.foriLoop(0, 1000, (_, x) => step(x), x), { contract: true });
  const nested = jit(step);
  const train = jit(
    (epochs: number, x: Tensor) => {
      for (let epoch = 0; epoch < epochs; epoch++) x = nested(x);
      return x;
    },
    { staticArgnums: 0, contract: true },
  );
  const zero = np.array(0, { dtype: "float32" });
  const [looped, trained] = [loop(zero), train(1000, zero)];
  return [
    { id: 29, what: "compiled, a tape within: at 0", prints: "-2.0 1.0", ours: both(np.array(0)) },
    { id: null, what: "and at 1", prints: "0.0 0.0", ours: both(np.array(1)) },
    { id: 32, what: "the whole loop compiled: x, f", prints: "0.9999985 0.0", ours: [looped, f(looped)] },
    {
      id: 33,
      what: "nested functions: train(1000)",
      prints: "0.9999985 0.0",
      ours: [trained, f(trained)],
    },
  ];
};

export const tapes = (): Part => table([...single(), ...arrays(), ...training(), ...compiled()]);
