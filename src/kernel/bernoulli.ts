/**
 * Bernoulli numbers, each the nearest double: from the tangent numbers, whole numbers without signs that are computed
 * exactly (R. P. Brent and D. Harvey, "Fast computation of Bernoulli, tangent and secant numbers", 2013, section 6).
 */

/** The nearest double to p / q, for p, q > 0; infinite where it is too large. */
const nearest = (p: bigint, q: bigint): number => {
  const bits = (x: bigint): number => x.toString(2).length;
  // 64 bits of the quotient and one that tells whether there is a rest
  const shift = 64 - bits(p) + bits(q);
  const [above, below] = shift >= 0 ? [p << BigInt(shift), q] : [p, q << BigInt(-shift)];
  const whole = above / below;
  const value = Number((whole << 1n) | (above % below === 0n ? 0n : 1n));
  return value * 2 ** (-shift - 1);
};

/** |B_2n| passes the largest double after n = 129. */
const LAST = 258;

/** B_0, ..., B_n with B_1 = -1 / 2. */
export const bernoulliNumbers = (n: number): Float64Array => {
  const out = new Float64Array(n + 1);
  out[0] = 1;
  if (n >= 1) out[1] = -0.5;
  const count = Math.floor(Math.min(n, LAST) / 2);
  // tangent[k - 1] = T_k, the coefficients of tan x = sum of T_k x^(2 k - 1) / (2 k - 1)!
  const tangent: bigint[] = [1n];
  for (let k = 2; k <= count; k++) tangent.push(BigInt(k - 1) * (tangent[k - 2] as bigint));
  for (let k = 2; k <= count; k++)
    for (let j = k; j <= count; j++)
      tangent[j - 1] =
        BigInt(j - k) * (tangent[j - 2] as bigint) + BigInt(j - k + 2) * (tangent[j - 1] as bigint);
  for (let k = 1; 2 * k <= n; k++) {
    const four = 1n << BigInt(2 * k);
    const size =
      2 * k > LAST
        ? Number.POSITIVE_INFINITY
        : nearest(BigInt(2 * k) * (tangent[k - 1] as bigint), four * (four - 1n));
    out[2 * k] = k % 2 === 1 ? size : -size;
  }
  return out;
};
