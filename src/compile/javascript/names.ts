/**
 * How the buffers of a plan appear in generated JavaScript: single numbers as variables, which the engine keeps in
 * registers, all others as typed arrays.
 */
import { allocate, type DType, itemSize, type Storage } from "../../tensor/dtype.js";
import { compactData, type DenseTensor } from "../../tensor/tensor.js";
import type { Access, Buffer, BufferId, Plan, Step } from "../plan.js";
import { touched } from "../touched.js";

/** Buffers that a step needs as arrays, even if they hold one number. */
const arraysIn = (steps: readonly Step[]): readonly BufferId[] =>
  steps.flatMap((step): readonly BufferId[] => {
    switch (step.kind) {
      case "contract":
      case "convolve":
      case "opaque":
        return touched(step);
      case "repeat":
        return [...arraysIn(step.test), ...arraysIn(step.body)];
      case "choose":
        return step.branches.flatMap(arraysIn);
      default:
        return [];
    }
  });

/** A typed array and the text of the position of the buffer's first element in it. */
interface Array_ {
  readonly name: string;
  readonly start: string;
}

export class Names {
  /** Typed arrays that the code closes over, by name. */
  readonly closed: Map<string, Storage> = new Map();
  /** Numbers that the code declares. */
  readonly numbers: BufferId[] = [];
  readonly #arrays: ReadonlySet<BufferId>;
  readonly #memory: ArrayBuffer;

  constructor(
    readonly plan: Plan,
    /** Where numbers live: a typed array for programs of many functions, else variables. */
    readonly shared: boolean,
  ) {
    this.#arrays = new Set(arraysIn(plan.steps).map((id) => this.#owner(id)));
    this.#memory = new ArrayBuffer(plan.arena);
    plan.buffers.forEach((buffer, id) => {
      this.#declare(id, buffer);
    });
  }

  #buffer(id: BufferId): Buffer {
    return this.plan.buffers[id] as Buffer;
  }

  /** The buffer of which a window is a part. */
  #owner(id: BufferId): BufferId {
    let at = id;
    for (let { place } = this.#buffer(at); place.kind === "window"; { place } = this.#buffer(at))
      at = place.of;
    return at;
  }

  isNumber(id: BufferId): boolean {
    const owner = this.#owner(id);
    return this.#buffer(owner).size === 1 && !this.#arrays.has(owner);
  }

  #declare(id: BufferId, { dtype, size, place }: Buffer): void {
    if (place.kind === "window") return;
    if (this.isNumber(id)) {
      if (place.kind !== "input" && place.kind !== "constant") this.numbers.push(id);
      return;
    }
    const name = `b${id}`;
    if (place.kind === "constant") this.closed.set(name, compactData(place.tensor));
    // results are arrays of their own; a window of no elements needs none
    if (place.kind === "scratch") this.closed.set(name, this.#scratch(dtype, place.offset, size));
  }

  #scratch(dtype: DType, offset: number, size: number): Storage {
    const View = allocate(dtype, 0).constructor as new (b: ArrayBuffer, o: number, n: number) => Storage;
    return offset % itemSize(dtype) === 0 ? new View(this.#memory, offset, size) : allocate(dtype, size);
  }

  /** The variable (or cell) of a single number; the literal of one that is known. */
  number(id: BufferId): string {
    const owner = this.#owner(id);
    const { place } = this.#buffer(owner);
    if (place.kind === "constant") return literal((place.tensor as DenseTensor).at(0));
    return this.shared ? `cells[${owner}]` : `b${owner}`;
  }

  array(id: BufferId): Array_ {
    let at = id;
    const start: string[] = [];
    for (let buffer = this.#buffer(at); buffer.place.kind === "window"; buffer = this.#buffer(at)) {
      start.push(`c${buffer.place.counter} * ${buffer.size}`);
      at = buffer.place.of;
    }
    return { name: `b${at}`, start: start.join(" + ") };
  }

  /** The element that an access means where the loop's counters have the given texts. */
  element(access: Access, counters: readonly string[]): string {
    if (this.isNumber(access.buffer)) return this.number(access.buffer);
    const { name, start } = this.position(access, counters);
    return `${name}[${start}]`;
  }

  /** The array and the position in it of that element; of a buffer that is no single number. */
  position({ buffer, offset, strides }: Access, counters: readonly string[]): Array_ {
    const { name, start } = this.array(buffer);
    const terms = start === "" ? [] : [start];
    strides.forEach((stride, d) => {
      const counter = counters[d] as string;
      if (stride === 0 || counter === "0") return;
      terms.push(
        stride === 1
          ? counter
          : /^\d+$/.test(counter)
            ? String(Number(counter) * stride)
            : `${counter} * ${stride}`,
      );
    });
    if (offset !== 0 || terms.length === 0) terms.push(String(offset));
    return { name, start: terms.join(" + ") };
  }
}

export const literal = (value: number): string =>
  Object.is(value, -0) || value < 0 ? `(${value === 0 ? "-0" : value})` : `${value}`;
