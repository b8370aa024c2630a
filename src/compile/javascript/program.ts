/** A plan as one JavaScript function: what scalar and small programs run as, where the engine allows it. */
import { Scope } from "../../expr/javascript.js";
import { allocate, type DType, type Storage } from "../../tensor/dtype.js";
import { compact, compactData, type DenseTensor, type TensorType, uniform } from "../../tensor/tensor.js";
import type { Executable } from "../executable.js";
import type { Buffer, BufferId, Plan, Step } from "../plan.js";
import { Names } from "./names.js";
import { Emitter } from "./steps.js";

/** Engines give up on longer functions: beyond this, steps become functions of their own. */
const longest = 2000;

const sizeOfCode = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    if (step.kind === "loop") return sum + step.body.nodes.length;
    if (step.kind === "repeat") return sum + sizeOfCode(step.test) + sizeOfCode(step.body);
    if (step.kind === "choose") return sum + step.branches.reduce((n, branch) => n + sizeOfCode(branch), 0);
    return sum + 4;
  }, 0);

type Value = number | Storage;

/** The plan as JavaScript, or null where code generation from strings is forbidden. */
export const emitJavaScript = (plan: Plan): Executable | null => {
  const isLong = sizeOfCode(plan.steps) > longest;
  const names = new Names(plan, isLong);
  const scope = new Scope();
  const emitter = new Emitter(names, scope);
  const inputs = new Map<number, BufferId>();
  const outputs: BufferId[] = [];
  plan.buffers.forEach(({ place }, id) => {
    if (place.kind === "input") inputs.set(place.index, id);
    if (place.kind === "output") outputs[place.index] = id;
  });
  const parameters = plan.inputs.map((_, i) => `b${inputs.get(i)}`);
  const results = outputs.map((id) => (names.isNumber(id) ? names.number(id) : names.array(id).name));
  const arrays = outputs.flatMap((id) => (names.isNumber(id) ? [] : [id]));
  const fresh = new Map<DType, string>();
  const made = arrays.map((id) => {
    const { dtype, size } = plan.buffers[id] as Buffer;
    const maker = fresh.get(dtype) ?? `fresh_${dtype}`;
    fresh.set(dtype, maker);
    return `const b${id} = ${maker}(${size});`;
  });
  const numbers = isLong ? [] : names.numbers.map(({ name }) => `let ${name} = 0;`);
  const returned = results.length === 1 ? results[0] : `[${results.join(", ")}]`;
  const pieces = isLong ? plan.steps.map((step) => emitter.step(step)) : [];
  const shared = [...parameters, ...arrays.map((id) => `b${id}`)].join(", ");
  const body = isLong ? pieces.map((_, i) => `piece${i}(${shared});`).join("\n") : emitter.steps(plan.steps);
  const main = [...made, ...numbers, body, `return ${returned};`].filter((line) => line !== "").join("\n");
  const closed = new Map<string, unknown>([
    ...names.closed,
    ...emitter.closed,
    ...[...fresh].map(([dtype, maker]) => [maker, (n: number) => allocate(dtype, n)] as const),
    ...(isLong ? [["cells", new Float64Array(plan.buffers.length)] as const] : []),
  ]);
  const functions = pieces.map((piece, i) => `function piece${i}(${shared}) {\n${piece}\n}`);
  const factory = scope.compile<
    (...values: readonly unknown[]) => (...ins: readonly Value[]) => Value | readonly Value[]
  >([...closed.keys()], `${functions.join("\n")}\nreturn function (${parameters.join(", ")}) {\n${main}\n};`);
  if (factory === undefined) return null;
  const f = factory(...closed.values());
  const isNumber = plan.inputs.map((_, i) => names.isNumber(inputs.get(i) as BufferId));
  return {
    run: runner(f, isNumber, plan.outputs),
    text: () => `function (${parameters.join(", ")}) {\n${main}\n}`,
  };
};

/** Takes operands apart and wraps results, with as little as possible on the way of small calls. */
const runner = (
  f: (...ins: readonly Value[]) => Value | readonly Value[],
  isNumber: readonly boolean[],
  types: readonly TensorType[],
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
  if (isNumber.length === 1) return (ins) => results(f(valueOf(ins[0] as DenseTensor, 0)));
  return (ins) => {
    const values: Value[] = [];
    for (let i = 0; i < ins.length; i++) values.push(valueOf(ins[i] as DenseTensor, i));
    return results(f(...values));
  };
};
