/**
 * Complex Fourier transforms of float64 vectors, each checked against the definition at a few of its elements. fft.js takes
 * powers of two only: beside other lengths it does the usual thing, Bluestein's convolution written with it.
 */
import { rng } from "../lib/random.mjs";
import { cotangent, jaxjs, peer } from "./systems.mjs";

/** fft.js on interleaved numbers, planned beforehand. */
const planned = (FFT, n, re, im) => {
  const plan = new FFT(n);
  const x = plan.createComplexArray();
  for (let j = 0; j < n; j++) [x[2 * j], x[2 * j + 1]] = [re[j], im[j]];
  const out = plan.createComplexArray();
  return () => {
    plan.transform(out, x);
    return out;
  };
};

const convolved = (FFT, n, re, im) => {
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const plan = new FFT(size);
  const make = () => new Array(2 * size).fill(0);
  const [a, b, filter, product, back] = [make(), make(), make(), make(), make()];
  const w = Array.from({ length: n }, (_, j) => {
    const angle = (-Math.PI * ((j * j) % (2 * n))) / n;
    return [Math.cos(angle), Math.sin(angle)];
  });
  w.forEach(([c, s], j) => {
    for (const k of [j, (size - j) % size]) [b[2 * k], b[2 * k + 1]] = [c, -s];
  });
  plan.transform(filter, b);
  const out = new Array(2 * n);
  return () => {
    a.fill(0);
    for (let j = 0; j < n; j++) {
      const [c, s] = w[j];
      a[2 * j] = re[j] * c - im[j] * s;
      a[2 * j + 1] = re[j] * s + im[j] * c;
    }
    plan.transform(product, a);
    for (let k = 0; k < 2 * size; k += 2) {
      const xr = product[k];
      const xi = product[k + 1];
      product[k] = xr * filter[k] - xi * filter[k + 1];
      product[k + 1] = xr * filter[k + 1] + xi * filter[k];
    }
    plan.inverseTransform(back, product);
    for (let k = 0; k < n; k++) {
      const [c, s] = w[k];
      out[2 * k] = back[2 * k] * c - back[2 * k + 1] * s;
      out[2 * k + 1] = back[2 * k] * s + back[2 * k + 1] * c;
    }
    return out;
  };
};

const transform = (id, n) => {
  const next = rng(11);
  const [re, im] = [0, 1].map(() => Float64Array.from({ length: n }, () => 2 * next() - 1));
  const isPower = Number.isInteger(Math.log2(n));
  /** Against the sums that define a few elements, relative to the size of a typical one. */
  const error = (out) => {
    let worst = 0;
    for (const k of [0, 1, 2, n >> 1, (n >> 1) + 1, n - 1, 12345 % n]) {
      let [a, b] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        a += re[j] * c - im[j] * s;
        b += re[j] * s + im[j] * c;
      }
      const [x, y] = out(k);
      worst = Math.max(worst, Math.abs(x - a), Math.abs(y - b));
    }
    return worst / Math.sqrt(n);
  };
  return {
    id,
    about: `complex Fourier transform of ${n} points, float64`,
    tolerance: 1e-10,
    error,
    systems: {
      async cotangent() {
        const { np, room } = await cotangent();
        const { fft } = await room("fft");
        const z = { re: np.array(re), im: np.array(im) };
        return [
          () => fft(z),
          (out) => {
            const parts = [out.re.toTypedArray(), out.im.toTypedArray()];
            return (k) => parts.map((part) => part[k]);
          },
        ];
      },
      async "fft.js"() {
        const call = (isPower ? planned : convolved)(await peer("fft.js"), n, re, im);
        return [call, (out) => (k) => [out[2 * k], out[2 * k + 1]]];
      },
      async "jax-js"() {
        if (!isPower) throw new Error("powers of two only");
        const { numpy } = await jaxjs();
        const z = { real: numpy.array(re), imag: numpy.array(im) };
        return [
          () => {
            const out = numpy.fft.fft({ real: z.real.ref, imag: z.imag.ref });
            return [out.real.dataSync(), out.imag.dataSync()];
          },
          (parts) => (k) => parts.map((part) => part[k]),
        ];
      },
    },
  };
};

export const cases = [transform("fft-65536", 2 ** 16), transform("fft-65537", 65537)];
