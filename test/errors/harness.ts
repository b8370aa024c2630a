/**
 * One row for each misuse of a public function: the call, the error class and what its message must say. Every row
 * also checks what holds of all errors: the manner of the message, and that nothing is left behind.
 */
import * as cotangent from "cotangent";
import * as transforms from "cotangent/fft";
import * as laxRoom from "cotangent/lax";
import * as linalgRoom from "cotangent/linalg";
import * as optimRoom from "cotangent/optim";
import * as randomRoom from "cotangent/random";
import * as specialRoom from "cotangent/special";
import * as tapeRoom from "cotangent/tape";
import { expect } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";

/** A value as a caller without types sees it: misuse does not compile otherwise. */
export interface Loose {
  (...args: readonly unknown[]): Loose;
  readonly [key: string]: Loose;
}
type LooseRoom<M> = { readonly [K in keyof M]: Loose };

export const api = cotangent as unknown as LooseRoom<typeof cotangent>;
export const np = cotangent.np as unknown as LooseRoom<typeof cotangent.np>;
export const fft = transforms as unknown as LooseRoom<typeof transforms>;
export const lax = laxRoom as unknown as LooseRoom<typeof laxRoom>;
export const linalg = linalgRoom as unknown as LooseRoom<typeof linalgRoom>;
export const optim = optimRoom as unknown as LooseRoom<typeof optimRoom>;
export const random = randomRoom as unknown as LooseRoom<typeof randomRoom>;
export const special = specialRoom as unknown as LooseRoom<typeof specialRoom>;
export const tape = tapeRoom as unknown as LooseRoom<typeof tapeRoom>;
export const tree = cotangent.tree as unknown as LooseRoom<typeof cotangent.tree>;

/** Element i of a pair that came back. */
export const item = (x: unknown, i: number): Loose => (x as readonly Loose[])[i] as Loose;
/** The value, said to be a number: operators on tensors do not compile. */
export const numeric = (x: unknown): number => x as number;

type ErrorClass = abstract new (...args: never) => cotangent.CotangentError;

export interface Row {
  /** The function, as reached from the package: `grad`, `np.sum`, `tree.map`, `Tensor.item`. */
  readonly of: string;
  readonly misuse: string;
  readonly call: () => unknown;
  readonly error: ErrorClass;
  /** What the message names: shapes, dtypes, paths. */
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** The name in the message, where the function is another name of a function. */
  readonly name?: string;
}

/** The rows of one function: [misuse, call, error, says, remedy, name?]. */
type Cells = readonly [string, () => unknown, ErrorClass, RegExp, RegExp, string?];
export const rowsOf = (of: string, ...cells: readonly Cells[]): readonly Row[] =>
  cells.map(([misuse, call, error, says, remedy, name]) => ({
    of,
    misuse,
    call,
    error,
    says,
    remedy,
    ...(name === undefined ? {} : { name }),
  }));

const errorOf = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** What every message has: a sentence that ends, no placeholder of JavaScript's, and not too long. */
export const expectManner = (message: string): void => {
  expect(message.length, message).toBeLessThan(600);
  expect(message).toMatch(/[^.]\.$/);
  expect(message).not.toMatch(/undefined|\[object/);
};

/** Nothing is left behind: no interpreter in charge, and the next correct calls give what they should. */
export const expectIntact = (): void => {
  expect(currentInterpreter()).toBeNull();
  const cube = (x: cotangent.Tensor): cotangent.Tensor => cotangent.np.power(x, 3);
  expect(cotangent.grad(cotangent.grad(cube))(2).item()).toBe(12);
  const doubled = cotangent.vmap((x: cotangent.Tensor) => cotangent.np.add(x, x));
  expect(doubled(cotangent.np.array([1, 2])).toArray()).toEqual([2, 4]);
};

export const expectMisuse = ({ of, call, error, says, remedy, name }: Row): void => {
  const thrown = errorOf(call);
  expect(thrown, "it must throw").toBeInstanceOf(cotangent.CotangentError);
  const { message } = thrown as cotangent.CotangentError;
  expect((thrown as cotangent.CotangentError).constructor, message).toBe(error);
  expect((thrown as cotangent.CotangentError).name).toBe(error.name);
  expectManner(message);
  expect(message).toContain(name ?? of.slice(of.lastIndexOf(".") + 1));
  expect(message).toMatch(says);
  expect(message).toMatch(remedy);
  expectIntact();
};
