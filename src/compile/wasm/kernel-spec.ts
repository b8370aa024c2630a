/** What a loop kernel is to do, what of its body it needs, and when two are the same code. */
import { argsOf, type ScalarNode, type ScalarProgram } from "../../expr/program.js";
import type { DType } from "../../tensor/dtype.js";
import { isBitFunction } from "./operations.js";

/** Elements that one operand of the kernel reads or writes: a pointer, and a distance from it, in bytes. */
export interface Stream {
  readonly dtype: DType;
  readonly pointer: number;
  readonly offset: number;
}

export interface KernelSpec {
  readonly body: ScalarProgram;
  /** The first is given at the call; the last is the vector axis. */
  readonly sizes: readonly number[];
  /** By pointer: bytes from one index of each axis to the next. */
  readonly strides: readonly (readonly number[])[];
  /** By input of the body. */
  readonly loads: readonly Stream[];
  readonly stores: readonly { readonly value: number; readonly stream: Stream }[];
  /** Elements together: 4 or 8. */
  readonly width: number;
  /** Where the vector axis is shorter than a vector: its size; else 0. */
  readonly active: number;
}

interface Analysis {
  /** The nodes that the stores need. */
  readonly needed: Uint8Array;
  /** Those that are the same all along the vector axis. */
  readonly still: Uint8Array;
  /** Calls that only one branch of one selection uses: made where it is taken. */
  readonly seldom: Uint8Array;
}

export const analyse = (spec: KernelSpec): Analysis => {
  const { nodes, outputs } = spec.body;
  const needed = new Uint8Array(nodes.length);
  const uses = new Int32Array(nodes.length);
  for (const { value } of spec.stores) needed[outputs[value] as number] = 1;
  for (const { value } of spec.stores)
    uses[outputs[value] as number] = (uses[outputs[value] as number] as number) + 1;
  const still = new Uint8Array(nodes.length);
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (needed[id] === 1) {
      for (const arg of argsOf(nodes[id] as ScalarNode)) {
        needed[arg] = 1;
        uses[arg] = (uses[arg] as number) + 1;
      }
    }
  }
  const seldom = new Uint8Array(nodes.length);
  for (let id = 0; id < nodes.length; id++) {
    const node = nodes[id] as ScalarNode;
    if (needed[id] === 0 || node.kind !== "apply" || node.op !== "select") continue;
    for (const arg of node.args.slice(1)) {
      const branch = nodes[arg] as ScalarNode;
      if (branch.kind === "call" && uses[arg] === 1 && !isBitFunction(branch)) seldom[arg] = 1;
    }
  }
  nodes.forEach((node, id) => {
    if (node.kind === "input") {
      const { pointer } = spec.loads[node.index] as Stream;
      still[id] = (spec.strides[pointer] as readonly number[]).at(-1) === 0 ? 1 : 0;
    } else still[id] = argsOf(node).every((arg) => still[arg] === 1) ? 1 : 0;
  });
  return { needed, still, seldom };
};

/** The key under which kernels that are the same code are one function. */
export const kernelKey = (spec: KernelSpec, calleeKey: (f: unknown) => string): string => {
  const nodes = spec.body.nodes.map((node) => {
    switch (node.kind) {
      case "input":
        return `i${node.index}`;
      case "constant":
        return `${node.dtype}=${Object.is(node.value, -0) ? "-0" : node.value}`;
      case "apply":
        return `${node.op}(${node.args})`;
      case "convert":
        return `${node.dtype}(${node.args})`;
      default:
        return `call ${calleeKey(node.callee.f)} ${node.dtype}(${node.args})`;
    }
  });
  const stream = ({ dtype, pointer, offset }: Stream): string => `${dtype}@${pointer}+${offset}`;
  return [
    nodes.join(";"),
    spec.loads.map(stream).join(),
    spec.stores.map(({ value, stream: s }) => `${spec.body.outputs[value]}>${stream(s)}`).join(),
    spec.strides.map((s) => s.join()).join("/"),
    spec.sizes.length,
    spec.sizes.slice(1).join(),
    spec.width,
    spec.active,
  ].join("|");
};
