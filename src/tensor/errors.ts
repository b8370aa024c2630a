/**
 * Every error of the library and its sentence. Each says what was attempted, with which shapes or dtypes, what
 * is likely meant and what to write instead; call sites name the situation and build no text.
 */
import type { DType } from "./dtype.js";
import type { Shape } from "./shape.js";

/** The common class: `instanceof CotangentError` catches all, `code` is stable across versions. */
export class CotangentError extends Error {
  override readonly name: string = "CotangentError";
  readonly code: string = "cotangent";
}

/** A shape, axes or other numbers in a sentence. */
export const bracketed = (numbers: readonly unknown[]): string => `[${numbers.join(", ")}]`;

/** Several shapes, the first few of many. */
const showAll = (shapes: readonly Shape[]): string =>
  shapes.length <= 4
    ? shapes.map(bracketed).join(" and ")
    : `${shapes.slice(0, 3).map(bracketed).join(", ")} and ${shapes.length - 3} more`;

const cut = (text: string, length = 60): string =>
  text.length <= length ? text : `${text.slice(0, length - 3)}...`;

/** Any value in a few words, for a sentence about what was passed. */
export const describe = (value: unknown): string => {
  switch (typeof value) {
    case "undefined":
      return "a missing value";
    case "string":
      return cut(JSON.stringify(value));
    case "function":
      return value.name === "" ? "a function" : `the function ${cut(value.name)}`;
    case "bigint":
      return `the bigint ${cut(String(value))}n`;
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
};

const describeObject = (value: object): string => {
  if (typeof (value as { readonly then?: unknown }).then === "function") return "a Promise (await it first)";
  if (Array.isArray(value)) return cut(`[${value.map(describeItem).join(", ")}]`);
  if ("dtype" in value && "toTypedArray" in value) return "a tensor";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return `an instance of ${cut((value.constructor as { readonly name?: string }).name || "a class")}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? "an empty object" : `an object with keys ${cut(keys.join(", "))}`;
};

const describeItem = (value: unknown): string =>
  Array.isArray(value) ? "[...]" : typeof value === "object" && value !== null ? "{...}" : describe(value);

/** Shapes that do not fit each other or the operation. */
export class ShapeError extends CotangentError {
  override readonly name: string = "ShapeError";
  override readonly code: string = "shape";

  static broadcast(
    operation: string,
    shapes: readonly Shape[],
    axis: number,
    a: number,
    b: number,
  ): ShapeError {
    return new ShapeError(
      `${operation}: cannot broadcast shapes ${showAll(shapes)}: axis ${axis} has sizes ${a} and ${b}. ` +
        "Sizes must be equal or 1, aligned at the last axis; insert axes with np.expandDims or np.reshape.",
    );
  }
  static invalid(operation: string, shape: unknown): ShapeError {
    return new ShapeError(
      `${operation}: ${describe(shape)} is no shape. A shape is an array of whole sizes, none negative, such as [2, 3].`,
    );
  }
  static mismatch(operation: string, what: string, shapes: readonly Shape[], remedy: string): ShapeError {
    return new ShapeError(`${operation}: ${what}, got ${showAll(shapes)}. ${remedy}`);
  }
}

/** An axis that the tensor does not have, or has been named twice. */
export class AxisError extends CotangentError {
  override readonly name: string = "AxisError";
  override readonly code: string = "axis";

  static outOfRange(operation: string, axis: unknown, rank: number): AxisError {
    if (typeof axis !== "number" || !Number.isInteger(axis)) {
      return new AxisError(
        `${operation}: ${describe(axis)} is no axis. Axes are whole numbers; negative ones count from the end.`,
      );
    }
    const valid = rank === 0 ? "a scalar has no axes" : `use ${-rank} to ${rank - 1}`;
    return new AxisError(
      `${operation}: axis ${axis} is out of range for a tensor of rank ${rank}; ${valid}.`,
    );
  }
  static repeated(operation: string, axis: number): AxisError {
    return new AxisError(`${operation}: axis ${axis} is named twice. Name each axis once.`);
  }
}

/** A dtype that the operation does not take, or a number that the dtype cannot hold. */
export class DTypeError extends CotangentError {
  override readonly name: string = "DTypeError";
  override readonly code: string = "dtype";

  static unsupported(operation: string, dtype: DType | string, wanted: string): DTypeError {
    return new DTypeError(
      `${operation}: dtype ${dtype} is not supported, ${wanted} is needed. Convert first with np.astype(x, ...).`,
    );
  }
  static unknown(operation: string, name: unknown): DTypeError {
    return new DTypeError(
      `${operation}: ${describe(name)} is no dtype. Known are float64, float32, int32, uint32, int16, uint16, int8, uint8, bool.`,
    );
  }
  static overflow(operation: string, value: number, dtype: DType): DTypeError {
    return new DTypeError(
      `${operation}: the number ${value} is out of range for ${dtype}. Choose a wider dtype, or convert the tensor with np.astype(x, ...) first.`,
    );
  }
  static notDifferentiable(operation: string, dtype: DType, path: string): DTypeError {
    return new DTypeError(
      `${operation}: ${path} has dtype ${dtype}; only float64 and float32 can be differentiated. ` +
        'Pass a float (np.astype(x, "float64")), or leave the argument out of argnums.',
    );
  }
}

/** An index outside its axis, or of the wrong kind. */
export class IndexError extends CotangentError {
  override readonly name: string = "IndexError";
  override readonly code: string = "index";

  static outOfBounds(operation: string, index: number, axis: number, size: number): IndexError {
    const remedy = size === 0 ? "The axis is empty" : `Use ${-size} to ${size - 1}`;
    return new IndexError(
      `${operation}: index ${index} is out of bounds for axis ${axis} of size ${size}. ${remedy}.`,
    );
  }
  static invalid(operation: string, what: string, remedy: string): IndexError {
    return new IndexError(`${operation}: ${what}. ${remedy}`);
  }
}

/** An argument of the wrong kind: argnums, options, a value that is no tensor. */
export class ArgumentError extends CotangentError {
  override readonly name: string = "ArgumentError";
  override readonly code: string = "argument";

  static invalid(operation: string, what: string, remedy: string): ArgumentError {
    return new ArgumentError(`${operation}: ${what}. ${remedy}`);
  }
  /** A value that is taken for no tensor. */
  static noTensor(operation: string, value: unknown): ArgumentError {
    return new ArgumentError(
      `${operation}: ${describe(value)} is no tensor. Pass a tensor, a number, a boolean, a typed array or nested arrays of them.`,
    );
  }
  /** An option that does not exist: a slip of the keyboard must not be dropped in silence. */
  static option(operation: string, key: string, allowed: readonly string[]): ArgumentError {
    const start = key.slice(0, 2).toLowerCase();
    const near = allowed.find((name) => name.toLowerCase().startsWith(start));
    return new ArgumentError(
      `${operation}: there is no option ${describe(key)}. ${near === undefined ? "" : `Did you mean ${near}? `}` +
        (allowed.length === 0 ? "It takes none." : `The options are ${allowed.join(", ")}.`),
    );
  }
}

/** A matrix without what was asked of it: an inverse, a Cholesky factor. */
export class LinAlgError extends CotangentError {
  override readonly name: string = "LinAlgError";
  override readonly code: string = "linalg";

  static singular(operation: string, shape: Shape): LinAlgError {
    return new LinAlgError(
      `${operation}: the matrix is singular, got ${bracketed(shape)} with a pivot of exactly 0. ` +
        "It has no inverse: use linalg.lstsq or linalg.pinv, or add a multiple of the identity.",
    );
  }
  static noSingleSolution(operation: string, left: Shape, right: Shape): LinAlgError {
    return new LinAlgError(
      `${operation}: the equation has no single solution, got ${bracketed(left)} and ${bracketed(right)}: an eigenvalue of the one ` +
        "is minus one of the other. Move the eigenvalues of one of them, by a small multiple of the identity.",
    );
  }
  static notPositiveDefinite(operation: string, shape: Shape): LinAlgError {
    return new LinAlgError(
      `${operation}: the matrix is not positive definite, got ${bracketed(shape)} with a pivot that is not positive. ` +
        "Check that it is symmetric as meant, or add a small multiple of the identity; linalg.eigh takes any symmetric matrix.",
    );
  }
}

/** Trees that do not match, or a leaf that is no tensor. */
export class TreeError extends CotangentError {
  override readonly name: string = "TreeError";
  override readonly code: string = "tree";

  static mismatch(operation: string, path: string, expected: string, got: string): TreeError {
    return new TreeError(
      `${operation}: the trees differ at ${path}: expected ${expected}, got ${got}. Both must have the same containers and keys.`,
    );
  }
  static leaf(operation: string, path: string, got: string): TreeError {
    return new TreeError(
      `${operation}: ${path} is ${got}, not a tensor. Leaves are tensors, numbers, booleans and typed arrays; containers are ` +
        "arrays, plain objects, Map, and classes made known with registerTree. Close over anything else.",
    );
  }
  /** `path` says where the Promise was found, if it is not what the function returned. */
  static async(operation: string, path?: string): TreeError {
    if (path !== undefined && !path.startsWith("the result"))
      return new TreeError(
        `${operation}: ${path} is a Promise. Await it first, and pass what it resolves to.`,
      );
    return new TreeError(
      `${operation}: the function returned a Promise. Transformed functions must be synchronous: await data before, and pass it in.`,
    );
  }
}

/** A number was asked of a tracer that stands for many values, or for none yet. */
export class ConcretizationError extends CotangentError {
  override readonly name: string = "ConcretizationError";
  override readonly code: string = "concretization";

  static batched(attempted: string, size: number, transformation: string): ConcretizationError {
    return new ConcretizationError(
      `${attempted} needs one value, but under ${transformation} this tensor stands for ${size} of them. ` +
        "Write np.where(condition, a, b) instead of if, or move the reading out of the vmapped function.",
    );
  }
  static unknown(attempted: string, transformation: string): ConcretizationError {
    return new ConcretizationError(
      `${attempted} needs a value, but while ${transformation} traces the function only shapes and dtypes are known. ` +
        "Write np.where(condition, a, b) instead of if, or do the reading outside the traced function.",
    );
  }
}

/** A tracer was used after the transformation that made it had ended. */
export class EscapedTracerError extends CotangentError {
  override readonly name: string = "EscapedTracerError";
  override readonly code: string = "escaped-tracer";

  static from(operation: string, madeBy: string): EscapedTracerError {
    return new EscapedTracerError(
      `${operation}: a value traced by ${madeBy} was used after ${madeBy} had finished. ` +
        "Return values from the function (hasAux carries extra results) instead of storing them outside it.",
    );
  }
}

/** grad of a function whose result is not a scalar. */
export class NonScalarOutputError extends CotangentError {
  override readonly name: string = "NonScalarOutputError";
  override readonly code: string = "non-scalar-output";

  /** A tree in place of one scalar. */
  static tree(operation: string, count: number): NonScalarOutputError {
    return new NonScalarOutputError(
      `${operation} needs a function with a scalar result, but it returned a tree of ${count} tensors. ` +
        "Return one number (hasAux carries extra results), or use jacrev, jacfwd or vjp.",
    );
  }
  static of(operation: string, shape: Shape): NonScalarOutputError {
    return new NonScalarOutputError(
      `${operation} needs a function with a scalar result, but it returned shape ${bracketed(shape)}. ` +
        "Reduce it (np.sum, np.mean), or use jacrev, jacfwd, elementwiseGrad or vjp for results of other shapes.",
    );
  }
}

/** A rule that does not exist: transposing an operation that is not linear. */
export class LinearityError extends CotangentError {
  override readonly name: string = "LinearityError";
  override readonly code: string = "linearity";

  static nonlinear(primitive: string): LinearityError {
    return new LinearityError(
      `${primitive} is not linear in its traced argument, so it cannot be transposed. ` +
        "linearTranspose takes linear functions only; for others use vjp, or linearize first.",
    );
  }
}

/** `x * x`, `x + 1`, `x < y` on tensors: JavaScript cannot overload operators. */
export class OperatorError extends CotangentError {
  override readonly name: string = "OperatorError";
  override readonly code: string = "operator";
}

/** A collective that names an axis which no enclosing vmap has. */
export class UnboundAxisError extends CotangentError {
  override readonly name: string = "UnboundAxisError";
  override readonly code: string = "unbound-axis";

  static of(operation: string, axisName: string): UnboundAxisError {
    return new UnboundAxisError(
      `${operation}: no enclosing vmap has the axis name "${axisName}". Give it: vmap(f, { axisName: "${axisName}" }).`,
    );
  }
}

export const operatorError = (value: string): OperatorError =>
  new OperatorError(
    `An operator (such as *, +, - or <), Number() or a function of Math was applied to ${cut(value.replace(/\s+/g, " "))}. JavaScript has no operator overloading: ` +
      "write np.mul(x, y) or x.mul(y); for a plain number, write x.item().",
  );

export const itemSizeError = (shape: Shape): ShapeError =>
  ShapeError.mismatch(
    "item()",
    "only a tensor with one element is a number",
    [shape],
    "Use toArray(), or index it first.",
  );

/** Values that stand for each other in control flow, of different dtypes. */
export const dtypesDiffer = (
  operation: string,
  what: string,
  a: DType,
  b: DType,
  remedy: string,
): DTypeError => new DTypeError(`${operation}: ${what}, got ${a} and ${b}. ${remedy}`);

/** Reverse mode needs the values of every step, and a traced loop does not tell how many there will be. */
export const unboundedLoop = (): LinearityError =>
  new LinearityError(
    "whileLoop: a loop whose number of steps is not known while it is traced cannot be differentiated in reverse. " +
      "Pass { maxSteps: n }, write lax.foriLoop with numbers as bounds or lax.scan, or use forward mode (jvp, jacfwd).",
  );
