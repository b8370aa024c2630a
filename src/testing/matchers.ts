/**
 * Matchers for `expect.extend` of vitest and jest: `expect.extend(matchers)`, once, in a setup file. Trees of tensors
 * are compared leaf by leaf, and a failure names the leaf.
 */

import { flattenTree, type TreeStructure } from "../graph/tree.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import type { DType } from "../tensor/dtype.js";
import { bracketed } from "../tensor/errors.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { isTensorLeaf } from "../transforms/arguments.js";
import { checkPositive } from "./checked.js";
import { difference, type Tolerance } from "./compare.js";
import { type CheckGradsOptions, checkGrads, WrongDerivative } from "./gradients.js";

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

export interface CloseOptions extends Partial<Tolerance> {
  /** Whether dtypes must agree too; default false. */
  readonly dtype?: boolean;
}

const child = (tree: unknown, structure: TreeStructure, i: number): unknown => {
  const key = structure.keys[i];
  if (tree instanceof Map) return tree.get(key);
  return typeof tree === "object" && tree !== null
    ? (tree as Record<string, unknown>)[String(key)]
    : undefined;
};

/** The first leaf of `expected` that differs; leaves of what was received may stand for nested arrays. */
const treeDifference = (
  received: unknown,
  expected: unknown,
  tolerance: Tolerance,
  dtype: boolean,
): string | undefined => {
  if (received instanceof Tensor || isTensorLeaf(received)) {
    const got = asTensor("toBeAllClose", received as TensorLike);
    return difference(asTensor("toBeAllClose", expected as TensorLike), got, tolerance, dtype);
  }
  const { structure } = flattenTree("toBeAllClose", received, isTensorLeaf, "the received value");
  if (structure.kind === "none")
    return expected === received ? undefined : `expected ${String(expected)}, got ${String(received)}`;
  const size =
    expected instanceof Map
      ? expected.size
      : typeof expected === "object" && expected !== null
        ? Object.keys(expected).length
        : -1;
  if (size !== structure.keys.length)
    return `expected ${size < 0 ? String(expected) : `${size} entries`}, got ${structure.keys.length}`;
  for (let i = 0; i < structure.keys.length; i++) {
    const found = treeDifference(
      child(received, structure, i),
      child(expected, structure, i),
      tolerance,
      dtype,
    );
    if (found !== undefined) return `at ${String(structure.keys[i])}: ${found}`;
  }
  return undefined;
};

const verdict = (problem: string | undefined, otherwise: string): Verdict => ({
  pass: problem === undefined,
  message: () => problem ?? otherwise,
});

/**
 * For `expect.extend`.
 * @example expect.extend(matchers); expect(np.sin(0)).toBeAllClose(0)
 */
export const matchers = {
  /** Equal shapes, elements within rtol (1e-6) and atol (1e-8); `expected` may be nested arrays. NaN equals NaN. */
  toBeAllClose(received: unknown, expected: unknown, options: CloseOptions = {}): Verdict {
    const { rtol = 1e-6, atol = 1e-8 } = optionsOf("toBeAllClose", options, ["rtol", "atol", "dtype"]);
    for (const [name, value] of Object.entries({ rtol, atol }))
      checkPositive("toBeAllClose", name, value, true);
    const tolerance = { rtol, atol };
    return verdict(
      treeDifference(received, expected, tolerance, options.dtype === true),
      "expected tensors that differ, but they are close",
    );
  },
  toHaveShape(received: unknown, shape: Shape): Verdict {
    const x = asTensor("toHaveShape", received as TensorLike);
    const same = sameShape(x.shape, shape);
    return verdict(
      same ? undefined : `expected shape ${bracketed(shape)}, got ${bracketed(x.shape)}`,
      `expected another shape than ${bracketed(shape)}`,
    );
  },
  toHaveDType(received: unknown, dtype: DType): Verdict {
    const x = asTensor("toHaveDType", received as TensorLike);
    return verdict(
      x.dtype === dtype ? undefined : `expected dtype ${dtype}, got ${x.dtype}`,
      `expected another dtype than ${dtype}`,
    );
  },
  /** The received function has the derivatives that differences say, at these arguments: see `checkGrads`. */
  toHaveCorrectGradient(
    received: unknown,
    args: readonly unknown[],
    options: CheckGradsOptions = {},
  ): Verdict {
    let problem: string | undefined;
    try {
      checkGrads(received as (...args: never[]) => unknown, args, options);
    } catch (error) {
      if (!(error instanceof WrongDerivative)) throw error; // nothing was checked: no verdict, also for expect().not
      problem = error.message;
    }
    return verdict(problem, "expected derivatives that differ from differences, but they agree");
  },
};
