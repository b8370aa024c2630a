/**
 * The character LSTM of ADBench, with elementwise weights: each bit of a character has its own memory cell. An
 * ordinary loop over time that carries a state.
 *
 * Source: the objective "lstm" of microsoft/ADBench, which extends F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark
 * of selected algorithmic differentiation tools on some problems in computer vision and machine learning",
 * Optimization Methods and Software 33 (2018).
 */
import { np, type Tensor } from "cotangent";
import * as lax from "cotangent/lax";
import { generator } from "./random.js";

export interface LstmParams {
  /** [2 layers, 4 bits]: the weights and the biases of each layer, each as forget, input, output, change. */
  readonly main: Tensor;
  /** [3, bits]: the scale of what goes in, the scale and the bias of what comes out. */
  readonly extra: Tensor;
}

/** One layer's memory, each of shape [bits]. */
interface Memory {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}
type Layer = readonly [weights: Tensor, biases: Tensor];

/** Gates see the input (forget, output) or the hidden state (input, change); all four in one product. */
const step = ([weights, biases]: Layer, x: Tensor, { hidden, cell }: Memory): Memory => {
  const gates = np.add(np.mul(weights, np.stack([x, hidden, x, hidden])), biases);
  const [forget, ingate, outgate] = np.unstack(lax.logistic(np.slice(gates, { slice: [0, 3] }))) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const change = np.tanh(np.slice(gates, 3));
  const next = np.add(np.mul(cell, forget), np.mul(ingate, change));
  return { hidden: np.mul(outgate, np.tanh(next)), cell: next };
};

/**
 * The mean negative log-likelihood of every character of `sequence`, [characters, bits] of 0 and 1, after those
 * before it; `state` is the memory at the start, [2 layers, bits]: hidden and cell of each layer.
 */
export const lstmObjective = ({ main, extra }: LstmParams, state: Tensor, sequence: Tensor): Tensor => {
  const [characters, bits] = sequence.shape as [number, number];
  const rows = np.unstack(np.reshape(main, [-1, 4, bits])) as Tensor[];
  const layers = rows.flatMap((weights, i): Layer[] =>
    i % 2 === 0 ? [[weights, rows[i + 1] as Tensor]] : [],
  );
  const [scaleIn, scaleOut, biasOut] = np.unstack(extra) as [Tensor, Tensor, Tensor];
  const letters = np.unstack(sequence) as Tensor[];
  const states = np.unstack(state) as Tensor[];
  let memories = layers.map(
    (_, i): Memory => ({ hidden: states[2 * i] as Tensor, cell: states[2 * i + 1] as Tensor }),
  );

  const predictions: Tensor[] = [];
  for (const letter of letters.slice(0, -1)) {
    let x = np.mul(letter, scaleIn);
    memories = layers.map((layer, i) => {
      const memory = step(layer, x, memories[i] as Memory);
      x = memory.hidden;
      return memory;
    });
    predictions.push(x);
  }
  const logits = np.add(np.mul(np.stack(predictions), scaleOut), biasOut);
  const normalizer = np.log(np.add(2, np.sum(np.exp(logits), { axis: 1, keepdims: true })));
  const next = np.slice(sequence, { slice: [1] });
  return np.div(np.sum(np.mul(next, np.sub(logits, normalizer))), -(characters - 1) * bits);
};

export interface LstmProblem {
  readonly params: LstmParams;
  readonly state: Tensor;
  readonly sequence: Tensor;
}

export const generateLstm = (layers: number, characters: number, bits: number, seed: number): LstmProblem => {
  const { normals, uniform } = generator(seed);
  const matrix = (n: number, m: number, data: Float64Array): Tensor => np.reshape(np.array(data), [n, m]);
  const letters = Float64Array.from({ length: characters * bits }, () => (uniform() < 0.3 ? 1 : 0));
  return {
    params: {
      main: matrix(2 * layers, 4 * bits, normals(8 * layers * bits, 0.5)),
      extra: matrix(3, bits, normals(3 * bits, 0.5)),
    },
    state: matrix(2 * layers, bits, normals(2 * layers * bits, 0.5)),
    sequence: matrix(characters, bits, letters),
  };
};
