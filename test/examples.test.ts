/**
 * Every example runs and prints what its header promises, in that order; the tour holds; the library in 200 lines
 * agrees with the library.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { grad, hessian, jacfwd, jvp, np, type Tensor, vmap } from "cotangent";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tour } from "../examples/tour/tour.js";

const folder = fileURLToPath(new URL("../examples", import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(".ts", ""))
  .sort();

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a module prints when it is loaded. */
const printed = async (path: string): Promise<string> => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => {
    lines.push(parts.map(String).join(" "));
  });
  await import(`${path}?printed`); // by this name it has not been loaded before
  vi.restoreAllMocks();
  return lines.join("\n");
};

const numbers = (text: string): readonly string[] => text.match(/-?\d+(\.\d+)?(e[+-]?\d+)?|NaN/g) ?? [];

/** How many of `wanted` occur in `all`, each after the one before. */
const inOrder = (wanted: readonly string[], all: readonly string[]): number => {
  let at = 0;
  for (const item of all) if (item === wanted[at]) at++;
  return at;
};

describe("examples", () => {
  for (const name of names) {
    it(`${name} prints what its header says`, async () => {
      const text = readFileSync(join(folder, `${name}.ts`), "utf8");
      const header = text.split("\n").slice(0, 3);
      expect(header.map((line) => line.split(" ")[1])).toEqual(["What:", "Why:", "Prints:"]);
      expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(name === "from-scratch" ? 200 : 100);
      const wanted = numbers((header[2] as string).replace("// Prints:", ""));
      expect(wanted.length).toBeGreaterThan(0);
      const output = await printed(join(folder, `${name}.ts`));
      expect(`${inOrder(wanted, numbers(output))} of ${wanted.length}`, output).toBe(
        `${wanted.length} of ${wanted.length}`,
      );
    });
  }

  it("numbers out of order, or absent, are noticed", () => {
    expect(inOrder(["1", "2"], ["2", "1"])).toBe(1);
    expect(inOrder(["1", "2"], ["1", "3", "2"])).toBe(2);
    expect(inOrder(["1.50"], ["1.5"])).toBe(0);
  });
});

describe("the tour", () => {
  it("holds, within 100 columns", () => {
    const { lines, failures } = tour();
    expect(failures, lines.join("\n")).toBe(0);
    expect(lines.join("\n")).toContain("every comparison holds");
    expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
    expect(lines.join("\n").match(/✓/g)?.length).toBeGreaterThan(30);
    expect(lines.join("\n")).not.toContain("✗");
  });
});

describe("from-scratch", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const core = await import("../examples/from-scratch.js");
  vi.restoreAllMocks();
  type Value = ReturnType<typeof core.sum>;
  type Unary = (x: Value) => Value;

  const points = [0.3, -0.7, 1.1];
  const data = (value: Value | null): readonly number[] => {
    if (value === null || !("data" in value)) throw new Error("not an array");
    return value.data;
  };
  /** A scalar function of a vector, in both systems: sum(tanh(x) sin(x) exp(cos(x))) times the first moment. */
  const theirs: Unary = (x) => {
    const product = core.mul(core.mul(core.tanh(x), core.sin(x)), core.exp(core.cos(x)));
    return core.mul(core.sum(product), core.sum(x));
  };
  const ours = (x: Tensor): Tensor => {
    const product = np.mul(np.mul(np.tanh(x), np.sin(x)), np.exp(np.cos(x)));
    return np.mul(np.sum(product), np.sum(x));
  };
  const close = (actual: Value | null, expected: Tensor): void => {
    const wanted = np.ravel(expected).toArray() as number[];
    expect(data(actual)).toHaveLength(wanted.length);
    data(actual).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i] as number, 11);
    });
  };

  it("value and gradient", () => {
    close(theirs(core.array(points)), ours(np.array(points)));
    close(core.grad(theirs)(core.array(points)), grad(ours)(np.array(points)));
  });

  it("forward mode", () => {
    const direction = [1, -2, 0.5];
    const [y, dy] = core.jvp(theirs, core.array(points), core.array(direction));
    const [expected, dExpected] = jvp(ours, [np.array(points)], [np.array(direction)]);
    close(y, expected);
    close(dy, dExpected);
  });

  it("a Hessian: vmap of forward over reverse", () => {
    const eye = core.array([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    const columns = core.vmap((e) => core.jvp(core.grad(theirs), core.array(points), e)[1] as Value)(eye);
    close(columns, hessian(ours)(np.array(points)));
  });

  it("a Hessian: reverse over reverse, row by row", () => {
    const eye = core.array([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    const slopeAlong =
      (e: Value): Unary =>
      (x) =>
        core.sum(core.mul(core.grad(theirs)(x), e));
    const rows = core.vmap((e) => core.grad(slopeAlong(e))(core.array(points)))(eye);
    close(rows, hessian(ours)(np.array(points)));
  });

  it("five derivatives, one after the other", () => {
    let f: Unary = core.tanh;
    let g: (x: Tensor) => Tensor = np.tanh;
    for (let order = 0; order <= 5; order++) {
      close(f(core.array([0.5], [])), g(np.array(0.5)));
      f = core.grad(f);
      g = grad(g);
    }
  });

  it("a batch of gradients, and the gradient of a batch", () => {
    const batch = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const shaped = np.reshape(np.array(batch), [2, 3]);
    close(core.vmap(core.grad(theirs))(core.array(batch, [2, 3])), vmap(grad(ours))(shaped));
    const total: Unary = (x) => core.sum(core.vmap(theirs)(x));
    close(core.grad(total)(core.array(batch, [2, 3])), grad((x: Tensor) => np.sum(vmap(ours)(x)))(shaped));
  });

  it("does not confuse the tangents of nested derivatives", () => {
    // d/dx (x d/dy (x + y)) = 1, not 2
    const one = core.array([1], []);
    const inner = (x: Value): Value => core.jvp((y) => core.add(x, y), one, one)[1] as Value;
    expect(data(core.jvp((x) => core.mul(x, inner(x)), one, one)[1])).toEqual([1]);
    expect(
      data(core.grad((x) => core.mul(x, core.grad((y) => core.mul(x, y))(x)))(core.array([3], []))),
    ).toEqual([6]);
  });

  it("spread and sum along any axis", () => {
    const spreadTwice: Unary = (x) => core.spread(core.spread(x, 1, 2), 0, 4);
    const x = core.array([1, 2, 3]);
    expect(spreadTwice(x).shape).toEqual([4, 3, 2]);
    expect(data(core.sum(core.sum(spreadTwice(x), 2), 0))).toEqual([8, 16, 24]);
    const f = (v: Tensor): Tensor => np.broadcastTo(np.expandDims(v, 1), [4, 3, 2]);
    const [, moved] = core.jvp(spreadTwice, x, core.array([1, 0, 2]));
    close(moved, jvp(f, [np.array([1, 2, 3])], [np.array([1, 0, 2])])[1]);
    expect(jacfwd(f)(np.array([1, 2, 3])).shape).toEqual([4, 3, 2, 3]);
  });
});
