/** Points of the unit circle, each computed from its own angle within an eighth of a turn: no error adds up. */

/** Real parts, and imaginary parts as they stand in the forward kernel. */
export interface Points {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** cos and -sin of 2 pi j / n, for the j and n given (0 <= j < n), into element `at`. */
const point = (j: number, n: number, out: Points, at: number): void => {
  const eighths = 8 * j;
  const octant = Math.floor(eighths / n);
  const rest = eighths - octant * n;
  const angle = (Math.PI / 4) * ((octant % 2 === 0 ? rest : n - rest) / n);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  // octants 1, 2, 5 and 6 lie nearer to the imaginary axis, 2 to 5 have a negative cosine, 4 to 7 a negative sine
  const steep = octant % 4 === 1 || octant % 4 === 2;
  const [x, y] = steep ? [s, c] : [c, s];
  out.re[at] = octant >= 2 && octant < 6 ? -x : x;
  out.im[at] = octant >= 4 ? y : -y;
};

/** e^(-2 pi i j / n) for j from 0 to count - 1. */
export const roots = (n: number, count: number = n): Points => {
  const out = { re: new Float64Array(count), im: new Float64Array(count) };
  for (let j = 0; j < count; j++) point(j, n, out, j);
  return out;
};

/** e^(-pi i j^2 / n) for j from 0 to n - 1; the squares are reduced as whole numbers. */
export const chirp = (n: number): Points => {
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  let square = 0;
  for (let j = 0; j < n; j++) {
    point(square, 2 * n, out, j);
    square = (square + 2 * j + 1) % (2 * n);
  }
  return out;
};
