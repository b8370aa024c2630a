/** Eigenvalues and eigenvectors of matrices that are not symmetric, by their real and imaginary parts. */
import * as kernel from "../kernel/linalg/eig.js";
import { compact, type Tensor, type TensorType } from "../tensor/tensor.js";
import { abs, add, div, filledAs, mul, stopGradient, sub, zerosAs } from "./arithmetic.js";
import { mapped } from "./batching.js";
import { broadcast, sum } from "./broadcast.js";
import { eq, le, max, select } from "./compare.js";
import { type ComplexPair, complexProduct, complexSolve } from "./complex-matrices.js";
import { type Multiple, multiple } from "./define.js";
import { asColumns, asRows, diagonalOf, matrixSizes, product } from "./matrices.js";
import { closeness, spreadOver } from "./orthogonal.js";

const valuesType = (operation: string, x: TensorType): TensorType => {
  const { n, batch } = matrixSizes(operation, x, true);
  return { ...x, shape: [...batch, n] };
};

/** V^-1 dA V, dA being real. */
const turnedInto = (v: ComplexPair, dx: Tensor): ComplexPair =>
  complexSolve(v, { re: product(dx, v.re), im: product(dx, v.im) });

/** The larger part by its magnitude, as a constant: it only brings numbers to a common scale. */
const scaleOf = ({ re, im }: ComplexPair): Tensor => max(abs(stopGradient(re)), abs(stopGradient(im)));

/** M_ij / (w_j - w_i), and 0 on the diagonal and wherever the values are equal. */
const overGaps = (m: ComplexPair, w: ComplexPair): ComplexPair => {
  const n = w.re.shape[w.re.shape.length - 1] as number;
  const gap = (part: Tensor): Tensor => sub(asRows(part, n), asColumns(part, n));
  const by = { re: gap(w.re), im: gap(w.im) };
  const size = scaleOf(by);
  const near = le(size, spreadOver(closeness(scaleOf(w), 4 * n), size));
  const one = filledAs(size, 1);
  const scale = select(near, one, size);
  const re = select(near, one, div(by.re, scale));
  const im = select(near, zerosAs(one), div(by.im, scale));
  const divisor = mul(scale, add(mul(re, re), mul(im, im)));
  const part = (x: Tensor): Tensor => select(near, zerosAs(x), div(x, divisor));
  return {
    re: part(add(mul(m.re, re), mul(m.im, im))),
    im: part(sub(mul(m.im, re), mul(m.re, im))),
  };
};

/** The elements (rows[j], j), by columns. */
const chosen = (x: Tensor, rows: Tensor): Tensor => {
  const { shape } = x;
  const rank = shape.length;
  const n = shape[rank - 1] as number;
  const numbers = compact(
    { shape: [n], dtype: "int32", weak: false },
    Int32Array.from({ length: n }, (_, i) => i),
  );
  const mask = eq(asRows(rows, n), broadcast(numbers, { shape, axes: [rank - 2] }));
  return sum(select(mask, x, zerosAs(x)), [rank - 2]);
};

/**
 * U - V (alpha + i beta): the norm of each column stays, alpha = Re v^H u, and so does the argument of the element by which
 * it is normalised, beta = Im u_k / v_k.
 */
const normalised = (u: ComplexPair, v: ComplexPair, rows: Tensor): ComplexPair => {
  const n = u.re.shape[u.re.shape.length - 1] as number;
  const inner = sum(add(mul(v.re, u.re), mul(v.im, u.im)), [u.re.shape.length - 2]);
  const alpha = asRows(inner, n);
  const beta = asRows(div(chosen(u.im, rows), chosen(v.re, rows)), n);
  return {
    re: add(sub(u.re, mul(v.re, alpha)), mul(v.im, beta)),
    im: sub(sub(u.im, mul(v.re, beta)), mul(v.im, alpha)),
  };
};

const eigTypes = (x: TensorType): readonly [TensorType, TensorType, TensorType, TensorType, TensorType] => {
  const values = valuesType("eig", x);
  return [values, values, x, x, { ...values, dtype: "int32", weak: false }];
};

/**
 * Eigenvalues (re, im), unit vectors as columns (re, im), and for each vector the row of its largest element, which is
 * positive.
 */
export const eig: Multiple<null> = multiple<1, "many", null>({
  name: "eig",
  shape: ([x]) => eigTypes(x),
  impl: ([x]) => {
    const [re, im, vRe, vIm, rows] = eigTypes(x.type);
    return kernel.eig(x, [re, im, vRe, vIm], rows);
  },
  // M = V^-1 dA V: dw = diag M, dV = V C up to the normalisation, with C_ij = M_ij / (w_j - w_i)
  jvp: ([x], [dx]) => {
    const outs = eig([x], null) as readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
    const [re, im, vRe, vIm, rows] = outs;
    if (dx === null) return [outs, [null, null, null, null, null]];
    if (x.size === 0) return [outs, [re, im, vRe, vIm, null]];
    const v = { re: vRe, im: vIm };
    const m = turnedInto(v, dx);
    const dv = normalised(complexProduct(v, overGaps(m, { re, im })), v, rows);
    return [outs, [diagonalOf(m.re), diagonalOf(m.im), dv.re, dv.im, null]];
  },
  transpose: "nonlinear",
  batch: ([x]) => eig([x.value], null).map(mapped),
  lower: () => ({ kind: "opaque" }),
});

/** The eigenvalues alone. */
export const eigvals: Multiple<null> = multiple<1, 2, null>({
  name: "eigvals",
  shape: ([x]) => [valuesType("eigvals", x), valuesType("eigvals", x)],
  impl: ([x]) => kernel.eigvals(x, [valuesType("eigvals", x.type), valuesType("eigvals", x.type)]),
  // dw = diag(V^-1 dA V)
  jvp: ([x], [dx]) => {
    const [re, im] = eigvals([x], null) as readonly [Tensor, Tensor];
    if (dx === null || x.size === 0) {
      return [
        [re, im],
        [dx && re, dx && im],
      ];
    }
    const [, , vRe, vIm] = eig([x], null) as readonly Tensor[];
    const m = turnedInto({ re: vRe as Tensor, im: vIm as Tensor }, dx);
    return [
      [re, im],
      [diagonalOf(m.re), diagonalOf(m.im)],
    ];
  },
  transpose: "nonlinear",
  batch: ([x]) => eigvals([x.value], null).map(mapped) as never,
  lower: () => ({ kind: "opaque" }),
});
