/** A plan as one JavaScript function: what scalar and small programs run as, where the engine allows it. */
import { Scope } from "../../expr/javascript.js";
import { allocate, type Storage } from "../../tensor/dtype.js";
import { compact, compactData, type DenseTensor, type TensorType, uniform } from "../../tensor/tensor.js";
import type { Executable } from "../executable.js";
import type { Buffer, BufferId, Plan, Step } from "../plan.js";
import { Names } from "./names.js";
import { Emitter } from "./steps.js";

/** Engines give up on longer functions: beyond this, steps become functions of their own, and numbers lie in an array. */
const longest = 2000;
/** Functions take no more parameters than this. */
const mostParameters = 256;

const sizeOfCode = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    if (step.kind === "loop") return sum + step.body.nodes.length;
    if (step.kind === "repeat") return sum + sizeOfCode(step.test) + sizeOfCode(step.body);
    if (step.kind === "choose") return sum + step.branches.reduce((n, branch) => n + sizeOfCode(branch), 0);
    return sum + 4;
  }, 0);

type Value = number | Storage;

/** What the code of a plan is made of, in either form. */
interface Parts {
  readonly names: Names;
  readonly emitter: Emitter;
  /** The buffers of the operands, in order. */
  readonly inputs: readonly BufferId[];
  /** Those of the results. */
  readonly outputs: readonly BufferId[];
  /** Makes the array of a result. */
  readonly fresh: (id: BufferId) => string;
  readonly returned: string;
}

type Run = (...ins: readonly Value[]) => Value | readonly Value[];

/** The plan as JavaScript, or null where code generation from strings is forbidden. */
export const emitJavaScript = (plan: Plan): Executable | null => {
  const isLong = sizeOfCode(plan.steps) > longest || plan.inputs.length > mostParameters;
  const names = new Names(plan, isLong);
  const scope = new Scope();
  const emitter = new Emitter(names, scope);
  const inputs: BufferId[] = [];
  const outputs: BufferId[] = [];
  plan.buffers.forEach(({ place }, id) => {
    if (place.kind === "input") inputs[place.index] = id;
    if (place.kind === "output") outputs[place.index] = id;
  });
  const makers = new Map<string, unknown>();
  const fresh = (id: BufferId): string => {
    const { dtype, size } = plan.buffers[id] as Buffer;
    const maker = `fresh_${dtype}`;
    makers.set(maker, (n: number) => allocate(dtype, n));
    return `${maker}(${size})`;
  };
  const results = outputs.map((id) => (names.isNumber(id) ? names.number(id) : names.array(id).name));
  const returned = results.length === 1 ? (results[0] as string) : `[${results.join(", ")}]`;
  const parts = { names, emitter, inputs, outputs, fresh, returned };
  const code = isLong ? longCode(plan, parts) : shortCode(plan, parts);
  const closed = new Map([...names.closed, ...emitter.closed, ...makers, ...cells(plan, isLong)]);
  const factory = scope.compile<(...values: readonly unknown[]) => Run>([...closed.keys()], code);
  if (factory === undefined) return null;
  const f = factory(...closed.values());
  const isNumber = inputs.map((id) => names.isNumber(id));
  return { run: runner(f, isNumber, plan.outputs, isLong), text: () => code };
};

const cells = (plan: Plan, isLong: boolean): readonly (readonly [string, Float64Array])[] =>
  isLong ? [["cells", new Float64Array(plan.buffers.length)]] : [];

/** One function, whose numbers are variables. */
const shortCode = (plan: Plan, { names, emitter, inputs, outputs, fresh, returned }: Parts): string => {
  const lines = [
    ...outputs.flatMap((id) => (names.isNumber(id) ? [] : [`const b${id} = ${fresh(id)};`])),
    ...names.numbers.map((id) => `let b${id} = 0;`),
    emitter.steps(plan.steps),
    `return ${returned};`,
  ];
  const parameters = inputs.map((id) => `b${id}`).join(", ");
  return `return function (${parameters}) {\n${lines.filter((line) => line !== "").join("\n")}\n};`;
};

/** A function for each step; they share arrays by name and numbers by their cells. Takes a list of operands. */
const longCode = (plan: Plan, { names, emitter, inputs, outputs, fresh, returned }: Parts): string => {
  const given = inputs.map((id, i) => `${names.isNumber(id) ? names.number(id) : `b${id}`} = ins[${i}];`);
  const made = outputs.flatMap((id) => (names.isNumber(id) ? [] : [`b${id} = ${fresh(id)};`]));
  const arrays = [...inputs, ...outputs].flatMap((id) => (names.isNumber(id) ? [] : [`b${id}`]));
  // the lines that take and make arrays may be many themselves
  const pieces = [...chunks([...given, ...made]), ...plan.steps.map((step) => emitter.step(step))];
  return [
    ...(arrays.length === 0 ? [] : [`let ${arrays.join(", ")};`]),
    `const pieces = [${pieces.map((piece) => `(ins) => {\n${piece}\n}`).join(",\n")}];`,
    `return function (ins) {\nfor (const piece of pieces) piece(ins);\nreturn ${returned};\n};`,
  ].join("\n");
};

/** Lines in lots of a few hundred. */
const chunks = (lines: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(lines.length / 256) }, (_, i) =>
    lines.slice(256 * i, 256 * (i + 1)).join("\n"),
  );

/** From a number to a number. */
const numeric = (f: (x: number) => Value, type: TensorType): Executable["run"] => {
  return (ins) => {
    const x = ins[0] as DenseTensor;
    const y = f(x.data === null ? x.value : x.at(0));
    return [uniform(type, typeof y === "number" ? y : (y[0] as number))];
  };
};

/** Takes operands apart and wraps results, with as little as possible on the way of small calls. */
const runner = (
  f: Run,
  isNumber: readonly boolean[],
  types: readonly TensorType[],
  /** Whether operands come as a list. */
  listed: boolean,
): Executable["run"] => {
  const valueOf = (x: DenseTensor, i: number): Value =>
    isNumber[i] === true ? (x.data === null ? x.value : x.at(0)) : compactData(x);
  const wrap = (value: Value, type: TensorType): DenseTensor =>
    typeof value === "number"
      ? uniform(type, value)
      : value.length === 1
        ? uniform(type, value[0] as number)
        : compact(type, value);
  const [first] = types;
  const one = types.length === 1 && first !== undefined;
  const results = (values: Value | readonly Value[]): readonly DenseTensor[] => {
    if (one) return [wrap(values as Value, first)];
    const out: DenseTensor[] = [];
    for (let i = 0; i < types.length; i++)
      out.push(wrap((values as readonly Value[])[i] as Value, types[i] as TensorType));
    return out;
  };
  if (one && first.shape.length === 0 && isNumber.length === 1 && isNumber[0] === true && !listed)
    return numeric(f as unknown as (x: number) => Value, first);
  if (isNumber.length === 1 && !listed) return (ins) => results(f(valueOf(ins[0] as DenseTensor, 0)));
  return (ins) => {
    const values: Value[] = [];
    for (let i = 0; i < ins.length; i++) values.push(valueOf(ins[i] as DenseTensor, i));
    return results(listed ? (f as unknown as (ins: readonly Value[]) => Value)(values) : f(...values));
  };
};
