/**
 * Loop kernels: the inner axes of a step as one function of its own, the innermost axis in vectors. A last vector that
 * would stick out is moved back over its neighbour, whose elements are then computed twice, to the same bits.
 */
import type { ScalarNode } from "../../expr/program.js";
import { functionOf } from "../../expr/semantics.js";
import {
  type Code,
  defineFunction,
  I32,
  i32,
  type Local,
  select,
  V128,
  type WasmFunction,
} from "../../kernel/wasm.js";
import type { DType } from "../../tensor/dtype.js";
import { branchIf, loop } from "./control.js";
import { selected } from "./extremes.js";
import { word } from "./instructions.js";
import { analyse, type KernelSpec, type Stream } from "./kernel-spec.js";
import { loadLanes, storeLanes } from "./memory-lanes.js";
import { bitOperation, operation } from "./operations.js";
import type { ConstantPool } from "./pool.js";
import { kindOf, Lanes, type Value } from "./values.js";

/** Calls `f` on lanes of doubles: (mask, values kept where it has zeros, ...operands) as the name of a function. */
export type Lanewise = (f: (...args: readonly number[]) => number, key: string, arity: number) => string;

/** Lanes of a mask in a form that the call's function takes. */
const called = (
  lanes: Lanes,
  call: (name: string, ...operands: readonly Code[]) => Code,
  name: string,
  masks: readonly Code[],
  fast: readonly Code[],
  operands: readonly (readonly Code[])[],
): readonly Code[] =>
  lanes.map(fast, (x, i) =>
    call(name, masks[i] as Code, x, ...operands.map((operand) => operand[i] as Code)),
  );

