/** The laws of a primitive, ours and users' alike: listed, and checked one by one. */
import fc from "fast-check";
import type { AnyPrimitive } from "../graph/primitive.js";
import { optionsOf } from "../numpy/options.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import { checkPrimitiveAndDomain, checkWhole } from "./checked.js";
import { derivativeLaws } from "./derivative-laws.js";
import type { Domain } from "./domains.js";
import { dualLaws } from "./dual-laws.js";
import { loweringLaw } from "./lowering-law.js";
import { type Law, valueLaws } from "./value-laws.js";

export type { Law } from "./value-laws.js";

/** Every law, in the order from values to second derivatives. */
export const laws: readonly Law[] = [...valueLaws, loweringLaw, ...derivativeLaws, ...dualLaws];

export interface CheckOptions {
  /** Cases for each law; default 25. */
  readonly runs?: number;
  /** As printed by a failure, to repeat it. */
  readonly seed?: number;
}

const checkLawOptions = (
  operation: string,
  law: unknown,
  primitive: unknown,
  domain: unknown,
  options: CheckOptions,
): void => {
  if (typeof (law as Partial<Law> | null)?.property !== "function")
    throw ArgumentError.invalid(operation, `${describe(law)} is no law`, "Pass one of laws.");
  checkPrimitiveAndDomain(operation, primitive, domain);
  checkWhole(operation, "runs", optionsOf(operation, options, ["runs", "seed"]).runs, 1);
};

/**
 * Checks one law; throws with the seed and the smallest failing case.
 * @throws ArgumentError for a law that says nothing about the primitive: one of derivatives, in a domain without float64.
 */
export const checkLaw = (
  law: Law,
  primitive: AnyPrimitive,
  domain: Domain,
  options: CheckOptions = {},
): void => {
  checkLawOptions("checkLaw", law, primitive, domain, options);
  const property = law.property(primitive, domain);
  if (property === undefined)
    throw ArgumentError.invalid(
      "checkLaw",
      `"${law.name}" says nothing about ${primitive.name} with ${domain.dtypes.join(", ")}`,
      "Give the domain float64, or leave out laws whose property(primitive, domain) is none.",
    );
  const { runs = 25, seed } = options;
  fc.assert(property, seed === undefined ? { numRuns: runs } : { numRuns: runs, seed });
};

/**
 * Checks every law of a primitive over its domain: shapes, layouts, staging, batching, both modes, second order.
 * Throws an Error that names the law, the seed and the smallest failing case.
 * @example checkPrimitive(sinc.primitive, elementwiseDomain(1, { ranges: [{ min: 0.5, max: 3 }] }))
 */
export const checkPrimitive = (primitive: AnyPrimitive, domain: Domain, options: CheckOptions = {}): void => {
  checkLawOptions("checkPrimitive", laws[0], primitive, domain, options);
  for (const law of laws) {
    if (law.property(primitive, domain) === undefined) continue;
    try {
      checkLaw(law, primitive, domain, options);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${primitive.name} breaks a law: ${law.name}.\n${message}`, { cause: error });
    }
  }
};
