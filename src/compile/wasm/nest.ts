/**
 * Loop nests: axes are merged and put in order, the inner ones become a kernel, and the outer ones loops around its
 * calls. Calls are of some ten thousand elements: engines optimise a function between its calls, never within one.
 */
import { argsOf, type ScalarProgram } from "../../expr/program.js";
import { type Code, I32, i32, type Local, type ValueType } from "../../kernel/wasm.js";
import { blocked, merged, type Nest, part, type Reference, walkedAxis, withVectorAxis } from "./axes.js";
import { forRange } from "./control.js";

import { kernelFunction, type Lanewise, lanewiseFunction } from "./kernel.js";
import { type KernelSpec, kernelKey, type Stream } from "./kernel-spec.js";
import type { ModuleBuilder } from "./module.js";
import type { ConstantPool } from "./pool.js";
import { elementsTogether } from "./width.js";

/** Elements for one call of a kernel. */
const TILE = 8192;

/** What nests are emitted into: the kernels and constants of one module, the locals of the function that calls them. */
export interface NestContext {
  readonly builder: ModuleBuilder;
  readonly pool: ConstantPool;
  readonly constants: Code;
  readonly newLocal: (type: ValueType) => Local;
  /** Names of kernels by what they are. */
  readonly kernels: Map<string, string>;
  readonly callees: Map<unknown, number>;
  readonly describe: string[];
}

/** What is shorter than a few vectors has nothing to gain by more at a time. */
const widthFor = (nest: Nest): number => {
  const n = nest.sizes.at(-1) as number;
  return n >= 32 ? elementsTogether(nest.body) : 4;
};

export const emitNest = (context: NestContext, nest: Nest): Code => {
  const ordered = withVectorAxis(merged(nest));
  const n = ordered.sizes.at(-1) as number;
  const width = widthFor(ordered);
  if (n < width) return emitPart(context, ordered, width, n);
  const rest = n % width;
  const walked = walkedAxis(ordered);
  if (walked >= 0) {
    return [
      emitPart(context, blocked(part(ordered, 0, n - rest), walked, width), width, 0),
      rest === 0 ? [] : emitPart(context, part(ordered, n - rest, rest), width, rest),
    ];
  }
  if (!ordered.aliased || rest === 0) return emitPart(context, ordered, width, 0);
  return [
    emitPart(context, part(ordered, 0, n - rest), width, 0),
    emitPart(context, part(ordered, n - rest, rest), width, rest),
  ];
};

export interface Pointer {
  readonly base: Code;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Pointers for the references: those that move together on one base share one. */
const pointersOf = (
  references: readonly Reference[],
): { readonly pointers: readonly Pointer[]; readonly streams: readonly Stream[] } => {
  const groups = new Map<string, { index: number; offset: number; reference: Reference }>();
  const keys = references.map((r) => `${r.key}|${r.strides}`);
  references.forEach((reference, i) => {
    const key = keys[i] as string;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { index: groups.size, offset: reference.offset, reference });
    else group.offset = Math.min(group.offset, reference.offset);
  });
  return {
    pointers: [...groups.values()].map(({ offset, reference: { base, strides } }) => ({
      base,
      offset,
      strides,
    })),
    streams: references.map(({ dtype, offset }, i) => {
      const group = groups.get(keys[i] as string) as { index: number; offset: number };
      return { dtype, pointer: group.index, offset: offset - group.offset };
    }),
  };
};

/** Loads that no store needs are left out: their streams would only be carried along. */
const usedInputs = (body: ScalarProgram, stores: Nest["stores"]): ReadonlySet<number> => {
  const needed = new Uint8Array(body.nodes.length);
  for (const { value } of stores) needed[body.outputs[value] as number] = 1;
  const used = new Set<number>();
  for (let id = body.nodes.length - 1; id >= 0; id--) {
    const node = body.nodes[id];
    if (needed[id] === 0 || node === undefined) continue;
    for (const arg of argsOf(node)) needed[arg] = 1;
    if (node.kind === "input") used.add(node.index);
  }
  return used;
};

/** What a kernel is given to read and to write, and by which pointers. */
const operandsOf = (
  nest: Nest,
): Pick<KernelSpec, "loads" | "stores"> & { readonly pointers: readonly Pointer[] } => {
  const used = usedInputs(nest.body, nest.stores);
  const kept = nest.loads.map((load, i) => (used.has(i) ? load : undefined));
  const references = [...kept.filter((r) => r !== undefined), ...nest.stores.map(({ to }) => to)];
  const { pointers, streams } = pointersOf(references);
  let next = 0;
  const loads = kept.map((r) =>
    r === undefined ? { dtype: "bool" as const, pointer: 0, offset: 0 } : (streams[next++] as Stream),
  );
  const stores = nest.stores.map(({ value }) => ({ value, stream: streams[next++] as Stream }));
  return { pointers, loads, stores };
};

