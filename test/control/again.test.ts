/** Functions staged within functions that are run again, when the tracers over which they close are gone or replaced. */
import { describe, expect, it } from "vitest";
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  jacfwd,
  jit,
  jvp,
  np,
  type Tensor,
  vmap,
} from "../../src/index.js";
import * as lax from "../../src/lax/index.js";
import { matchers } from "../../src/testing/index.js";

expect.extend(matchers);

type Fn = (...xs: Tensor[]) => Tensor;
const T = (x: unknown): Tensor => x as Tensor;
const F = (f: unknown): Fn => f as Fn;

/** sin(w y), staged in one way or another. */
const staged: Readonly<Record<string, (w: Tensor) => Fn>> = {
  jit: (w) => F(jit(((y: Tensor) => T(np.sin(np.mul(w, y)))) as never)),
  "jit of what is known": (w) => {
    const known = F(jit((() => T(np.mul(w, 1))) as never));
    return (y) => T(np.sin(np.mul(known(), y)));
  },
  foriLoop: (w) => (y) => T(np.sin(lax.foriLoop(0, 2, (_, z: Tensor) => T(np.mul(z, np.sqrt(w))), y))),
  cond: (w) => (y) =>
    lax.cond(
      np.greater(np.mul(w, w), -1),
      (z: Tensor) => T(np.sin(np.mul(w, z))),
      (z: Tensor) => z,
      y,
    ),
};

const holders: Readonly<Record<string, (f: Fn) => Fn>> = {
  checkpoint: (f) => F(checkpoint(f as never)),
  "checkpoint of a closure": (f) => (y) => F(checkpoint((() => f(y)) as never))(),
  customJvp: (f) =>
    F(
      customJvp(
        f as never,
        (([y]: [Tensor], [dy]: [Tensor]) => jvp(f as never, [y], [dy] as never)) as never,
      ),
    ),
  customVjp: (f) =>
    F(
      customVjp(
        f as never,
        ((y: Tensor) => [f(y), y]) as never,
        ((y: Tensor, ct: Tensor) => [np.mul(F(grad(f as never))(y), ct)]) as never,
      ),
    ),
};

/** Each in w and y, which it differentiates, maps, or both. */
const uses: Readonly<Record<string, (of: (w: Tensor) => Fn, w: Tensor, y: Tensor) => unknown>> = {
  "the gradient": (of, w, y) =>
    grad(((v: Tensor, z: Tensor) => of(v)(z)) as never, { argnums: [0, 1] })(w as never, y as never),
  "second derivatives": (of, w, y) => [
    F(grad(((v: Tensor) => F(grad(((z: Tensor) => of(v)(z)) as never))(y)) as never))(w),
    F(jacfwd(grad(((v: Tensor) => of(v)(y)) as never) as never))(w),
  ],
  "a mapped gradient": (of, w, y) =>
    F(vmap(grad(((v: Tensor) => of(v)(y)) as never) as never))(
      T(np.stack([w, T(np.mul(w, 2)), T(np.mul(w, 3))])),
    ),
  "a compiled gradient": (of, w, y) => F(jit(grad(((v: Tensor) => of(v)(y)) as never) as never))(w),
  "the gradient of a loop": (of, w, y) =>
    F(grad(((v: Tensor) => lax.foriLoop(0, 3, (_, z: Tensor) => of(v)(z), y)) as never))(w),
};

const plain =
  (w: Tensor): Fn =>
  (y) =>
    T(np.sin(np.mul(w, y)));
const [w, y] = [T(np.array(0.7)), T(np.array(0.9))];

describe.each(Object.keys(staged))("%s", (how) => {
  describe.each(Object.keys(holders))("within %s", (holder) => {
    it.each(Object.entries(uses))("%s", (_, use) => {
      const of = (v: Tensor): Fn => (holders[holder] as (f: Fn) => Fn)((staged[how] as (v: Tensor) => Fn)(v));
      const expected = [use(plain, w, y)].flat() as Tensor[];
      expect([use(of, w, y)].flat() as Tensor[]).toBeAllClose(expected, { rtol: 1e-12 });
    });
  });
});

it("what a closure in a loop closes over is asked for once at every level", () => {
  let calls = 0;
  const step = (x: Tensor): Tensor =>
    F(
      checkpoint((() => {
        calls++;
        return T(np.sin(x));
      }) as never),
    )();
  F(grad(((x: Tensor) => lax.foriLoop(0, 3, (_, z: Tensor) => step(z), x)) as never))(y);
  expect(calls).toBeLessThan(40);
});
