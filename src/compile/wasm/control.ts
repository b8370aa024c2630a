/** Control flow: blocks, loops, branches and calls. */
import { type Code, type Local, unsigned } from "../../kernel/wasm.js";
import { word } from "./instructions.js";

const VOID = 0x40;
const END = 0x0b;

export const block = (body: Code): Code => [0x02, VOID, body, END];
export const loop = (body: Code): Code => [0x03, VOID, body, END];
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
/** To the block so many levels out; the last of the list for anything beyond it. */
export const branchTable = (depths: readonly number[], index: Code): Code => [
  index,
  0x0e,
  unsigned(depths.length - 1),
  depths.map(unsigned),
];
export const ifElse = (condition: Code, yes: Code, no: Code): Code => [
  condition,
  0x04,
  VOID,
  yes,
  0x05,
  no,
  END,
];
/** A call of the function whose number is, or will be, in the list. */
export const callIndex = (index: Code, ...operands: readonly Code[]): Code => [operands, 0x10, index];

/** The body for `i` from `from` in steps while it is below `to`, both as signed numbers. */
export const forRange = (i: Local, from: Code, to: Code, step: Code, body: Code): Code => [
  i.set(from),
  block(loop([branchIf(1, word.greaterOrEqual(i.get, to)), body, i.set([i.get, step, 0x6a]), branch(0)])),
];
