/** debugNans names the first operation that gives NaN, and the user's line: eager, differentiated, compiled. */
import * as debug from "cotangent/debug";
import { describe, expect, it } from "vitest";
import { currentInterpreter } from "../../src/graph/context.js";
import { ConcretizationError, customJvp, grad, jit, np, type Tensor, vmap } from "../../src/index.js";

const T = (x: unknown): Tensor => x as Tensor;
const thrown = (f: () => unknown): debug.NanError => {
  try {
    f();
  } catch (error) {
    if (error instanceof debug.NanError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};
const badLog = (x: Tensor): Tensor => {
  const y = np.sub(x, 2);
  const z = np.log(y); // the culprit
  return T(np.sum(np.mul(z, x)));
};

describe("debugNans", () => {
  it("passes what has no NaN, and gives the same", () => {
    const f = (x: Tensor): Tensor => T(np.sum(np.log(x)));
    expect(debug.debugNans(grad(f))([1, 2] as never)).toEqual(grad(f)([1, 2] as never));
    expect(String(debug.debugNans((x: Tensor) => np.log(x))(T(np.array(0))))).toContain("-Infinity");
  });

  it.each<[string, (f: typeof badLog) => (x: Tensor) => unknown]>([
    ["eager", (f) => f],
    ["grad", (f) => grad(f)],
    ["grad of grad", (f) => grad(grad(f) as never) as never],
    ["vmap", (f) => (x) => vmap(f)(T(np.stack([x, x] as never)))],
  ])("names operation, operand and line: %s", (_, transformed) => {
    const error = thrown(() => debug.debugNans(transformed(badLog))(T(np.array(1))));
    expect(error.operation).toBe("log");
    expect(error.line).toMatch(/test\/debug\/nans\.test\.ts:\d+:\d+$/);
    expect(error.message).toMatch(
      /log\(.*-1.*\) gave NaN, called at .*nans\.test\.ts.*none of its operands has one/,
    );
    expect(error.code).toBe("nan");
    expect(currentInterpreter()).toBeNull();
  });

  it("tells the line itself", () => {
    const here = (): number =>
      Number([...(new Error().stack as string).matchAll(/nans\.test\.ts:(\d+)/g)][1]?.[1]);
    let expected = 0;
    const error = thrown(() =>
      debug.debugNans((x: Tensor) => {
        expected = here() + 1;
        return np.sqrt(x);
      })(T(np.array(-1))),
    );
    expect(Number(error.line?.split(":").at(-2))).toBe(expected);
  });

  it("opens compiled functions and those with rules of their own", () => {
    expect(thrown(() => debug.debugNans(jit(badLog))(T(np.array(1)))).operation).toBe("log");
    expect(thrown(() => debug.debugNans(grad(jit(badLog)))(T(np.array(1)))).operation).toBe("log");
    const custom = customJvp(badLog, ([x], [dx]) => [badLog(x as Tensor), dx] as never);
    expect(thrown(() => debug.debugNans(custom as typeof badLog)(T(np.array(1)))).operation).toBe("log");
  });

  it("finds a NaN that only the derivative has", () => {
    const f = (x: Tensor): Tensor => T(np.where(np.greater(x, 0), np.sqrt(x), 0));
    expect(
      debug
        .debugNans(f)(T(np.array(0)))
        .item(),
    ).toBe(0);
    expect(thrown(() => debug.debugNans(grad(f))(T(np.array(0)))).message).toMatch(/gave NaN/);
  });

  it("tells a NaN that came from outside", () => {
    expect(
      thrown(() => debug.debugNans((x: Tensor) => np.add(x, 1))(T(np.array(Number.NaN)))).message,
    ).toMatch(/operand 0 has one already, from outside/);
  });

  it("stands outside of vmap and jit", () => {
    expect(() => vmap(debug.debugNans(badLog))(np.array([1, 2]))).toThrow(ConcretizationError);
    expect(() => jit(debug.debugNans(badLog))(1)).toThrow(ConcretizationError);
  });
});
