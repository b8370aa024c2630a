/** Whether two types are identical, not just assignable to each other. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `same<Expected>()(value)` compiles only where the type of `value` is `Expected`. */
export declare const same: <Expected>() => <Actual>(
  actual: Actual,
  ...different: Same<Actual, Expected> extends true ? [] : [expected: Expected, actual: Actual, never]
) => void;
