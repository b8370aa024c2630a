/** The options object that array functions take last. */
import { ArgumentError } from "../tensor/errors.js";

/** Options of an array function, or an error for the bare number that NumPy would take in their place. */
export const optionsOf = <T extends object>(operation: string, options: T | undefined): Partial<T> => {
  if (options === undefined) return {};
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return options;
  throw ArgumentError.invalid(
    operation,
    `${JSON.stringify(options)} stands where options are taken`,
    "Options go in an object, such as { axis: 1 }.",
  );
};
