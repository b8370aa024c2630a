/** The examples in the docstrings of a room: an expression, and after it what it gives. */
import { readdirSync, readFileSync } from "node:fs";

export interface DocExample {
  readonly expression: string;
  readonly expected: unknown;
}

/** Every `@example expression // value` of the files in `src/folder`, where the value is JSON; of those only that begin as asked. */
export const docExamples = (folder: string, begins = /^/): readonly DocExample[] => {
  const url = new URL(`../../src/${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(new URL(file, url), "utf8").matchAll(/^ \* @example (.*) \/\/ (.*)$/gm),
    ])
    .filter(([, expression]) => begins.test(expression as string))
    .map(([, expression, value]) => ({
      expression: expression as string,
      expected: JSON.parse(value as string),
    }));
};
