/**
 * How the vectors of a Schur form turn. T is quasi-triangular, X strictly lower and skew(X) = X - X^T. The equations, in the
 * places below the diagonal: K X = C, where K X has the elements of G = T skew(X) - skew(X) T, and for the lower element of a
 * block of two rows the difference of the diagonal elements of G there, since the form keeps these equal.
 */
import type { DenseTensor, TensorType } from "../../tensor/tensor.js";
import { countOf, doubles, fromEnd, rounded } from "./matrices.js";
import { coupleSmall, type PivotRule, type SmallSystem, smallSystem, solveSmall } from "./small.js";

interface Problem {
  readonly t: Float64Array;
  /** Right-hand sides, then solutions; only what is below the diagonal counts. */
  readonly x: Float64Array;
  readonly n: number;
  readonly starts: readonly number[];
  readonly system: SmallSystem;
  readonly rule: PivotRule;
}

/** Solves sign (T_kk X - X T_ll) = right for a block, right having been put together already. */
const solveBlocks = (
  { t, x, n, system, rule }: Problem,
  [top, bottom]: readonly [number, number],
  [first, end]: readonly [number, number],
  transpose: boolean,
  rest: (i: number, j: number) => number,
): void => {
  const [high, wide] = [bottom - top, end - first];
  for (let i = top; i < bottom; i++)
    for (let j = first; j < end; j++)
      system.right[(i - top) * wide + j - first] = (x[i * n + j] as number) - rest(i, j);
  coupleSmall(system, t, top * n + top, n, high, t, first * n + first, n, wide, -1);
  // the transpose of the small matrix is that of the transposed blocks
  if (transpose) transposeSmall(system.matrix, high * wide);
  solveSmall(system, high * wide, rule);
  for (let i = top; i < bottom; i++)
    for (let j = first; j < end; j++) x[i * n + j] = system.right[(i - top) * wide + j - first] as number;
};

const transposeSmall = (k: Float64Array, size: number): void => {
  for (let i = 1; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const kept = k[i * size + j] as number;
      k[i * size + j] = k[j * size + i] as number;
      k[j * size + i] = kept;
    }
  }
};

/** 2 (b + c) of the block [[a, b], [c, a]], by which its rotation moves the difference of its diagonal; 0 if negligible. */
const stiffness = ({ t, n, rule }: Problem, p: number): number => {
  const sum = (t[p * n + p + 1] as number) + (t[(p + 1) * n + p] as number);
  return Math.abs(sum) <= rule.least ? 0 : 2 * sum;
};

/** X of K X = C. */
const solveForward = (problem: Problem): void => {
  const { t, x, n, starts } = problem;
  const count = starts.length - 1;
  const at = (i: number, j: number): number => t[i * n + j] as number;
  const of = (i: number, j: number): number => x[i * n + j] as number;
  for (let l = 0; l < count; l++) {
    const columns = [starts[l] as number, starts[l + 1] as number] as const;
    for (let k = count - 1; k > l; k--) {
      const rows = [starts[k] as number, starts[k + 1] as number] as const;
      solveBlocks(problem, rows, columns, false, (i, j) => {
        let sum = 0;
        for (let below = rows[1]; below < n; below++) sum += at(i, below) * of(below, j);
        for (let before = 0; before < columns[0]; before++) sum -= of(i, before) * at(before, j);
        return sum;
      });
    }
  }
  for (let l = 0; l < count; l++) {
    const p = starts[l] as number;
    if ((starts[l + 1] as number) - p < 2) continue;
    const along = (i: number): number => {
      let sum = 0;
      for (let below = p + 2; below < n; below++) sum += at(i, below) * of(below, i);
      for (let before = 0; before < p; before++) sum -= of(i, before) * at(before, i);
      return sum;
    };
    const by = stiffness(problem, p);
    const left = of(p + 1, p) - (along(p) - along(p + 1));
    x[(p + 1) * n + p] = by === 0 ? 0 : left / by;
  }
};

/** Y of K^T Y = C. */
const solveBackward = (problem: Problem): void => {
  const { t, x, n, starts } = problem;
  const count = starts.length - 1;
  const at = (i: number, j: number): number => t[i * n + j] as number;
  const of = (i: number, j: number): number => x[i * n + j] as number;
  const h = new Float64Array(n);
  const blockOf = new Int32Array(n);
  for (let l = 0; l < count; l++) {
    const p = starts[l] as number;
    for (let i = p; i < (starts[l + 1] as number); i++) blockOf[i] = l;
    if ((starts[l + 1] as number) - p < 2) continue;
    const by = stiffness(problem, p);
    const y = by === 0 ? 0 : of(p + 1, p) / by;
    x[(p + 1) * n + p] = y;
    h[p] = y;
    h[p + 1] = -y;
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (blockOf[i] !== blockOf[j])
        x[i * n + j] = of(i, j) - at(j, i) * ((h[j] as number) - (h[i] as number));
  // lower (T^T Y - Y T^T) = C, from the diagonal outwards
  for (let apart = 1; apart < count; apart++) {
    for (let l = 0; l + apart < count; l++) {
      const k = l + apart;
      const columns = [starts[l] as number, starts[l + 1] as number] as const;
      const rows = [starts[k] as number, starts[k + 1] as number] as const;
      solveBlocks(problem, rows, columns, true, (i, j) => {
        let sum = 0;
        for (let between = columns[1]; between < rows[0]; between++)
          sum += at(between, i) * of(between, j) - of(i, between) * at(j, between);
        return sum;
      });
    }
  }
};

/** T as the blocks say it is: of the elements below the diagonal only those within a block are read. */
const startsBy = (pairs: Uint8Array, at: number, n: number): number[] => {
  const starts: number[] = [];
  for (let i = 0; i < n; i++) {
    starts.push(i);
    if (i + 1 < n && pairs[at + i] === 1) i++;
  }
  starts.push(n);
  return starts;
};

/**
 * X of K X = C, or of K^T X = C, for every T, the rows in which its blocks of two begin, and C. What rounding of `epsilon`
 * cannot tell from a singular equation has the solution 0: those vectors are a choice.
 */
export const schurTurn = (
  t: DenseTensor,
  pairs: DenseTensor,
  c: DenseTensor,
  transpose: boolean,
  epsilon: number,
  type: TensorType,
): DenseTensor => {
  const n = fromEnd(type, 1);
  const forms = doubles(t);
  const begins = Uint8Array.from(doubles(pairs));
  const data = doubles(c);
  const system = smallSystem();
  for (let index = 0; index < countOf(type); index++) {
    const form = forms.subarray(index * n * n, (index + 1) * n * n);
    const x = data.subarray(index * n * n, (index + 1) * n * n);
    for (let i = 0; i < n; i++) x.fill(0, i * n + i, (i + 1) * n);
    let largest = 0;
    for (const element of form) largest = Math.max(largest, Math.abs(element));
    const starts = startsBy(begins, index * n, n);
    const rule = { least: 4 * n * epsilon * largest, instead: 0 };
    const problem = { t: form, x, n, starts, system, rule };
    if (transpose) solveBackward(problem);
    else solveForward(problem);
  }
  return rounded(type, data);
};
