/** The encoder's numbers, names and control flow, as the engine reads them. */
import { describe, expect, it, vi } from "vitest";
import {
  defineFunction,
  encodeModule,
  I32,
  i32,
  instantiate,
  repeatWhile,
  select,
  type WasmFunction,
  wasmEngine,
  when,
} from "../../src/kernel/wasm.js";

/** The functions of a module that this engine must accept. */
const load = (functions: readonly WasmFunction[]): Readonly<Record<string, unknown>> => {
  const program = instantiate(functions);
  if (program === null) throw new Error("the module was refused");
  return program.exports;
};

describe("wasm", () => {
  it("encodes signed constants of every length", () => {
    const values = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
    const exports = load(values.map((x, i) => defineFunction(`f${i}`, [], [I32], () => i32.const(x))));
    expect(values.map((_, i) => (exports[`f${i}`] as () => number)())).toEqual(values);
  });

  it("counts more than 127 functions and locals", () => {
    const sum = defineFunction("sum", [I32], [I32], (newLocal, x) => {
      const locals = Array.from({ length: 200 }, () => newLocal(I32));
      const total = newLocal(I32);
      return [
        locals.map((local, i) => local.set(i32.mul(x.get, i32.const(i)))),
        locals.map((local) => total.set(i32.add(total.get, local.get))),
        total.get,
      ];
    });
    const exports = load(Array.from({ length: 200 }, (_, i) => ({ ...sum, name: `sum${i}` })));
    expect((exports.sum199 as (x: number) => number)(2)).toBe(200 * 199);
  });

  it("branches and repeats", () => {
    const power = defineFunction("power", [I32, I32], [I32], (newLocal, base, exponent) => {
      const result = newLocal(I32);
      return [
        result.set(i32.const(1)),
        when(exponent.get, [
          repeatWhile(
            [result.set(i32.mul(result.get, base.get)), exponent.set(i32.sub(exponent.get, i32.const(1)))],
            exponent.get,
          ),
        ]),
        select(result.get, i32.const(0), i32.lessThan(result.get, i32.const(1000))),
      ];
    });
    const f = load([power]).power as (base: number, exponent: number) => number;
    expect([f(3, 4), f(5, 0), f(10, 3)]).toEqual([81, 1, 0]);
  });

  it("encodes deeply nested code", () => {
    let code = i32.const(0);
    for (let i = 0; i < 100_000; i++) code = i32.add(code, i32.const(1));
    expect(encodeModule([defineFunction("deep", [], [I32], () => code)]).length).toBeGreaterThan(300_000);
  });

  it("numbers imports before functions", () => {
    const square = defineFunction("square", [I32], [I32], (_, x) => i32.mul([x.get, 0x10, 0], x.get));
    const bytes = encodeModule([square], [{ name: "next", parameters: [I32], results: [I32] }]);
    const engine = wasmEngine();
    if (engine === undefined) throw new Error("no engine");
    const memory = new engine.Memory({ initial: 1 });
    const env = { memory, next: (x: number): number => x + 1 };
    const { exports } = new engine.Instance(new engine.Module(bytes), { env });
    expect((exports as { readonly square: (x: number) => number }).square(6)).toBe(42);
  });

  it("gives null for what the engine refuses", () => {
    expect(instantiate([defineFunction("f", [], [I32], () => [])])).toBeNull();
    vi.stubGlobal("WebAssembly", undefined);
    expect(instantiate([])).toBeNull();
    vi.unstubAllGlobals();
  });
});
