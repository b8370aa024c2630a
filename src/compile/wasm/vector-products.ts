/** The product of a large matrix and a vector as a step of a plan: by the way the matrix lies, or after copying it. */
import { ProgramBuilder } from "../../expr/builder.js";
import { isInFours } from "../../kernel/fours.js";
import { type Code, i32 } from "../../kernel/wasm.js";
import type { ContractStep, MatrixAccess } from "../plan.js";
import type { Emission } from "./emission.js";
import type { FloatLanes } from "./float-lanes.js";
import { alongRows, linesBytes, passingRows } from "./fours.js";
import { emitNest } from "./nest.js";

/** Bytes that loads may have added to their addresses. */
const REACH = 16777216;

/** Elements in bytes: where the first is, and how far it is to the next along the sum, and along the result. */
interface Operand {
  readonly address: Code;
  readonly along: number;
  readonly across: number;
}

const isWithin = (stride: number): boolean => stride >= 0 && stride <= REACH;

/** A copy of k elements, or of rows of k, side by side. */
const packed = (
  emission: Emission,
  dtype: ContractStep["dtype"],
  lanes: FloatLanes,
  access: MatrixAccess,
  strides: readonly [across: number, along: number],
  sizes: readonly [n: number, k: number],
): { readonly code: Code; readonly operand: Operand } => {
  const [n, k] = sizes;
  const at = emission.scratch(n * k * lanes.bytes);
  const program = new ProgramBuilder();
  const code = emitNest(emission, {
    body: program.finish([program.input(dtype)]),
    sizes,
    loads: [emission.reference({ buffer: access.buffer, offset: access.offset, strides })],
    stores: [{ value: 0, to: emission.space(dtype, at, [k * lanes.bytes, lanes.bytes]) }],
    aliased: false,
  });
  return { code, operand: { address: emission.at(at), along: lanes.bytes, across: k * lanes.bytes } };
};

/** The step's code; undefined where it is another kind of product. */
export const emitInFours = (emission: Emission, lanes: FloatLanes, step: ContractStep): Code | undefined => {
  const { batch, m, k, n, left, right, dtype } = step;
  if (!isInFours(batch, m, k, n)) return undefined;
  const { bytes } = lanes;
  const count = m * n;
  const isRow = m === 1;
  const [matrix, factors] = isRow ? [right, left] : [left, right];
  const matrixStrides = isRow
    ? ([right.columnStride, right.rowStride] as const)
    : ([left.rowStride, left.columnStride] as const);
  const factorStride = isRow ? left.columnStride : right.rowStride;
  const operand = (access: MatrixAccess, across: number, along: number): Operand => ({
    address: i32.add(emission.address(access.buffer), i32.const(access.offset * bytes)),
    along: along * bytes,
    across: across * bytes,
  });
  let a = operand(matrix, ...matrixStrides);
  let x = operand(factors, 0, factorStride);
  const copies: Code[] = [];
  const passes = a.across === bytes && isWithin(a.along) && isWithin(x.along);
  if (!passes && (a.along !== bytes || !isWithin(a.across))) {
    const copied = packed(emission, dtype, lanes, matrix, matrixStrides, [count, k]);
    copies.push(copied.code);
    a = copied.operand;
  }
  if (!passes && x.along !== bytes) {
    const copied = packed(emission, dtype, lanes, factors, [0, factorStride], [1, k]);
    copies.push(copied.code);
    x = copied.operand;
  }
  const name = passes
    ? `passingRows${lanes.suffix}_${a.along}_${x.along}`
    : `alongRows${lanes.suffix}_${k}_${a.across}`;
  if (!emission.kernels.has(name)) {
    emission.kernels.set(name, name);
    emission.builder.add(
      passes ? passingRows(name, lanes, a.along, x.along) : alongRows(name, lanes, k, a.across),
    );
  }
  emission.describe.push(`${name}: ${isRow ? `[${k}] @ [${k}, ${n}]` : `[${m}, ${k}] @ [${k}]`}`);
  const out = emission.address(step.out);
  const call = emission.builder.call;
  return [
    copies,
    passes
      ? call(
          name,
          x.address,
          a.address,
          out,
          i32.const(k),
          i32.const(count),
          emission.at(emission.scratch(linesBytes)),
        )
      : call(name, a.address, x.address, out, i32.const(count)),
  ];
};
