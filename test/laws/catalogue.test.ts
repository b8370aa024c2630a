/**
 * Every law for every primitive of the catalogue. A primitive is tested by being listed there; one without a domain
 * fails.
 */
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/primitives/catalogue.js";
import type { Domain } from "../../src/testing/domains.js";
import { checkLaw, laws } from "../../src/testing/laws.js";
import { runs } from "../support/runs.js";
import { convolutionDomains } from "./convolution-domains.js";
import { elementwiseDomains } from "./elementwise-domains.js";
import { matrixDomains } from "./matrix-domains.js";
import { samplingDomains } from "./sampling-domains.js";
import { specialDomains } from "./special-domains.js";
import { structuralDomains } from "./structural-domains.js";

const domains: Readonly<Record<string, Domain>> = {
  ...elementwiseDomains,
  ...structuralDomains,
  ...convolutionDomains,
  ...matrixDomains,
  ...samplingDomains,
  ...specialDomains,
};

describe.each(catalogue.map((primitive) => [primitive.name, primitive] as const))("%s", (name, primitive) => {
  const domain = domains[name];
  it("has a domain", () => expect(domain).toBeDefined());
  if (domain === undefined) return;
  for (const law of laws) {
    if (law.property(primitive, domain) === undefined) continue;
    it(law.name, () => checkLaw(law, primitive, domain, { runs }));
  }
});

it("no domain is without a primitive", () => {
  const names = catalogue.map((primitive) => primitive.name);
  expect(Object.keys(domains).filter((name) => !names.includes(name))).toEqual([]);
});
