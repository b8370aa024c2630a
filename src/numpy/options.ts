/** The options object that functions take last: an object, with known keys only. */
import { isPlain } from "../graph/tree.js";
import { ArgumentError, describe } from "../tensor/errors.js";

/**
 * The options of a call. A bare value in their place (NumPy's `sum(x, 0)`) is an error, and so is a key that is not
 * allowed, such as `axes` for `axis`: what is dropped in silence gives wrong results.
 */
export const optionsOf = <T extends object>(
  operation: string,
  options: T | undefined,
  allowed: readonly (keyof T & string)[],
): Partial<T> => {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || !isPlain(options)) {
    throw ArgumentError.invalid(
      operation,
      `${describe(options)} stands where options are taken`,
      `Options go in an object, such as { ${allowed[0] ?? "axis"}: ... }.`,
    );
  }
  for (const key of Object.keys(options))
    if (!(allowed as readonly string[]).includes(key)) throw ArgumentError.option(operation, key, allowed);
  return options;
};

/** An option that is one of a few words; the first of them unless it is given. */
export const choiceOf = <W extends string>(
  operation: string,
  name: string,
  value: unknown,
  words: readonly [W, ...W[]],
): W => {
  if (value === undefined) return words[0];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const all = words.map((word) => `"${word}"`).join(" or ");
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, `It is ${all}.`);
};

/** An option that is true or false. */
export const flagOf = (operation: string, name: string, value: unknown, byDefault: boolean): boolean => {
  if (value === undefined) return byDefault;
  if (typeof value === "boolean") return value;
  throw ArgumentError.invalid(operation, `${name} is ${describe(value)}`, "It is true or false.");
};
