/** A seeded generator of numbers for the problems here: the same seed gives the same problem on every machine. */

export interface Generator {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** `n` standard normals, scaled. */
  readonly normals: (n: number, scale?: number) => Float64Array;
  /** A whole number in [0, n). */
  readonly below: (n: number) => number;
}

/** A counter stepped by the golden ratio and hashed by two multiplications with shifts between (murmur's finaliser). */
export const generator = (seed: number): Generator => {
  let counter = seed | 0;
  const bits = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let h = counter;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  const uniform = (): number => bits() / 2 ** 32;
  // Box and Muller: the logarithm's argument is in (0, 1]
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    normals: (n, scale = 1) => Float64Array.from({ length: n }, () => scale * normal()),
    below: (n) => Math.floor(n * uniform()),
  };
};
