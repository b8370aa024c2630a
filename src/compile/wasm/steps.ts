/** Steps of a plan as code of the driving function: calls of kernels, loops and choices around them. */

import { type Code, copy, I32, i32, type Local, when } from "../../kernel/wasm.js";
import { itemSize } from "../../tensor/dtype.js";
import { type Finishing, finishing } from "../finishing.js";
import type {
  BufferId,
  ChooseStep,
  ContractStep,
  CopyStep,
  LoopStep,
  OpaqueStep,
  RepeatStep,
  Step,
} from "../plan.js";
import { type ProductCall, productCall } from "./contract.js";
import { block, branch, branchIf, branchTable, forRange, ifElse, loop } from "./control.js";
import { emitConvolve, shortConvolution } from "./convolve.js";
import type { Emission } from "./emission.js";
import { emitFinished } from "./epilogue.js";
import { type FloatLanes, floatLanes } from "./float-lanes.js";
import { emitFoldStep } from "./fold-step.js";
import { word } from "./instructions.js";
import { emitNest } from "./nest.js";
import { ROWS } from "./pack.js";
import { shortProduct } from "./short-product.js";
import { columnsOf } from "./sweep.js";
import { emitInFours } from "./vector-products.js";

/** Runs an opaque step: its operands and results are at these addresses. */
export type RunOpaque = (step: OpaqueStep, addresses: readonly number[]) => void;

const emitLoop = (emission: Emission, step: LoopStep): Code => {
  if (step.folded) return emitFoldStep(emission, step);
  return emitNest(emission, {
    body: step.body,
    sizes: step.shape,
    loads: step.loads.map((access) => emission.reference(access)),
    stores: step.stores.map(({ value, access }) => ({ value, to: emission.reference(access) })),
    aliased: step.stores.some(({ access: to }) =>
      step.loads.some((from) => emission.overlaps(to.buffer, from.buffer)),
    ),
  });
};

/**
 * Whether sums are so short that tiles would be filled and emptied more than they compute: of two terms, of a few where
 * matrices are too thin for tiles, of some more where there are many such.
 */
const isShort = ({ batch, m, k, n }: ContractStep, columns: number): boolean =>
  k <= 2 || (k <= (batch > 1 ? 10 : 4) && (n < columns || m < ROWS || m * n <= 32));

const shortContraction = ({ dtype, batch, m, k, n, left, right, out }: ContractStep): LoopStep => {
  const along = (stride: number): readonly number[] => Array.from({ length: k }, (_, p) => p * stride);
  return shortProduct(
    dtype,
    [batch, m, n],
    { at: left, offsets: along(left.columnStride), strides: [left.batchStride, left.rowStride, 0] },
    { at: right, offsets: along(right.rowStride), strides: [right.batchStride, 0, right.columnStride] },
    { buffer: out, offset: 0, strides: [m * n, n, 1] },
  );
};

const lanesOf = ({ dtype }: ContractStep): FloatLanes => floatLanes(false)[dtype === "float64" ? 0 : 1];

/** What the kernel is called with; `moved` moves an address on to a pair of the batch. */
const operandsOf = (
  emission: Emission,
  { left, right, out, dtype }: ContractStep,
  call: ProductCall,
  moved: (address: Code, step: number) => Code = (address) => address,
): readonly Code[] => {
  const addressOf = (buffer: BufferId, offset: number): Code =>
    i32.add(emission.address(buffer), i32.const(offset * itemSize(dtype)));
  const starts = {
    left: moved(addressOf(left.buffer, left.offset), call.leftStep),
    right: moved(addressOf(right.buffer, right.offset), call.rightStep),
    out: moved(emission.address(out), call.outStep),
  };
  return call.operands.map((o) => (typeof o === "number" ? i32.const(o) : starts[o]));
};

const emitContract = (emission: Emission, step: ContractStep): Code => {
  const lanes = lanesOf(step);
  if (isShort(step, columnsOf(lanes))) return emitLoop(emission, shortContraction(step));
  const inFours = emitInFours(emission, lanes, step);
  if (inFours !== undefined) return inFours;
  const call = productCall(lanes, step);
  emission.describe.push(
    `${call.kernel}: [${step.batch}, ${step.m}, ${step.k}] @ [${step.batch}, ${step.k}, ${step.n}]${call.batch === 1 ? "" : `, ${call.batch} calls`}`,
  );
  if (call.batch === 1) return emission.builder.call(call.kernel, ...operandsOf(emission, step, call));
  const index = emission.newLocal(I32);
  const moved = (address: Code, by: number): Code => i32.add(address, i32.mul(index.get, i32.const(by)));
  return forRange(
    index,
    i32.const(0),
    i32.const(call.batch),
    i32.const(1),
    emission.builder.call(call.kernel, ...operandsOf(emission, step, call, moved)),
  );
};

