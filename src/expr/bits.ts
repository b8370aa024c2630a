/**
 * Functions of the bits of a double: what SIMD does with a shift and a mask, and emitters for it know by identity.
 * Arrays that share one buffer hold nothing from one call to the next.
 *
 * | function | value | at the edges |
 * |---|---|---|
 * | pow2 | 2^k for whole -1023 <= k <= 1024 | 0 at the lower end, infinity at the upper; any number for other k and for NaN |
 * | exponent | the exponent field less 1023: floor(log2 abs(x)) | -1023 for zeros and subnormals; 1024 for infinities and NaN |
 * | copySign | the magnitude of x with the sign of y | -0 is negative; any sign for y = NaN |
 *
 * Expressions use the first two only in float64.
 */
import type { ScalarFunctionRef } from "./expr.js";

const double: Float64Array = /* @__PURE__ */ new Float64Array(1);
const words: Int32Array = /* @__PURE__ */ (() => new Int32Array(double.buffer))();

/** Which of the two words of a double holds the sign and the exponent. */
const high: number = /* @__PURE__ */ (() => {
  double[0] = 1;
  return words[0] === 0 ? 1 : 0;
})();

/** 2^k at k + 1023: a look into a table costs less than bits written and read back as a double. */
const powers: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(2048);
  const bits = new Int32Array(table.buffer);
  for (let k = 0; k < 2048; k++) bits[2 * k + high] = k << 20;
  return table;
})();

export const pow2: ScalarFunctionRef = {
  name: "pow2",
  f: (k = 0) => powers[(k + 1023) & 2047] as number,
};

export const exponent: ScalarFunctionRef = {
  name: "exponent",
  f: (x = 0) => {
    double[0] = x;
    return (((words[high] as number) >>> 20) & 2047) - 1023;
  },
};

export const copySign: ScalarFunctionRef = {
  name: "copySign",
  f: (x = 0, y = 0) => (y < 0 || (y === 0 && 1 / y < 0) ? -Math.abs(x) : Math.abs(x)),
};
