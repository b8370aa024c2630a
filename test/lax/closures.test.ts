/** Bodies of loops and branches that close over tracers, themselves or in rules and functions that they hold. */
import { describe, expect, it } from "vitest";
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  hessian,
  jvp,
  makeGraph,
  np,
  type Tensor,
  vmap,
} from "../../src/index.js";
import { evaluateGraph } from "../../src/interpreters/evaluate.js";
import * as lax from "../../src/lax/index.js";
import { checkGrads } from "../../src/testing/index.js";

const T = (x: unknown): Tensor => x as Tensor;
type Step = (carry: Tensor, w: Tensor) => Tensor;
const F = (f: unknown): ((...xs: Tensor[]) => Tensor) => f as (...xs: Tensor[]) => Tensor;

const plain: Step = (c, w) => T(np.sin(np.mul(c, w)));
const steps: Readonly<Record<string, Step>> = {
  plain,
  "a tensor closed over": (c, w) => T(np.sin(np.mul(c, w))),
  "checkpoint over both": (c, w) => F(checkpoint(() => T(np.sin(np.mul(c, w)))))(),
  "checkpoint over one": (c, w) => F(checkpoint((z: Tensor) => T(np.sin(np.mul(z, w)))))(c),
  "nested checkpoints": (c, w) =>
    F(checkpoint((z: Tensor) => T(np.sin(F(checkpoint((y: Tensor) => T(np.mul(y, w))))(z)))))(c),
  "a rule over both": (c, w) =>
    F(
      customJvp(
        (z: Tensor) => T(np.sin(np.mul(z, w))),
        ([z], [dz]) => {
          const at = np.mul(T(z), w);
          return [np.sin(at), np.mul(np.mul(np.cos(at), w), T(dz))] as never;
        },
      ),
    )(c),
  "a rule alone over w": (c, w) => {
    const twice = F(
      customJvp(
        (z: Tensor) => T(np.mul(z, 1)),
        ([z], [dz]) => [z, np.add(T(dz), np.mul(np.mul(0, w), T(dz)))] as never,
      ),
    );
    return T(np.sin(np.mul(twice(c), w)));
  },
  "a pullback": (c, w) =>
    F(
      customVjp(
        (z: Tensor, v: Tensor) => T(np.sin(np.mul(z, v))),
        (z: Tensor, v: Tensor) => [T(np.sin(np.mul(z, v))), [z, v]] as never,
        ((r: readonly [Tensor, Tensor], ct: Tensor) => {
          const slope = np.mul(ct, np.cos(np.mul(r[0], r[1])));
          return [np.mul(slope, r[1]), np.mul(slope, r[0])];
        }) as never,
      ),
    )(c, w),
  "a gradient": (c, w) => F(grad(((z: Tensor) => np.neg(np.cos(np.mul(z, w)))) as never))(c).div(w),
  "a derivative of a checkpoint": (c, w) =>
    T(
      jvp(
        (z: Tensor) => F(checkpoint((y: Tensor) => T(np.neg(np.cos(np.mul(y, w))))))(z),
        [c],
        [np.div(1, w)],
      )[1],
    ),
};

const loops: Readonly<Record<string, (step: Step) => (c: Tensor, w: Tensor) => Tensor>> = {
  scan: (step) => (c, w) => lax.scan((x: Tensor) => [step(x, w), null], c, null, { length: 3 })[0],
  foriLoop: (step) => (c, w) => lax.foriLoop(0, 3, (_, x) => step(x, w), c),
  "foriLoop of unknown length": (step) => (c, w) =>
    T(lax.foriLoop(0, np.sum(np.array([1, 2], { dtype: "int32" })), (_, x) => step(x, w), c)),
  "cond in a loop": (step) => (c, w) =>
    lax.foriLoop(
      0,
      3,
      (i, x) =>
        lax.cond(
          np.less(i, 5),
          (y: Tensor) => step(y, w),
          () => w,
          x,
        ),
      c,
    ),
  "scan in scan": (step) => (c, w) =>
    lax.scan(
      (x: Tensor) => [lax.scan((y: Tensor) => [step(y, w), null], x, null, { length: 1 })[0], null],
      c,
      null,
      { length: 3 },
    )[0],
  segments: (step) => (c, w) =>
    lax.scan((x: Tensor) => [step(x, w), null], c, null, { length: 3, checkpoint: "sqrt" })[0],
};

const reference = (c: Tensor, w: Tensor): Tensor => plain(plain(plain(c, w), w), w);
const c0 = T(np.array(0.7));
const w0 = T(np.array(1.3));
const numbers = (x: unknown): number[] => (x as readonly Tensor[]).map((t) => t.item());
const near = (got: number[], expected: number[]): void => {
  got.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i] as number, 11);
  });
};
const both = { argnums: [0, 1] } as never;

describe.each(Object.keys(loops))("%s", (loop) => {
  it.each(Object.keys(steps))("with %s", (name) => {
    const f = (loops[loop] as (typeof loops)[string])(steps[name] as Step);
    near([f(c0, w0).item()], [reference(c0, w0).item()]);
    near(numbers(grad(f, both)(c0, w0)), numbers(grad(reference, both)(c0, w0)));
    const cross = (g: typeof f): number[] => [
      T(grad((w: Tensor) => grad((c: Tensor) => g(c, w))(c0))(w0)).item(),
      T(hessian((w: Tensor) => g(c0, w))(w0)).item(),
      T(jvp((w: Tensor) => T(jvp((c: Tensor) => g(c, w), [c0], [1])[1]), [w0], [1])[1]).item(),
    ];
    near(cross(f), cross(reference));
    const examples = np.array([0.5, 1.3]);
    near(
      T(vmap((w: Tensor) => grad((v: Tensor) => f(c0, v))(w))(examples)).toArray() as number[],
      [0.5, 1.3].map((w) => T(grad((v: Tensor) => reference(c0, v))(w)).item()),
    );
    const graph = makeGraph((c: Tensor, w: Tensor) => grad(f, both)(c, w) as never)(c0, w0);
    near(numbers(evaluateGraph(graph, [c0, w0])), numbers(grad(reference, both)(c0, w0)));
  });
});

it("differences agree", () => {
  for (const [name, loop] of Object.entries(loops)) {
    if (name === "foriLoop of unknown length") continue;
    checkGrads(loop(steps["a rule over both"] as Step) as never, [c0, w0]);
  }
});
