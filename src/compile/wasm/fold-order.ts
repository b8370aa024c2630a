/** What folds have in common: their sources, what they start from, and how a count of blocks tells which sums meet. */
import { type Code, f64, i32, type Local, v128, when } from "../../kernel/wasm.js";
import type { FoldOp } from "../plan.js";
import { branchIf, loop } from "./control.js";
import { double, promote, vector, word } from "./instructions.js";

/** What a fold reads: bool and small integers are made int32 before. */
export type FoldSource = "F64" | "F32" | "I32" | "U32";

export const isWide = (source: FoldSource): boolean => source === "F64" || source === "F32";

/** The fold of nothing, from which every fold but a sum starts. */
export const startOf = (op: FoldOp, source: FoldSource): number => {
  if (op === "add") return isWide(source) ? -0 : 0;
  if (op === "mul") return 1;
  if (isWide(source)) return op === "max" ? -Infinity : Infinity;
  if (source === "U32") return op === "max" ? 0 : -1;
  return op === "max" ? -2147483648 : 2147483647;
};

export const bytesOf = (source: FoldSource): number => (source === "F64" ? 8 : 4);

/** Two neighbours as doubles. */
export const pair = (source: FoldSource, address: Code, offset: number): Code =>
  source === "F64" ? v128.load(address, offset) : promote(vector.load64Zero(address, offset));
export const single = (source: FoldSource, address: Code, offset = 0): Code =>
  source === "F64" ? f64.load(address, offset) : double.fromSingle([address, 0x2a, 2, 0]);

export const loadVector = (source: FoldSource, address: Code, offset = 0): Code =>
  isWide(source) ? pair(source, address, offset) : v128.load(address, offset);
/** Elements of one vector of the accumulating type. */
export const perVector = (source: FoldSource): number => (isWide(source) ? 2 : 4);
/** The body once for each zero at the low end of the count. */
export const mergeWhileEven = (count: Local, body: Code): Code =>
  when(
    word.eqz(word.and(count.get, i32.const(1))),
    loop([
      body,
      count.set(word.shrUnsigned(count.get, i32.const(1))),
      branchIf(0, word.eqz(word.and(count.get, i32.const(1)))),
    ]),
  );

const title = (op: FoldOp): string => (op[0] as string).toUpperCase() + op.slice(1);
export const foldName = (prefix: string, op: FoldOp, source: FoldSource): string =>
  `${prefix}${title(op)}${source}`;
