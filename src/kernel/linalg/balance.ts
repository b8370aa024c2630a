/**
 * Balancing (Parlett and Reinsch, 1969; LAPACK's gebal): rows and columns that isolate an eigenvalue are moved to the ends,
 * and the rest is scaled by powers of two so that norms of rows and of columns are alike. Both keep the eigenvalues.
 */

/** What was done: outside of rows `low` to `high` the matrix is triangular. */
export interface Balance {
  readonly low: number;
  readonly high: number;
  /** Factors of rows within, and partners of exchanges outside. */
  readonly by: Float64Array;
}

const exchangeColumns = (a: Float64Array, n: number, i: number, j: number, rows: number): void => {
  for (let row = 0; row < rows; row++) {
    const kept = a[row * n + i] as number;
    a[row * n + i] = a[row * n + j] as number;
    a[row * n + j] = kept;
  }
};

const exchangeRows = (a: Float64Array, n: number, i: number, j: number, from: number): void => {
  for (let column = from; column < n; column++) {
    const kept = a[i * n + column] as number;
    a[i * n + column] = a[j * n + column] as number;
    a[j * n + column] = kept;
  }
};

/** Whether row (or column) `i` has nothing beside the diagonal within `from` to `to`. */
const isIsolated = (
  a: Float64Array,
  n: number,
  i: number,
  from: number,
  to: number,
  isRow: boolean,
): boolean => {
  for (let j = from; j <= to; j++) if (j !== i && a[isRow ? i * n + j : j * n + i] !== 0) return false;
  return true;
};

const permute = (a: Float64Array, n: number, by: Float64Array): readonly [low: number, high: number] => {
  let [low, high] = [0, n - 1];
  const exchange = (i: number, place: number): void => {
    by[place] = i;
    if (i === place) return;
    exchangeColumns(a, n, i, place, high + 1);
    exchangeRows(a, n, i, place, low);
  };
  for (let found = true; found && high >= 0; ) {
    found = false;
    for (let i = high; i >= 0 && !found; i--) {
      if (!isIsolated(a, n, i, 0, high, true)) continue;
      exchange(i, high);
      high--;
      found = true;
    }
  }
  for (let found = true; found && low <= high; ) {
    found = false;
    for (let j = low; j <= high && !found; j++) {
      if (!isIsolated(a, n, j, low, high, false)) continue;
      exchange(j, low);
      low++;
      found = true;
    }
  }
  return [low, high];
};

/** Scales rows and columns in place until no sum of norms falls by more than a twentieth. */
const equilibrate = (a: Float64Array, n: number, low: number, high: number, by: Float64Array): void => {
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = low; i <= high; i++) {
      let [column, row] = [0, 0];
      for (let j = low; j <= high; j++) {
        if (j === i) continue;
        column = Math.hypot(column, a[j * n + i] as number);
        row = Math.hypot(row, a[i * n + j] as number);
      }
      if (column === 0 || row === 0) continue;
      // the power of two nearest to the root of their quotient
      const power = Math.max(-300, Math.min(300, Math.round(Math.log2(row / column) / 2)));
      const factor = 2 ** power;
      const total = (by[i] as number) * factor;
      if (power === 0 || column * factor + row / factor >= 0.95 * (column + row)) continue;
      if (!(total > 1e-250 && total < 1e250)) continue;
      by[i] = total;
      changed = true;
      for (let j = low; j < n; j++) a[i * n + j] = (a[i * n + j] as number) / factor;
      for (let j = 0; j <= high; j++) a[j * n + i] = (a[j * n + i] as number) * factor;
    }
  }
};

/** Overwrites A, n x n, with the balanced matrix. */
export const balance = (a: Float64Array, n: number): Balance => {
  const by = new Float64Array(n).fill(1);
  const [low, high] = permute(a, n, by);
  equilibrate(a, n, low, high, by);
  return { low, high, by };
};

/** Vectors of the balanced matrix, in n rows of `count`, become those of the matrix itself. */
export const unbalance = (v: Float64Array, n: number, count: number, { low, high, by }: Balance): void => {
  for (let i = low; i <= high; i++)
    for (let j = 0; j < count; j++) v[i * count + j] = (v[i * count + j] as number) * (by[i] as number);
  const exchange = (i: number): void => {
    const other = by[i] as number;
    if (other !== i) exchangeRows(v, count, i, other, 0);
  };
  for (let i = low - 1; i >= 0; i--) exchange(i);
  for (let i = high + 1; i < n; i++) exchange(i);
};