/** The kernel of rows of `columns` elements, whose number is given at the call, and its pointers. */
export const rowsKernel = (
  context: NestContext,
  nest: Nest,
  columns: number,
): { readonly name: string; readonly pointers: readonly Pointer[] } => {
  const { pointers, loads, stores } = operandsOf(nest);
  const width = Math.min(columns < 8 ? 4 : 8, elementsTogether(nest.body));
  const name = kernelNamed(context, {
    body: nest.body,
    sizes: [1, columns],
    strides: pointers.map(({ strides }) => strides),
    loads,
    stores,
    width,
    active: columns < width ? columns : 0,
  });
  return { name, pointers };
};

const emitPart = (context: NestContext, nest: Nest, width: number, active: number): Code => {
  const { sizes } = nest;
  const { pointers, loads, stores } = operandsOf(nest);

  let first = sizes.length - 1;
  let inner = active > 0 ? active : 1;
  if (active > 0 && first > 0) first--;
  while (first > 0 && inner * (sizes[first] as number) <= TILE) inner *= sizes[first--] as number;
  const spec: KernelSpec = {
    body: nest.body,
    sizes: sizes.slice(first),
    strides: pointers.map(({ strides }) => strides.slice(first)),
    loads,
    stores,
    width,
    active,
  };
  const name = kernelNamed(context, spec);
  const n = sizes[first] as number;
  const counted = first === sizes.length - 1 && active === 0;
  const chunk = chunkOf(n, inner, counted ? width : 1);
  const indices = sizes.slice(0, first).map(() => context.newLocal(I32));
  const at = context.newLocal(I32);
  const place = ({ base, offset, strides }: Pointer, whole: boolean): Code => {
    let address: Code = offset === 0 ? base : i32.add(base, i32.const(offset));
    [...indices, ...(whole ? [] : [at])].forEach((index, axis) => {
      const stride = strides[axis] as number;
      if (stride !== 0) address = i32.add(address, i32.mul(index.get, i32.const(stride)));
    });
    return address;
  };
  const call = (whole: boolean, count: Code): Code =>
    context.builder.call(name, ...pointers.map((pointer) => place(pointer, whole)), count, context.constants);
  const rest = i32.sub(i32.const(n), at.get);
  let code: Code =
    chunk >= n
      ? call(true, i32.const(n))
      : forRange(
          at,
          i32.const(0),
          i32.const(n),
          i32.const(chunk),
          call(false, [rest, i32.const(chunk), i32.lessThan(rest, i32.const(chunk)), 0x1b]),
        );
  for (let axis = first - 1; axis >= 0; axis--) {
    code = forRange(
      indices[axis] as Local,
      i32.const(0),
      i32.const(sizes[axis] as number),
      i32.const(1),
      code,
    );
  }
  context.describe.push(
    `${name}: [${sizes}]${first > 0 || chunk < n ? ` in calls of [${[Math.min(chunk, n), ...sizes.slice(first + 1)]}]` : ""}, ${width} together, ${nest.body.nodes.length} nodes`,
  );
  return code;
};

/** How much of an axis of n for one call; a last call is never shorter than `width`. */
const chunkOf = (n: number, inner: number, width: number): number => {
  const most = Math.max(1, Math.floor(TILE / inner));
  if (n <= most) return n;
  const even = Math.ceil(n / Math.ceil(n / most));
  let chunk = Math.ceil(even / width) * width;
  while (n % chunk !== 0 && n % chunk < width) chunk += width;
  return chunk;
};

const kernelNamed = (context: NestContext, spec: KernelSpec): string => {
  const { builder, callees } = context;
  const calleeKey = (f: unknown): string => {
    let index = callees.get(f);
    if (index === undefined) {
      index = callees.size;
      callees.set(f, index);
    }
    return `${index}`;
  };
  const key = kernelKey(spec, calleeKey);
  let name = context.kernels.get(key);
  if (name === undefined) {
    name = `kernel${context.kernels.size}`;
    context.kernels.set(key, name);
    const lanewise: Lanewise = (f, title, arity) => {
      // Operations are known by name, functions of the user by themselves.
      const id = title.startsWith("call ") ? calleeKey(f) : title.replace(/\W/g, "_");
      const helper = `lanes_${id}_${arity}`;
      if (!context.kernels.has(helper)) {
        context.kernels.set(helper, helper);
        const imported = `callee_${id}_${arity}`;
        builder.import(imported, new Array<0x7c>(arity).fill(0x7c), [0x7c], f);
        builder.add(lanewiseFunction(helper, imported, arity, builder.call));
      }
      return helper;
    };
    builder.add(kernelFunction(name, spec, context.pool, builder.call, lanewise));
  }
  return name;
};