export const kernelFunction = (
  name: string,
  spec: KernelSpec,
  pool: ConstantPool,
  call: (name: string, ...operands: readonly Code[]) => Code,
  lanewise: Lanewise,
): WasmFunction => {
  const { body, sizes, strides, active, width } = spec;
  const { needed, still, seldom } = analyse(spec);
  const parameters = new Array<typeof I32>(strides.length + 2).fill(I32);
  return defineFunction(name, parameters, [], (newLocal, ...given) => {
    const pointers = given.slice(0, strides.length);
    const count = given[strides.length] as Local;
    const lanes = new Lanes(width, newLocal, pool, (given[strides.length + 1] as Local).get);
    const values: Value[] = [];
    const constants = body.nodes.map((node) => (node.kind === "constant" ? node.value : undefined));

    const lanewiseValue = (
      f: (...args: readonly number[]) => number,
      key: string,
      dtype: DType,
      args: readonly number[],
      condition?: Value,
      fast?: Value,
    ): Value => {
      const operands = args.map((arg) => lanes.toDouble(values[arg] as Value));
      const helper = lanewise(f, key, args.length);
      if (condition === undefined || fast === undefined) {
        const all = lanes.loaded(pool.longs(-1n));
        const doubles = called(
          lanes,
          call,
          helper,
          operands[0]?.map(() => all) ?? [],
          operands[0] ?? [],
          operands,
        );
        return lanes.convert({ kind: "double", dtype: "float64", wide: doubles }, dtype);
      }
      const masks = lanes.wide(condition);
      const doubles = called(lanes, call, helper, masks, lanes.toDouble(fast), operands);
      return lanes.convert({ kind: "double", dtype: "float64", wide: doubles }, dtype);
    };

    /** A selection of which the branches of which `seldom` tells are called for, where any element takes them. */
    const rare = (node: ScalarNode & { readonly kind: "apply" }): Value => {
      const [condition, ...branches] = node.args as [number, number, number];
      const mask = values[condition] as Value;
      const { dtype } = node;
      const kind = kindOf(dtype);
      const usual = branches.map((id) => (seldom[id] === 1 ? undefined : (values[id] as Value)));
      const start = usual.find((value) => value !== undefined) ?? lanes.constantValue(dtype, 0);
      // Forms that are made within a branch must not be taken for made outside it.
      const masks = lanes.narrow(mask);
      const results = lanes.vectorsOf(start).map((x) => {
        const local = newLocal(V128);
        lanes.emit(local.set(x));
        return local;
      });
      const forms = results.map((local) => local.get);
      const result = (): Value =>
        kind === "double" ? { kind, dtype, wide: forms } : { kind, dtype, narrow: forms };
      branches.forEach((id, place) => {
        const branch = body.nodes[id] as ScalarNode;
        if (seldom[id] === 0 || branch.kind !== "call") return;
        const taken = masks.map((m) => (place === 0 ? m : lanes.keep([m, [0xfd, 77]])));
        const before = lanes.take();
        const kept = branch.args.map((arg) => values[arg] as Value);
        branch.args.forEach((arg, i) => {
          values[arg] = { ...(kept[i] as Value) };
        });
        const made = lanewiseValue(
          branch.callee.f,
          `call ${branch.callee.name}`,
          dtype,
          branch.args,
          { kind: "mask", dtype: "bool", narrow: taken },
          result(),
        );
        const code = lanes.vectorsOf(made).map((x, i) => (results[i] as Local).set(x));
        const within = [lanes.take(), code];
        branch.args.forEach((arg, i) => {
          values[arg] = kept[i] as Value;
        });
        const any = taken.map((m): Code => [m, [0xfd, 83]]).reduce((x, y): Code => [x, y, 0x72]);
        lanes.emit([before, any, 0x04, 0x40, within, 0x0b]);
      });
      return result();
    };

    const evaluate = (node: ScalarNode): Value => {
      switch (node.kind) {
        case "input": {
          const stream = spec.loads[node.index] as Stream;
          const stride = (strides[stream.pointer] as readonly number[]).at(-1) as number;
          return loadLanes(
            lanes,
            stream.dtype,
            (pointers[stream.pointer] as Local).get,
            stream.offset,
            stride,
            active,
          );
        }
        case "constant":
          return lanes.constantValue(node.dtype, node.value);
        case "convert":
          return lanes.convert(values[node.args[0] as number] as Value, node.dtype);
        case "apply": {
          if (node.args.some((arg) => seldom[arg] === 1)) return rare(node);
          const args = node.args.map((arg) => values[arg] as Value);
          const chosen = node.op === "select" ? selected(lanes, body.nodes, values, node.args) : undefined;
          if (chosen !== undefined) return chosen;
          const made = operation(
            lanes,
            node.op,
            args,
            node.args.map((arg) => constants[arg]),
          );
          if (made !== undefined) return made;
          const { dtype } = args[node.op === "select" ? 1 : 0] as Value;
          return lanewiseValue(
            functionOf(node.op, dtype) as (...args: readonly number[]) => number,
            `${node.op} ${dtype}`,
            node.dtype,
            node.args,
          );
        }
        default: {
          const bits = bitOperation(
            lanes,
            node.callee.f,
            node.args.map((arg) => values[arg] as Value),
          );
          return bits ?? lanewiseValue(node.callee.f, `call ${node.callee.name}`, node.dtype, node.args);
        }
      }
    };

    const evaluateAll = (hoisted: boolean): Code => {
      body.nodes.forEach((node, id) => {
        if (needed[id] === 1 && seldom[id] === 0 && (still[id] === 1) === hoisted)
          values[id] = evaluate(node);
      });
      return lanes.take();
    };

    const once = (): Code => {
      const code = evaluateAll(false);
      for (const { value, stream } of spec.stores) {
        const made = values[body.outputs[value] as number] as Value;
        const stride = (strides[stream.pointer] as readonly number[]).at(-1) as number;
        storeLanes(
          lanes,
          made,
          stream.dtype,
          (pointers[stream.pointer] as Local).get,
          stream.offset,
          stride,
          active,
        );
      }
      return [code, lanes.take()];
    };

    const last = sizes.length - 1;
    const move = (axis: number, back: (pointer: number) => number): Code =>
      pointers.map((pointer, i) => {
        const by = ((strides[i] as readonly number[])[axis] as number) - back(i);
        return by === 0 ? [] : pointer.set(i32.add(pointer.get, i32.const(by)));
      });
    /** Bytes by which a pass over the axis leaves a pointer moved. */
    const moved = (axis: number, pointer: number): number => {
      if (axis > last) return 0;
      const n = sizes[axis] as number;
      const stride = (strides[pointer] as readonly number[])[axis] as number;
      if (axis < last) return n * stride;
      if (active > 0 || n === width) return 0;
      // Whole vectors: one step too far; else to the last vector, and back by as much as it was moved back.
      return n % width === 0 ? n * stride : (n - width + (n % width) - width) * stride;
    };

    const vectors = (): Code => {
      const before = evaluateAll(true);
      const inner = once();
      if (active > 0 || (last > 0 && sizes[last] === width)) return [before, inner];
      const left = newLocal(I32);
      const step = newLocal(I32);
      const whole = last > 0 && (sizes[last] as number) % width === 0;
      const byStride = new Map<number, Local>();
      const advance = pointers.map((pointer, i) => {
        const stride = (strides[i] as readonly number[])[last] as number;
        if (stride === 0) return [];
        if (whole) return pointer.set(i32.add(pointer.get, i32.const(stride * width)));
        let by = byStride.get(stride);
        const set = by === undefined ? newLocal(I32) : undefined;
        if (set !== undefined) byStride.set(stride, set);
        by = set ?? (by as Local);
        return [
          set === undefined ? [] : set.set(i32.mul(step.get, i32.const(stride))),
          pointer.set(i32.add(pointer.get, by.get)),
        ];
      });
      return [
        before,
        left.set(last > 0 ? i32.const(sizes[last] as number) : count.get),
        loop([
          inner,
          left.set(i32.sub(left.get, i32.const(width))),
          whole ? [] : step.set(select(left.get, i32.const(width), i32.lessThan(left.get, i32.const(width)))),
          advance,
          branchIf(0, word.greater(left.get, i32.const(0))),
        ]),
      ];
    };

    const level = (axis: number): Code => {
      if (axis === last) return vectors();
      const left = axis === 0 ? count : newLocal(I32);
      return [
        axis === 0 ? [] : left.set(i32.const(sizes[axis] as number)),
        loop([
          level(axis + 1),
          move(axis, (pointer) => moved(axis + 1, pointer)),
          left.set(i32.sub(left.get, i32.const(1))),
          branchIf(0, left.get),
        ]),
      ];
    };
    const loops = level(0);
    return [lanes.prologue(), loops];
  });
};

/** How lanes of doubles are given to a function of numbers, one by one where the mask is set. */
export const lanewiseFunction = (
  name: string,
  callee: string,
  arity: number,
  call: (name: string, ...operands: readonly Code[]) => Code,
): WasmFunction =>
  defineFunction(name, new Array<typeof V128>(arity + 2).fill(V128), [V128], (_newLocal, ...given) => {
    const [mask, result, ...operands] = given as [Local, Local, ...Local[]];
    const extract = (x: Code, lane: number): Code => [x, [0xfd, 33], lane];
    return [
      [0, 1].map((lane) => [
        // The high word of a lane of the mask says whether it is set.
        [mask.get, [0xfd, 27], 2 * lane + 1],
        0x04,
        0x40,
        result.set([
          result.get,
          call(callee, ...operands.map((x) => extract(x.get, lane))),
          [0xfd, 34],
          lane,
        ]),
        0x0b,
      ]),
      result.get,
    ];
  });
