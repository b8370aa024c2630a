/** Convolutions of images (examples, rows, columns, features) in float32, checked against the sums that define them. */
import { rng } from "../lib/random.mjs";
import { cotangent, jaxjs, tfjs } from "./systems.mjs";

const convolution = (id, [batch, size, features], [window, outs], padding) => {
  const next = rng(17);
  const fill = (count) => Float32Array.from({ length: count }, () => 2 * next() - 1);
  const x = fill(batch * size * size * features);
  const w = fill(window * window * features * outs);
  const before = padding === "SAME" ? (window - 1) >> 1 : 0;
  const side = padding === "SAME" ? size : size - window + 1;
  /** Element (image, row, column, feature) of the result. */
  const exact = (image, row, column, out) => {
    let sum = 0;
    for (let i = 0; i < window; i++) {
      for (let j = 0; j < window; j++) {
        const [r, c] = [row + i - before, column + j - before];
        if (r < 0 || c < 0 || r >= size || c >= size) continue;
        for (let f = 0; f < features; f++)
          sum +=
            x[((image * size + r) * size + c) * features + f] *
            w[((i * window + j) * features + f) * outs + out];
      }
    }
    return sum;
  };
  return {
    id,
    about: `convolution of ${batch} images ${size} x ${size} x ${features} by ${window} x ${window} to ${outs} features, float32`,
    tolerance: 1e-5,
    flop: 2 * batch * side * side * window * window * features * outs,
    error: (at) => {
      const some = rng(19);
      const pick = (count) => Math.floor(some() * count);
      const scale = Math.sqrt(window * window * features);
      let worst = 0;
      for (let k = 0; k < 2000; k++) {
        const place = [pick(batch), pick(side), pick(side), pick(outs)];
        const d = Math.abs(at(...place) - exact(...place)) / scale;
        if (!(d <= worst)) worst = d;
      }
      return worst;
    },
    systems: {
      async cotangent() {
        const { np, room } = await cotangent();
        const { convGeneralDilated } = await room("nn");
        const image = np.reshape(np.array(x), [batch, size, size, features]);
        const kernel = np.reshape(np.array(w), [window, window, features, outs]);
        return [() => convGeneralDilated(image, kernel, { padding }), (out) => last(out.toTypedArray())];
      },
      async "tfjs-wasm"() {
        const tf = await tfjs();
        const image = tf.tensor4d(x, [batch, size, size, features]);
        const kernel = tf.tensor4d(w, [window, window, features, outs]);
        let before;
        return [
          () => {
            before?.dispose();
            before = tf.conv2d(image, kernel, 1, padding.toLowerCase());
            return before;
          },
          (out) => last(out.dataSync()),
        ];
      },
      async "jax-js"() {
        const jax = await jaxjs();
        const { numpy: np, lax } = jax;
        const image = np.transpose(np.array(x).reshape([batch, size, size, features]), [0, 3, 1, 2]);
        const kernel = np.transpose(np.array(w).reshape([window, window, features, outs]), [3, 2, 0, 1]);
        const f = jax.jit((a, b) => lax.conv(a, b, [1, 1], padding));
        await Promise.all([image, kernel].map((a) => a.ref.blockUntilReady?.()));
        return [
          () => f(image.ref, kernel.ref).dataSync(),
          (out) => (i, r, c, f) => out[((i * outs + f) * side + r) * side + c],
        ];
      },
    },
  };
  function last(out) {
    return (i, r, c, f) => out[((i * side + r) * side + c) * outs + f];
  }
};

export const cases = [
  convolution("conv2d-32x26x26x16", [32, 26, 16], [3, 32], "VALID"),
  convolution("conv2d-4x56x56x64", [4, 56, 64], [3, 64], "SAME"),
];
