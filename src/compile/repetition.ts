/** Along which axes values repeat themselves, but for the diagonals of constants: what loops over diagonals live on. */
import { isVariable, type Lowering, type Operand, type Variable } from "../graph/primitive.js";
import type { Shape } from "../tensor/shape.js";
import { DenseTensor } from "../tensor/tensor.js";
import { diagonalsOf } from "./diagonals.js";

export interface Repetition {
  /** Whether there are diagonals. */
  readonly banded: boolean;
  /** For each axis, whether all elements along it are one but for those on diagonals. */
  readonly along: readonly boolean[];
}

/** Axes of fewer elements gain nothing. */
const shortest = 8;

/** Whether one row of a value, and the diagonals, are all that has to be computed. */
export const isOneRow = ({ banded, along }: Repetition, shape: Shape): boolean =>
  banded && along.some((same, axis) => same && (shape[axis] as number) >= shortest);

const everywhere = (shape: Shape, same: boolean, banded = false): Repetition => ({
  banded,
  along: shape.map(() => same),
});

/** The repetition of the result of an equation that loops compute. */
export const repetitionOf = (
  lowering: Lowering,
  ins: readonly Operand[],
  { type: { shape } }: Variable,
  /** Of variables without memory. */
  known: (v: Variable) => Repetition | undefined,
): Repetition => {
  const parts = ins.map((x): Repetition => {
    if (isVariable(x)) return known(x) ?? everywhere(x.type.shape, false);
    if (!(x instanceof DenseTensor)) return everywhere(x.type.shape, false);
    if (x.data === null) return everywhere(x.type.shape, true);
    return diagonalsOf(x) === null ? everywhere(x.type.shape, false) : everywhere(x.type.shape, true, true);
  });
  const banded = parts.some((part) => part.banded);
  const [first] = parts as readonly Repetition[] as readonly [Repetition];
  const [x] = ins as readonly [Operand];
  switch (lowering.kind) {
    case "view": {
      const { axis } = lowering.view;
      const along = shape.map((_, a) => axis.every((from, of) => from !== a || first.along[of] === true));
      return { banded, along };
    }
    case "reshape": {
      const before = x.type.shape.flatMap((n, a) => (n === 1 ? [] : [a]));
      const after = shape.flatMap((n, a) => (n === 1 ? [] : [a]));
      const same =
        before.length === after.length &&
        before.every((a, i) => x.type.shape[a] === shape[after[i] as number]);
      if (!same)
        return everywhere(
          shape,
          first.along.every((one) => one),
          banded,
        );
      const along = shape.map((n, a) => n === 1 || first.along[before[after.indexOf(a)] as number] === true);
      return { banded, along };
    }
    case "place": {
      const along = shape.map((n, a) =>
        ins.every(
          (operand, k) =>
            operand.type.shape[a] === n && lowering.low[k]?.[a] === 0 && parts[k]?.along[a] === true,
        ),
      );
      return { banded, along };
    }
    default:
      return { banded, along: shape.map((_, a) => parts.every((part) => part.along[a] === true)) };
  }
};
