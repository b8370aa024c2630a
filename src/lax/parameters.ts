/** What the parameters of primitives must be: one check for each kind. Axes count from 0 here, never from the end. */
import { checkOneDType } from "../primitives/checks.js";
import { isDType } from "../tensor/dtype.js";
import { ArgumentError, AxisError, DTypeError, describe, IndexError, ShapeError } from "../tensor/errors.js";
import { checkShape, orThrow } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor.js";
import type { CheckParameter } from "./checked.js";

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (operation: string, p: unknown, names: readonly string[]): Fields => {
  const record = typeof p === "object" && p !== null ? (p as Fields) : {};
  if (names.every((name) => record[name] !== undefined)) return record;
  throw ArgumentError.invalid(
    operation,
    `${describe(p)} stands where parameters are taken`,
    `Pass { ${names.join(", ")} }.`,
  );
};

const isWhole = (n: unknown): n is number => typeof n === "number" && Number.isInteger(n);
const isCount = (n: unknown): n is number => isWhole(n) && n >= 0;
const isList = (x: unknown, is: (n: unknown) => boolean): x is readonly number[] =>
  Array.isArray(x) && x.every(is);

const checkAxis = (operation: string, axis: unknown, rank: number): void => {
  if (!isCount(axis) || axis >= rank) throw AxisError.outOfRange(operation, axis, rank);
};

const checkAxes = (operation: string, axes: unknown, rank: number): void => {
  if (!Array.isArray(axes)) throw AxisError.outOfRange(operation, axes, rank);
  axes.forEach((axis: unknown, i) => {
    checkAxis(operation, axis, rank);
    if (axes.indexOf(axis) !== i) throw AxisError.repeated(operation, axis as number);
  });
};

const rankOf = (ins: readonly TensorType[]): number => (ins[0] as TensorType).shape.length;

/** A list of axes of the operand, each named once. */
export const axes: CheckParameter = (operation, p, ins) => checkAxes(operation, p, rankOf(ins));
/** One axis of the operand. */
export const axis: CheckParameter = (operation, p, ins) => checkAxis(operation, p, rankOf(ins));
export const shape: CheckParameter = (operation, p) => {
  orThrow(checkShape(operation, p as readonly number[]));
};
export const dtype: CheckParameter = (operation, p) => {
  if (!isDType(p)) throw DTypeError.unknown(operation, p);
};
export const whole: CheckParameter = (operation, p) => {
  if (!isWhole(p))
    throw ArgumentError.invalid(operation, `${describe(p)} is no whole number`, "Pass one, such as 2.");
};
export const count: CheckParameter = (operation, p) => {
  if (!isCount(p))
    throw ArgumentError.invalid(
      operation,
      `${describe(p)} is no whole number from 0 up`,
      "Pass one, such as 1.",
    );
};
export const axisName: CheckParameter = (operation, p) => {
  if (typeof p !== "string")
    throw ArgumentError.invalid(
      operation,
      `the axis name is ${describe(p)}`,
      'Pass the axisName of an enclosing vmap, such as "batch".',
    );
};

export const broadcasting: CheckParameter = (operation, p) => {
  const { shape: wanted, axes: places } = fieldsOf(operation, p, ["shape", "axes"]);
  orThrow(checkShape(operation, wanted as readonly number[]));
  checkAxes(operation, places, (wanted as readonly number[]).length);
};

export const running: CheckParameter = (operation, p, ins) => {
  const { op, axis: along } = fieldsOf(operation, p, ["op", "axis", "reverse"]);
  if (!["add", "mul", "max", "min"].includes(op as string))
    throw ArgumentError.invalid(
      operation,
      `there is no running ${describe(op)}`,
      "op is add, mul, max or min.",
    );
  checkAxis(operation, along, rankOf(ins));
};

/** One whole number for each axis of the operand. */
const checkEach = (
  operation: string,
  what: string,
  list: unknown,
  ins: readonly TensorType[],
  is = isWhole,
): void => {
  const rank = rankOf(ins);
  if (isList(list, is) && list.length === rank) return;
  throw IndexError.invalid(
    operation,
    `${what} is ${describe(list)} for shape [${(ins[0] as TensorType).shape.join(", ")}]`,
    `It needs ${rank} whole numbers, one for each axis.`,
  );
};

export const bounds: CheckParameter = (operation, p, ins) => {
  const { start, stop, step } = fieldsOf(operation, p, ["start", "stop", "step"]);
  checkEach(operation, "start", start, ins);
  checkEach(operation, "stop", stop, ins);
  if (step !== null) checkEach(operation, "step", step, ins);
};

export const padding: CheckParameter = (operation, p, ins) => {
  const { value, low, high, interior } = fieldsOf(operation, p, ["value", "low", "high", "interior"]);
  if (typeof value !== "number")
    throw ArgumentError.invalid(operation, `the value is ${describe(value)}`, "Pass a number.");
  checkEach(operation, "low", low, ins);
  checkEach(operation, "high", high, ins);
  checkEach(operation, "interior", interior, ins, isCount);
};

export const indexing: CheckParameter = (operation, p, ins) => {
  const { batchAxes, indexedAxes } = fieldsOf(operation, p, ["batchAxes", "indexedAxes"]);
  for (const n of [batchAxes, indexedAxes]) count(operation, n, []);
  if (ins.length === 3) checkOneDType(operation, [ins[0] as TensorType, ins[2] as TensorType]);
};

/** Sizes of a block, and starts that are an int32 vector with one for each axis. */
export const block: CheckParameter = (operation, p, ins) => {
  shape(operation, p, ins);
  checkStarts(operation, ins[1] as TensorType, rankOf(ins));
};
/** [x, update, starts]. */
export const starts: CheckParameter = (operation, _, ins) => {
  const [x, update, at] = ins as readonly [TensorType, TensorType, TensorType];
  checkOneDType(operation, [x, update]);
  checkStarts(operation, at, x.shape.length);
};

const checkStarts = (operation: string, { shape: given, dtype: kind }: TensorType, rank: number): void => {
  if (kind !== "int32") throw DTypeError.unsupported(operation, kind, "int32 for the starts");
  if (given.length !== 1 || given[0] !== rank)
    throw ShapeError.mismatch(
      operation,
      "one start is needed for each axis",
      [given, [rank]],
      "Starts are a vector.",
    );
};

export const contraction: CheckParameter = (operation, p, ins) => {
  const { contract, batch } = fieldsOf(operation, p, ["contract", "batch"]);
  const pairs = [contract, batch].map((pair): readonly unknown[] => {
    if (Array.isArray(pair) && pair.length === 2 && pair.every(Array.isArray))
      return pair as readonly unknown[];
    throw ArgumentError.invalid(
      operation,
      `${describe(pair)} is no pair of lists of axes`,
      "contract and batch are [left axes, right axes].",
    );
  });
  [0, 1].forEach((side) => {
    const all = pairs.flatMap((pair) => pair[side] as readonly unknown[]);
    checkAxes(operation, all, (ins[side] as TensorType).shape.length);
  });
};
