/**
 * One test for each case of a reference file, and one that counts them. A case that the library does not follow
 * stands in `departures.ts`; then its test asks that it still differs, so that no departure outlives its reason.
 */
import { describe, expect, it } from "vitest";
import { departures } from "./departures.js";
import { readReference } from "./reference.js";

interface Identified {
  readonly id: string;
}

/** `check` returns what is wrong, in sentences; an exception is one too. */
export const goldenSuite = <Case extends Identified>(
  file: string,
  check: (theCase: Case) => readonly string[],
): void => {
  const { n, cases } = readReference<Case>(file);
  const problems = (theCase: Case): readonly string[] => {
    try {
      return check(theCase);
    } catch (error) {
      return [String(error)];
    }
  };
  describe(`${file}.json`, () => {
    const ran = new Set<string>();
    for (const theCase of cases) {
      const reason = departures.get(theCase.id);
      it(reason === undefined ? theCase.id : `${theCase.id} departs: ${reason}`, () => {
        ran.add(theCase.id);
        if (reason === undefined) expect(problems(theCase).join("\n")).toBe("");
        else expect(problems(theCase), "agrees now: strike it from departures.ts").not.toEqual([]);
      });
    }
    it(`has run all ${n} cases`, () => {
      expect(ran.size).toBe(n);
      const known = new Set(cases.map(({ id }) => id));
      const listed = [...departures.keys()].filter((id) => id.startsWith(`${file}/`));
      expect(listed.filter((id) => !known.has(id))).toEqual([]);
    });
  });
};
