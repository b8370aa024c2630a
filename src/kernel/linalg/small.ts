/**
 * Systems of at most four unknowns, by elimination with complete pivoting: what is left to solve where the matrices
 * are block triangular with blocks of one or two rows on their diagonals.
 */

/** Room for one system: the matrix, row-major, and the right-hand side, which becomes the solution. */
export interface SmallSystem {
  readonly matrix: Float64Array;
  readonly right: Float64Array;
  readonly order: Int32Array;
}

export const smallSystem = (): SmallSystem => ({
  matrix: new Float64Array(16),
  right: new Float64Array(4),
  order: new Int32Array(4),
});

/** Pivots up to `least` in magnitude count as none: the inverse of one is `instead`. */
export interface PivotRule {
  readonly least: number;
  readonly instead: number;
}

/** Division by zero is infinite. */
export const plainly: PivotRule = { least: 0, instead: Number.POSITIVE_INFINITY };

/** Solves the system of `size` unknowns in place, and tells whether a pivot counted as none. */
export const solveSmall = (
  { matrix: k, right: b, order }: SmallSystem,
  size: number,
  { least, instead }: PivotRule,
): boolean => {
  let isSingular = false;
  for (let i = 0; i < size; i++) order[i] = i;
  for (let step = 0; step < size; step++) {
    let [row, column, largest] = [step, step, -1];
    for (let i = step; i < size; i++) {
      for (let j = step; j < size; j++) {
        const x = Math.abs(k[i * size + j] as number);
        if (x > largest) [row, column, largest] = [i, j, x];
      }
    }
    if (row !== step) {
      for (let j = 0; j < size; j++) swap(k, step * size + j, row * size + j);
      swap(b, step, row);
    }
    if (column !== step) {
      for (let i = 0; i < size; i++) swap(k, i * size + step, i * size + column);
      swap(order, step, column);
    }
    const pivot = k[step * size + step] as number;
    const isNone = Math.abs(pivot) <= least;
    if (isNone) isSingular = true;
    const inverse = isNone ? instead : 1 / pivot;
    // the pivot's place keeps its inverse
    k[step * size + step] = inverse;
    for (let i = step + 1; i < size; i++) {
      const below = k[i * size + step] as number;
      if (below === 0) continue;
      const factor = below * inverse;
      for (let j = step + 1; j < size; j++)
        k[i * size + j] = (k[i * size + j] as number) - factor * (k[step * size + j] as number);
      b[i] = (b[i] as number) - factor * (b[step] as number);
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let j = i + 1; j < size; j++) sum -= (k[i * size + j] as number) * (b[j] as number);
    // nothing times an infinite inverse is nothing where the equation says 0 x = 0
    b[i] = sum === 0 ? 0 : sum * (k[i * size + i] as number);
  }
  for (let i = 0; i < size; i++) k[i] = b[i] as number;
  for (let i = 0; i < size; i++) b[order[i] as number] = k[i] as number;
  return isSingular;
};

const swap = (data: Float64Array | Int32Array, i: number, j: number): void => {
  const kept = data[i] as number;
  data[i] = data[j] as number;
  data[j] = kept;
};

/**
 * The matrix of A X + sign X B, with A of `p` rows at `atA` in rows of `m`, B of `q` at `atB` in rows of `n`; unknown
 * (i, j) is number i q + j.
 */
export const coupleSmall = (
  { matrix: k }: SmallSystem,
  a: Float64Array,
  atA: number,
  m: number,
  p: number,
  b: Float64Array,
  atB: number,
  n: number,
  q: number,
  sign: 1 | -1,
): void => {
  const size = p * q;
  k.fill(0, 0, size * size);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < q; j++) {
      const row = (i * q + j) * size;
      for (let other = 0; other < p; other++) {
        const at = row + other * q + j;
        k[at] = (k[at] as number) + (a[atA + i * m + other] as number);
      }
      for (let other = 0; other < q; other++) {
        const at = row + i * q + other;
        k[at] = (k[at] as number) + sign * (b[atB + other * n + j] as number);
      }
    }
  }
};
