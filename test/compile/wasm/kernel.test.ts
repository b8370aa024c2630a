/** What a turn of a loop kernel loads, counted in its code: neighbours in common once, constants before the loop. */
import { expect, it } from "vitest";
import { kernelFunction } from "../../../src/compile/wasm/kernel.js";
import type { KernelSpec } from "../../../src/compile/wasm/kernel-spec.js";
import { ModuleBuilder } from "../../../src/compile/wasm/module.js";
import { ConstantPool } from "../../../src/compile/wasm/pool.js";
import { ProgramBuilder } from "../../../src/expr/builder.js";
import { apply, constant, type Expr, input } from "../../../src/expr/expr.js";
import type { Code } from "../../../src/kernel/wasm.js";

/** A loop without results; v128.load and its alignment. */
const LOOP = [0x03, 0x40];
const LOAD = [0xfd, 0x00, 0x02];

const flat = (code: Code): readonly number[] =>
  (code as readonly (number | Code)[]).flatMap((item) => (typeof item === "number" ? [item] : flat(item)));

const places = (bytes: readonly number[], wanted: readonly number[]): readonly number[] =>
  [...bytes.keys()].filter((at) => wanted.every((byte, i) => bytes[at + i] === byte));

/** Loads before the loop and within, of an expression of elements of one operand at these distances. */
const counted = (expr: Expr, distances: readonly number[], width: number): readonly [number, number] => {
  const program = new ProgramBuilder();
  const operands = distances.map(() => program.input("float64"));
  const spec: KernelSpec = {
    body: program.finish([program.addExpr(expr, operands, "float64")]),
    sizes: [1000],
    strides: [[8], [8]],
    loads: distances.map((distance) => ({ dtype: "float64", pointer: 0, offset: 8 * distance })),
    stores: [{ value: 0, stream: { dtype: "float64", pointer: 1, offset: 0 } }],
    width,
    active: 0,
  };
  const builder = new ModuleBuilder();
  const { body } = kernelFunction("kernel", spec, new ConstantPool(), builder.call, () => "");
  const bytes = flat(body);
  const [start] = places(bytes, LOOP) as readonly [number];
  const loads = places(bytes, LOAD);
  return [loads.filter((at) => at < start).length, loads.filter((at) => at > start).length];
};

const [x, y, z] = [input(0), input(1), input(2)];
const sum = apply("add", apply("add", x, y), z);

it("loads a vector that several displaced operands have in common once", () => {
  // elements 0 to 9 by twos from 0 and from 1
  expect(counted(sum, [0, 1, 2], 8)).toEqual([0, 9]);
  expect(counted(sum, [0, 1, 2], 4)).toEqual([0, 5]);
  // nothing in common
  expect(counted(sum, [0, 1, 9], 8)).toEqual([0, 12]);
});

it("loads constants before the loop", () => {
  const expr = apply("mul", apply("add", x, constant(0.5)), apply("mul", constant(3), x));
  expect(counted(expr, [0], 8)).toEqual([2, 4]);
});
