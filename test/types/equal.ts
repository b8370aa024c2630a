/** Type assertions: `expectType<Equal<A, B>>(true)` compiles only where the types are identical. */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export declare const same: <Expected>() => <Actual>(actual: Actual, ...equal: Equal<Actual, Expected> extends true ? [] : [never]) => void;
