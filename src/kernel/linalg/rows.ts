/** Vectors kept as the rows of an array: rotations, order and sign. */

/** Rows of `length` at i and j: (row j, row i) becomes (c row j - s row i, s row j + c row i). */
export const rotateRows = (
  rows: Float64Array,
  i: number,
  j: number,
  length: number,
  c: number,
  s: number,
): void => {
  for (let k = 0; k < length; k++) {
    const x = rows[j + k] as number;
    const y = rows[i + k] as number;
    rows[i + k] = s * x + c * y;
    rows[j + k] = c * x - s * y;
  }
};

/** The rows (all of the same length) in another order. */
export const orderRows = (rows: Float64Array, order: readonly number[], length: number): Float64Array => {
  const out = new Float64Array(rows.length);
  order.forEach((row, i) => {
    out.set(rows.subarray(row * length, (row + 1) * length), i * length);
  });
  return out;
};

export const negateRow = (rows: Float64Array, row: number, length: number): void => {
  for (let i = row * length; i < (row + 1) * length; i++) rows[i] = -(rows[i] as number);
};

/** Turns rows so that the largest element of each (the first of equals) is positive; tells which were turned. */
export const signsByLargest = (rows: Float64Array, count: number, length: number): readonly boolean[] => {
  const turned: boolean[] = [];
  for (let row = 0; row < count; row++) {
    let largest = 0;
    for (let i = row * length; i < (row + 1) * length; i++) {
      const x = rows[i] as number;
      // a hair's breadth counts as equal, so that rounding does not choose the sign
      if (Math.abs(x) > Math.abs(largest) * (1 + 1e-9)) largest = x;
    }
    if (largest < 0) negateRow(rows, row, length);
    turned.push(largest < 0);
  }
  return turned;
};
