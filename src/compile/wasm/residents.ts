/**
 * Copies of large inputs that stay in the memory between calls: tensors never change, so a copy stays true as long as
 * its tensor lives. What is met a second time is kept, the least recently used goes first, and nothing is held alive.
 */
import type { Storage } from "../../tensor/dtype.js";
import type { Heap } from "./heap.js";

/** Below, a copy costs less than keeping account of it. */
const LEAST = 16384;
/** Bytes that may be kept. */
const BUDGET = 268435456;

interface Resident {
  readonly address: number;
  readonly bytes: number;
  readonly storage: WeakRef<Storage>;
  /** The run that used it last. */
  used: number;
}

export class Residents {
  /** By array: its copy, or null where it was met once. */
  readonly #known = new WeakMap<Storage, Resident | null>();
  /** The least recently used first. */
  readonly #kept = new Set<Resident>();
  #bytes = 0;
  #run = 0;
  readonly #gone = new FinalizationRegistry<Resident>((resident) => this.#drop(resident));

  constructor(readonly heap: Heap) {}

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A new run begins: what it uses is not given up before the next. */
  begin(): void {
    this.#run++;
  }

  /**
   * The address of the copy of a whole array, or 0 where there is none. `copy` writes one; with `mayAdmit` false none
   * is made and none given up, since a program that runs has their addresses.
   */
  find(data: Storage, mayAdmit: boolean, copy: (address: number) => void): number {
    if (data.byteLength < LEAST) return 0;
    const known = this.#known.get(data);
    if (known) {
      known.used = this.#run;
      this.#kept.delete(known);
      this.#kept.add(known);
      return known.address;
    }
    if (!mayAdmit) return 0;
    if (known === undefined) {
      this.#known.set(data, null);
      return 0;
    }
    const bytes = data.byteLength;
    if (!this.#makeRoom(bytes)) return 0;
    const resident: Resident = {
      address: this.heap.allocate(bytes),
      bytes,
      storage: new WeakRef(data),
      used: this.#run,
    };
    copy(resident.address);
    this.#bytes += bytes;
    this.#kept.add(resident);
    this.#known.set(data, resident);
    this.#gone.register(data, resident, resident);
    return resident.address;
  }

  #makeRoom(bytes: number): boolean {
    for (const oldest of this.#kept) {
      if (this.#bytes + bytes <= BUDGET || oldest.used === this.#run) break;
      const data = oldest.storage.deref();
      if (data !== undefined) this.#known.delete(data);
      this.#gone.unregister(oldest);
      this.#drop(oldest);
    }
    return this.#bytes + bytes <= BUDGET;
  }

  #drop(resident: Resident): void {
    if (!this.#kept.delete(resident)) return;
    this.#bytes -= resident.bytes;
    this.heap.release(resident.address, resident.bytes);
  }
}