/** A product and the loop that finishes it; undefined where they are two steps. */
const emitWithLoop = (emission: Emission, step: ContractStep, finish: Finishing): Code | undefined => {
  const lanes = lanesOf(step);
  if (isShort(step, columnsOf(lanes))) return undefined;
  const call = productCall(lanes, step);
  if (!/^(?:packed|sifted)/.test(call.kernel)) return undefined;
  const operands = operandsOf(emission, step, call);
  const finished = emitFinished(emission, lanes, step, finish, operands.slice(0, 10));
  if (finished === undefined || call.kernel.startsWith("packed")) return finished;
  emission.describe.push("where one operand has many zeros:");
  const byLists = emission.builder.call(`listed${lanes.suffix}`, ...operands);
  return ifElse(byLists, emitLoop(emission, finish.loop), finished);
};

const emitCopy = (emission: Emission, { from, to }: CopyStep): Code => {
  const { size, dtype } = emission.buffer(to);
  emission.describe.push(`copy of ${size * itemSize(dtype)} bytes`);
  return copy(emission.address(to), emission.address(from), i32.const(size * itemSize(dtype)));
};

const emitOpaque = (emission: Emission, step: OpaqueStep, run: RunOpaque): Code => {
  const buffers = [...step.ins.map(({ buffer }) => buffer), ...step.outs];
  const name = `opaque${emission.kernels.size}`;
  emission.kernels.set(name, name);
  const binding = (...addresses: readonly number[]): void =>
    run(
      step,
      addresses.map((address) => address >>> 0),
    );
  emission.builder.import(name, new Array<typeof I32>(buffers.length).fill(I32), [], binding);
  emission.describe.push(`${name}: ${step.primitive.name}, by its eager kernel`);
  return emission.builder.call(name, ...buffers.map((buffer) => emission.address(buffer)));
};

/** An int32 or bool of one element, as a word. */
const flag = (emission: Emission, id: BufferId): Code =>
  emission.buffer(id).dtype === "bool" ? word.load8u(emission.address(id)) : word.load(emission.address(id));

const emitRepeat = (emission: Emission, step: RepeatStep, run: RunOpaque): Code => {
  const done = emission.newLocal(I32);
  const counter: Local = step.reverse ? emission.newLocal(I32) : done;
  const limited = Number.isFinite(step.length) && step.length < 2 ** 31;
  const length = i32.const(limited ? step.length : 0);
  emission.counters.set(step.counter, counter);
  emission.describe.push(`repeat ${step.length} times${step.condition === null ? "" : " at most"}:`);
  const test = emission.within(() => emitSteps(emission, step.test, run));
  const body = emission.within(() => emitSteps(emission, step.body, run));
  emission.describe.push("end");
  emission.counters.delete(step.counter);
  return [
    done.set(i32.const(0)),
    block(
      loop([
        limited ? branchIf(1, word.greaterOrEqual(done.get, length)) : [],
        step.reverse ? counter.set(i32.sub(i32.const(step.length - 1), done.get)) : [],
        test,
        step.condition === null ? [] : branchIf(1, word.eqz(flag(emission, step.condition))),
        body,
        done.set(i32.add(done.get, i32.const(1))),
        branch(0),
      ]),
    ),
  ];
};

const emitChoose = (emission: Emission, step: ChooseStep, run: RunOpaque): Code => {
  const index = emission.newLocal(I32);
  const last = step.branches.length - 1;
  emission.describe.push(`choose one of ${step.branches.length}:`);
  const branches = step.branches.map((steps, i) => {
    emission.describe.push(`case ${i}`);
    return emission.within(() => emitSteps(emission, steps, run));
  });
  emission.describe.push("end");
  // Block number i ends where branch number i begins; each branch leaves through the outermost.
  let code: Code = branchTable(
    branches.map((_, i) => i),
    index.get,
  );
  branches.forEach((body, i) => {
    code = [block(code), body, i < last ? branch(last - i) : []];
  });
  return [
    index.set(flag(emission, step.index)),
    when(i32.lessThan(index.get, i32.const(0)), index.set(i32.const(0))),
    block(code),
  ];
};

const emitStep = (emission: Emission, step: Step, run: RunOpaque): Code => {
  switch (step.kind) {
    case "loop":
      return emitLoop(emission, step);
    case "contract":
      return emitContract(emission, step);
    case "convolve": {
      const short = shortConvolution(step);
      return short === null ? emitConvolve(emission, step) : emitLoop(emission, short);
    }
    case "copy":
      return emitCopy(emission, step);
    case "opaque":
      return emitOpaque(emission, step, run);
    case "repeat":
      return emitRepeat(emission, step, run);
    default:
      return emitChoose(emission, step, run);
  }
};

export const emitSteps = (emission: Emission, steps: readonly Step[], run: RunOpaque): Code => {
  const code: Code[] = [];
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as Step;
    const finish = finishing(step, steps[i + 1]);
    const both =
      finish === null
        ? undefined
        : emission.within(() => emitWithLoop(emission, step as ContractStep, finish));
    code.push(both ?? emission.within(() => emitStep(emission, step, run)));
    if (both !== undefined) i++;
  }
  return code;
};
