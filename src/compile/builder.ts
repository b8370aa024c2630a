/** A plan under construction: its buffers, whose places in the arena are settled when all steps are known. */
import type { DType } from "../tensor/dtype.js";
import type { DenseTensor } from "../tensor/tensor.js";
import type { BufferId, Place } from "./plan.js";

/** Scratch and output buffers have no offset yet. */
export type Placeless =
  | Extract<Place, { kind: "input" | "constant" | "window" }>
  | { readonly kind: "scratch" }
  | { readonly kind: "output"; readonly index: number };

export interface PlacelessBuffer {
  readonly dtype: DType;
  readonly size: number;
  place: Placeless;
}

export class PlanBuilder {
  readonly buffers: PlacelessBuffer[] = [];
  readonly #constants = new Map<DenseTensor, BufferId>();
  #counters = 0;

  buffer(dtype: DType, size: number, place: Placeless = { kind: "scratch" }): BufferId {
    return this.buffers.push({ dtype, size, place }) - 1;
  }

  /** The buffer of a tensor that the program closes over; one for all its uses. */
  constant(tensor: DenseTensor): BufferId {
    let id = this.#constants.get(tensor);
    if (id === undefined) {
      id = this.buffer(tensor.dtype, tensor.size, { kind: "constant", tensor });
      this.#constants.set(tensor, id);
    }
    return id;
  }

  /** A number for a loop, by which windows know it. */
  counter(): number {
    return this.#counters++;
  }

  /** Makes a scratch buffer the place of a result; false where it already is one, or is no scratch. */
  claim(id: BufferId, index: number): boolean {
    const buffer = this.buffers[id] as PlacelessBuffer;
    if (buffer.place.kind !== "scratch") return false;
    buffer.place = { kind: "output", index };
    return true;
  }

  /** Makes a scratch buffer the part of another at a loop's counter; false where it is no scratch. */
  claimWindow(id: BufferId, of: BufferId, counter: number): boolean {
    const buffer = this.buffers[id] as PlacelessBuffer;
    if (buffer.place.kind !== "scratch") return false;
    buffer.place = { kind: "window", of, counter };
    return true;
  }
}
