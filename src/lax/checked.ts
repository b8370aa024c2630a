/**
 * The door of the primitives' plain forms. Kernels trust their operands, for speed; what a user hands them directly
 * is checked here first: operands are tensors, parameters are of their kind, and shapes and dtypes fit.
 */
import type { AnyPrimitive } from "../graph/primitive.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { Tensor, type TensorType } from "../tensor/tensor.js";

/** Throws for a parameter that is not of its kind. */
export type CheckParameter = (operation: string, p: unknown, ins: readonly TensorType[]) => void;

interface Operation {
  readonly primitive: AnyPrimitive;
}

const typeOfOperand = (operation: string, x: unknown): TensorType => {
  if (x instanceof Tensor) return x.type;
  throw ArgumentError.invalid(
    operation,
    `${describe(x)} is no tensor`,
    "Functions of lax take tensors; np.array makes one, and functions of np convert by themselves.",
  );
};

/** `f` of `count` operands and then a parameter, checked before it runs. */
/* @__NO_SIDE_EFFECTS__ */
export const checked = <F extends Operation>(f: F, count: number, check?: CheckParameter): F => {
  const { primitive } = f;
  const run = f as unknown as (...args: readonly unknown[]) => unknown;
  const door = (...args: readonly unknown[]): unknown => {
    const types = Array.from({ length: count }, (_, i) => typeOfOperand(primitive.name, args[i]));
    check?.(primitive.name, args[count], types);
    primitive.shape(types, check === undefined ? null : args[count]);
    return run(...args.slice(0, check === undefined ? count : count + 1));
  };
  return Object.assign(door, { primitive }) as unknown as F;
};

/** `f` of a list of operands (`count` of them, where that is fixed) and then a parameter. */
/* @__NO_SIDE_EFFECTS__ */
export const checkedList = <F extends Operation>(f: F, count: number | null, check?: CheckParameter): F => {
  const { primitive } = f;
  const run = f as unknown as (ins: readonly unknown[], p: unknown) => unknown;
  const door = (ins: unknown, p: unknown): unknown => {
    if (!Array.isArray(ins) || (count === null ? ins.length === 0 : ins.length !== count)) {
      throw ArgumentError.invalid(
        primitive.name,
        `${describe(ins)} is no list of ${count === null ? "operands" : `${count} operands`}`,
        "The operands come first, in one array.",
      );
    }
    const types = (ins as readonly unknown[]).map((x) => typeOfOperand(primitive.name, x));
    const parameter = check === undefined ? null : p;
    check?.(primitive.name, parameter, types);
    primitive.shape(types, parameter);
    return run(ins, parameter);
  };
  return Object.assign(door, { primitive }) as unknown as F;
};

/** A builder of primitives, whose record is checked for the fields that it must have. */
/* @__NO_SIDE_EFFECTS__ */
export const checkedBuilder = <F extends (...args: never[]) => unknown>(
  operation: string,
  build: F,
  fields: readonly string[],
): F =>
  ((...args: never[]) => {
    const spec: unknown = args[0];
    const record =
      typeof spec === "object" && spec !== null ? (spec as Readonly<Record<string, unknown>>) : {};
    const missing = fields.find((field) => record[field] === undefined);
    if (missing !== undefined) {
      throw ArgumentError.invalid(
        operation,
        `the record of a primitive lacks its field ${missing}`,
        `Required are ${fields.join(", ")}.`,
      );
    }
    return build(...args);
  }) as F;
