/** Every operation that is a map of elements, in vectors and as the plain closure: the same bits. */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/compile/plan.js";
import { emitWasm } from "../../../src/compile/wasm/program.js";
import { toClosure } from "../../../src/expr/closure.js";
import { apply, constant, type Expr, input } from "../../../src/expr/expr.js";
import { programOf, type ScalarProgram } from "../../../src/expr/program.js";
import type { AnyPrimitive } from "../../../src/graph/primitive.js";
import { catalogue } from "../../../src/primitives/catalogue.js";
import { allocate, type DType, dtypes, roundTo, type Storage } from "../../../src/tensor/dtype.js";
import { compact, type TensorType } from "../../../src/tensor/tensor.js";

const n = 600;
const type = (dtype: DType): TensorType => ({ dtype, shape: [n], weak: false });

/** How many operands an expression speaks of. */
const reach = (expr: Expr): number => {
  let most = 0;
  const met = new Set<Expr>([expr]);
  for (const e of met) {
    if (e.kind === "input") most = Math.max(most, e.index + 1);
    else if ("args" in e) for (const arg of e.args) met.add(arg);
  }
  return most;
};

/** The operation's program on operands of the dtype, or undefined where it takes no such, or is no map. */
const programIn = (primitive: AnyPrimitive, operands: readonly DType[]): ScalarProgram | undefined => {
  const ins = operands.map(type);
  try {
    const [out, more] = primitive.shape(ins, undefined);
    const lowering = primitive.lower(ins, undefined);
    if (lowering.kind !== "map" || out === undefined || more !== undefined) return undefined;
    if (reach(lowering.expr) !== operands.length) return undefined;
    const program = programOf(lowering.expr, operands, out.dtype);
    // an operation with parameters is none without them
    return typeof toClosure(program)(...operands.map((_, i) => 2 - i)) === "number" ? program : undefined;
  } catch {
    return undefined;
  }
};

const odd = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  -1e-310,
  0.5,
  -0.5,
  2,
  88.8,
  -745.2,
  709.8,
  1e22,
  1e-8,
  -3,
  2 ** 31,
];

/** Pairs of odd numbers, then tame and wild ones. */
const operand = (dtype: DType, place: number): Storage => {
  const data = allocate(dtype, n);
  let state = 12345 + place;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const tame = (state / 2 ** 31) * (i % 2 === 0 ? 4 : 40);
    const pair = place === 0 ? i % odd.length : Math.floor(i / odd.length);
    data[i] = roundTo(dtype, i < odd.length ** 2 ? (odd[pair % odd.length] as number) : tame);
  }
  return data;
};

const check = (program: ScalarProgram, out: DType, label: string): void => {
  const data = program.inputs.map(operand);
  const plan: Plan = {
    buffers: [
      ...program.inputs.map((dtype, index) => ({ dtype, size: n, place: { kind: "input", index } as const })),
      { dtype: out, size: n, place: { kind: "output", index: 0, offset: 0 } },
    ],
    steps: [
      {
        kind: "loop",
        shape: [n],
        folded: false,
        body: program,
        loads: program.inputs.map((_, buffer) => ({ buffer, offset: 0, strides: [1] })),
        stores: [{ value: 0, access: { buffer: program.inputs.length, offset: 0, strides: [1] } }],
        folds: [],
      },
    ],
    inputs: program.inputs.map(type),
    outputs: [type(out)],
    arena: 8 * n,
    contract: false,
  };
  const [result] =
    emitWasm(plan)?.run(program.inputs.map((dtype, i) => compact(type(dtype), data[i] as Storage))) ?? [];
  const f = toClosure(program);
  for (let i = 0; i < n; i++) {
    const operands = data.map((x) => x[i] as number);
    const wanted = f(...operands);
    if (!Object.is(result?.at(i), wanted))
      expect.fail(`${label} at ${operands} is ${result?.at(i)}, by its closure ${wanted}`);
  }
};

const maps = catalogue.flatMap((primitive) =>
  dtypes.flatMap((dtype) =>
    [[dtype], [dtype, dtype], ["bool" as const, dtype, dtype]].flatMap((operands) => {
      const program = programIn(primitive, operands);
      return program === undefined ? [] : [{ name: primitive.name, operands, program }];
    }),
  ),
);

describe("vectors give the bits of closures", () => {
  it("for many operations", () => {
    expect(new Set(maps.map(({ name }) => name)).size).toBeGreaterThan(40);
  });

  it.each([...new Set(maps.map(({ name }) => name))])("%s", (name) => {
    for (const { operands, program } of maps.filter((map) => map.name === name)) {
      const [output] = program.outputs as [number];
      check(program, program.nodes[output]?.dtype as DType, `${name} of ${operands}`);
    }
  });

  it("where an operand is a known number, or a selection is one of what it compares", () => {
    const [x, y] = [input(0), input(1)];
    for (const dtype of ["float32", "float64", "int32", "uint8", "bool"] as const) {
      const whole = !dtype.startsWith("float");
      const known = (whole ? [0, 1] : [0, -0, 1, -1.5, Infinity, -Infinity, Number.NaN]).map(constant);
      const pairs = [[x, y] as const, ...known.flatMap((c) => [[x, c] as const, [c, x] as const])];
      for (const [a, b] of pairs) {
        const compared = (["lt", "gt", "le", "eq"] as const).map((op) => apply(op, a, b));
        const exprs = [
          apply("max", a, b),
          apply("min", a, b),
          ...compared.flatMap((is) => [apply("select", is, a, b), apply("select", is, b, a)]),
          apply("select", apply("lt", y, x), a, b),
        ];
        for (const expr of exprs)
          check(programOf(expr, [dtype, dtype], dtype), dtype, `${JSON.stringify(expr)} of ${dtype}`);
      }
    }
  });
});
