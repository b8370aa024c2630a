/** Sorting a million random numbers; the engine's own sort of a typed array beside the libraries. */
import { rng } from "../lib/random.mjs";
import { cotangent, jaxjs, tfjs } from "./systems.mjs";

const n = 1_000_000;
const next = rng(13);
const doubles = Float64Array.from({ length: n }, () => 2 * next() - 1);
const data = { float64: doubles, float32: Float32Array.from(doubles) };

/** 0 if these are the numbers in order. */
const unsorted = (expected) => (out) => (out.length === n && expected.every((x, i) => x === out[i]) ? 0 : 1);

const sorting = (dtype) => {
  const x = data[dtype];
  return {
    id: `sort-${dtype}`,
    about: `sort of 1,000,000 numbers, ${dtype}`,
    tolerance: 0,
    error: (out) => unsorted(x.slice().sort())(out),
    systems: {
      async cotangent() {
        const { np } = await cotangent();
        const tensor = np.array(x);
        return [() => np.sort(tensor), (out) => out.toTypedArray()];
      },
      async "jax-js"() {
        const { numpy } = await jaxjs();
        const tensor = numpy.array(x);
        return [() => numpy.sort(tensor.ref).dataSync(), (out) => out];
      },
      async "typed array"() {
        return [() => x.slice().sort(), (out) => out];
      },
      ...(dtype === "float32" && {
        async "tfjs-wasm"() {
          const tf = await tfjs();
          const tensor = tf.tensor1d(x);
          // it has no sort: the n largest, which come in falling order
          return [
            () => tf.tidy(() => tf.topk(tensor, n, true).values.dataSync()),
            (out) => out.toReversed?.() ?? [...out].reverse(),
          ];
        },
      }),
    },
  };
};

const ordering = {
  id: "argsort-float64",
  about: "stable argsort of 1,000,000 numbers, float64",
  tolerance: 0,
  error: (order) => unsorted(data.float64.slice().sort())(Float64Array.from(order, (i) => data.float64[i])),
  systems: {
    async cotangent() {
      const { np } = await cotangent();
      const tensor = np.array(data.float64);
      return [() => np.argsort(tensor), (out) => out.toTypedArray()];
    },
    async "jax-js"() {
      const { numpy } = await jaxjs();
      const tensor = numpy.array(data.float64);
      return [() => numpy.argsort(tensor.ref).dataSync(), (out) => out];
    },
  },
};

export const cases = [sorting("float64"), sorting("float32"), ordering];
