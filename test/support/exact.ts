/**
 * Elementary functions to any precision, in whole numbers: y = Y / 2^p. They share nothing with the library, so that
 * its errors can be counted in units in the last place.
 */

/** Parts of a double: x = mantissa 2^exponent. */
const parts = (x: number): readonly [mantissa: bigint, exponent: number] => {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const field = Number((word >> 52n) & 2047n);
  const fraction = word & ((1n << 52n) - 1n);
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n);
  return [x < 0 ? -mantissa : mantissa, Math.max(field, 1) - 1075];
};

const shift = (x: bigint, by: number): bigint => (by >= 0 ? x << BigInt(by) : x >> BigInt(-by));

/** A double in fixed point with p bits behind the point. */
export const fixed = (x: number, p: number): bigint => {
  const [mantissa, exponent] = parts(x);
  return shift(mantissa, exponent + p);
};

export const lengthOf = (x: bigint): number => (x < 0n ? -x : x).toString(2).length;

const one = (p: number): bigint => 1n << BigInt(p);
const mul = (x: bigint, y: bigint, p: number): bigint => (x * y) >> BigInt(p);
const div = (x: bigint, y: bigint, p: number): bigint => (x << BigInt(p)) / y;

const cached = (f: (p: number) => bigint): ((p: number) => bigint) => {
  const known = new Map<number, bigint>();
  return (p) => {
    const value = known.get(p) ?? f(p);
    known.set(p, value);
    return value;
  };
};

/** atan(1 / n) or, with sign 1, atanh(1 / n). */
const inverseTangent = (n: bigint, sign: 1n | -1n, p: number): bigint => {
  let power = one(p + 32) / n;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = (sign * power) / (n * n);
  }
  return sum >> 32n;
};

/** Machin's formula. */
const pi = cached((p) => 16n * inverseTangent(5n, -1n, p) - 4n * inverseTangent(239n, -1n, p));
const ln2 = cached((p) => 2n * inverseTangent(3n, 1n, p));

