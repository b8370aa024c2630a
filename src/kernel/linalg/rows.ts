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

/** Rotations that are due: each of the rows that the chain reaches with the one held from before. */
export interface Chain {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

export const chainOf = (size: number): Chain => ({
  cosines: new Float64Array(size),
  sines: new Float64Array(size),
});

/**
 * A chain of `count` rotations from row `first`, in steps of one row up or down: with h the row held and z the next,
 * c h + s z is left behind and c z - s h held. Four columns at a time, so that each element is read and written once.
 */
export const rotateChain = (
  rows: Float64Array,
  length: number,
  first: number,
  step: 1 | -1,
  count: number,
  { cosines, sines }: Chain,
): void => {
  const stride = step * length;
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    let at = first * length + k;
    let h0 = rows[at] as number;
    let h1 = rows[at + 1] as number;
    let h2 = rows[at + 2] as number;
    let h3 = rows[at + 3] as number;
    for (let i = 0; i < count; i++) {
      const c = cosines[i] as number;
      const s = sines[i] as number;
      const next = at + stride;
      const z0 = rows[next] as number;
      const z1 = rows[next + 1] as number;
      const z2 = rows[next + 2] as number;
      const z3 = rows[next + 3] as number;
      rows[at] = c * h0 + s * z0;
      rows[at + 1] = c * h1 + s * z1;
      rows[at + 2] = c * h2 + s * z2;
      rows[at + 3] = c * h3 + s * z3;
      h0 = c * z0 - s * h0;
      h1 = c * z1 - s * h1;
      h2 = c * z2 - s * h2;
      h3 = c * z3 - s * h3;
      at = next;
    }
    rows[at] = h0;
    rows[at + 1] = h1;
    rows[at + 2] = h2;
    rows[at + 3] = h3;
  }
  for (; k < length; k++) {
    let at = first * length + k;
    let held = rows[at] as number;
    for (let i = 0; i < count; i++) {
      const c = cosines[i] as number;
      const s = sines[i] as number;
      const z = rows[at + stride] as number;
      rows[at] = c * held + s * z;
      held = c * z - s * held;
      at += stride;
    }
    rows[at] = held;
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