export const sqrt = (x: bigint, p: number): bigint => {
  const n = x << BigInt(p);
  if (n === 0n) return 0n;
  let root = 1n << BigInt((lengthOf(n) >> 1) + 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

export const exp = (x: bigint, p: number): bigint => {
  const q = p + 48;
  const y = x << 48n;
  const k = y / ln2(q);
  let sum = one(q);
  let term = sum;
  const r = (y - k * ln2(q)) >> 8n;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = mul(term, r, q) / n;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = mul(sum, sum, q);
  return shift(sum, Number(k) - 48);
};

/** Halley's steps on exp, each of which triples the digits. */
export const log = (x: bigint, p: number): bigint => {
  const k = lengthOf(x) - p;
  const m = shift(x, -k);
  let y = fixed(Math.log(Number(shift(m, 60 - p)) / 2 ** 60), p);
  for (let digits = 50; digits < 2 * p; digits *= 3) {
    const e = exp(y, p);
    y += div(2n * (m - e), m + e, p);
  }
  return y + BigInt(k) * ln2(p);
};

export const atan = (x: bigint, p: number): bigint => {
  if (x < 0n) return -atan(-x, p);
  if (x > one(p)) return pi(p) / 2n - atan(div(one(p), x, p), p);
  const q = p + 32;
  let y = x << 32n;
  for (let i = 0; i < 5; i++) y = div(y, one(q) + sqrt(one(q) + mul(y, y, q), q), q);
  const z = mul(y, y, q);
  let sum = 0n;
  for (let n = 1n, power = y; power !== 0n && power !== -1n; n += 2n, power = -mul(power, z, q))
    sum += power / n;
  return sum >> 27n;
};

/** [sin, cos]. */
export const circle = (x: bigint, p: number): readonly [bigint, bigint] => {
  const extra = Math.max(0, lengthOf(x) - p) + 16;
  const q = p + extra;
  const half = pi(q) / 2n;
  const y = x << BigInt(extra);
  const turns = (2n * y + (y < 0n ? -half : half)) / (2n * half);
  const r = y - turns * half;
  const z = mul(r, r, q);
  const series = (first: bigint, start: bigint): bigint => {
    let sum = 0n;
    for (let n = start, term = first; term !== 0n && term !== -1n; n += 2n) {
      sum += term;
      term = -mul(term, z, q) / ((n + 1n) * (n + 2n));
    }
    return sum >> BigInt(extra);
  };
  const [s, c] = [series(r, 1n), series(one(q), 0n)];
  const quadrant = Number(((turns % 4n) + 4n) % 4n);
  return (
    [
      [s, c],
      [c, -s],
      [-s, -c],
      [-c, s],
    ] as const
  )[quadrant] as readonly [bigint, bigint];
};

/** 2 / sqrt(pi) e^(-x^2) times the sum of 2^n x^(2n + 1) / (2n + 1)!!, whose terms are all positive (DLMF 7.6.2). */
export const erf = (x: bigint, p: number): bigint => {
  // the sum grows as e^(x^2)
  const extra = Math.ceil(1.5 * Number((x * x) >> BigInt(2 * p))) + 20;
  const q = p + extra;
  const y = x << BigInt(extra);
  const z = mul(y, y, q);
  let sum = 0n;
  for (let n = 1n, term = y; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = (2n * mul(term, z, q)) / (2n * n + 1n);
  }
  return div(2n * mul(sum, exp(-z, q), q), sqrt(pi(q), q), q) >> BigInt(extra);
};

export const cbrt = (x: bigint, p: number): bigint => {
  if (x < 0n) return -cbrt(-x, p);
  const n = x << BigInt(2 * p);
  if (n === 0n) return 0n;
  let root = 1n << BigInt(Math.ceil(lengthOf(n) / 3) + 1);
  for (;;) {
    const next = (2n * root + n / (root * root)) / 3n;
    if (next >= root) return root;
    root = next;
  }
};

type Exact = (p: number, x: bigint, y: bigint) => bigint;

/** Functions of fixed-point numbers by name. */
export const exact: Readonly<Record<string, Exact>> = {
  exp: (p, x) => exp(x, p),
  expm1: (p, x) => exp(x, p) - one(p),
  log: (p, x) => log(x, p),
  log1p: (p, x) => log(one(p) + x, p),
  logistic: (p, x) => div(one(p), one(p) + exp(-x, p), p),
  sinh: (p, x) => (exp(x, p) - exp(-x, p)) / 2n,
  cosh: (p, x) => (exp(x, p) + exp(-x, p)) / 2n,
  tanh: (p, x) => {
    const e = exp(2n * x, p);
    return div(e - one(p), e + one(p), p);
  },
  asinh: (p, x) => (x < 0n ? -1n : 1n) * log((x < 0n ? -x : x) + sqrt(mul(x, x, p) + one(p), p), p),
  acosh: (p, x) => log(x + sqrt(mul(x, x, p) - one(p), p), p),
  atanh: (p, x) => log(div(one(p) + x, one(p) - x, p), p) / 2n,
  sin: (p, x) => circle(x, p)[0],
  cos: (p, x) => circle(x, p)[1],
  tan: (p, x) => div(...circle(x, p), p),
  asin: (p, x) => {
    const rest = sqrt(one(p) - mul(x, x, p), p);
    return rest === 0n ? (x < 0n ? -pi(p) : pi(p)) / 2n : atan(div(x, rest, p), p);
  },
  acos: (p, x) => {
    // 2 atan(sqrt((1 - x) / (1 + x)))
    if (x === -one(p)) return pi(p);
    return 2n * atan(sqrt(div(one(p) - x, one(p) + x, p), p), p);
  },
  atan: (p, x) => atan(x, p),
  atan2: (p, y, x) => {
    const half = pi(p) / 2n;
    if (x === 0n) return y < 0n ? -half : half;
    const angle = atan(div(y, x, p), p);
    return x > 0n ? angle : y < 0n ? angle - 2n * half : angle + 2n * half;
  },
  cbrt: (p, x) => cbrt(x, p),
  pow: (p, x, y) => {
    const value = exp(mul(y, log(x < 0n ? -x : x, p), p), p);
    return x < 0n && (y >> BigInt(p)) % 2n !== 0n ? -value : value;
  },
  erf: (p, x) => erf(x, p),
  erfc: (p, x) => one(p) - erf(x, p),
};

/** The distance of a number from the exact value, in units in the last place that a number of that size has. */
export const ulps = (value: number, exactValue: bigint, p: number, dtype: "float64" | "float32"): number => {
  const [digits, least] = dtype === "float64" ? [52, -1074] : [23, -149];
  const unit = Math.max(lengthOf(exactValue) - 1 - p - digits, least);
  const distance = fixed(value, p) - exactValue;
  return Number(shift(distance < 0n ? -distance : distance, 40 - unit - p)) / 2 ** 40;
};
