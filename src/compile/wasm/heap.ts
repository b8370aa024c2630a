/**
 * The one memory of the process above the workspace of the matrix product: pieces are taken and given back, best fit
 * first, neighbours joined. Each memory would reserve gigabytes of address space, so there is never a second.
 */
import { WORKSPACE } from "../../kernel/blocked.js";
import { tiles } from "../../kernel/tile.js";
import type { WasmMemory } from "../../kernel/wasm.js";
import { Residents } from "./residents.js";

const PAGE = 65536;
/** Growth is by so many bytes at least: each new buffer detaches every view. */
const GROWTH = 1048576;
/** Pieces are multiples of a cache line. */
const LINE = 64;
const LIMIT = 4294967296;

interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/** The memory as an array of each kind. */
export interface Views {
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => {
  const bytes = new Uint8Array(buffer);
  return {
    float64: new Float64Array(buffer),
    float32: new Float32Array(buffer),
    int32: new Int32Array(buffer),
    uint32: new Uint32Array(buffer),
    int16: new Int16Array(buffer),
    uint16: new Uint16Array(buffer),
    int8: new Int8Array(buffer),
    uint8: bytes,
    bool: bytes,
  };
};

export class Heap {
  /** Free pieces by address; no two touch. */
  readonly #free: Piece[] = [];
  /** Where what was never taken begins. */
  #top = WORKSPACE;
  #views: Views | undefined;
  /** The arena of the running program, kept for the next one, and whether it is in use. */
  #arena: Piece = { address: 0, bytes: 0 };
  #running = false;

  readonly residents: Residents = new Residents(this);
  readonly #dropped = new FinalizationRegistry<Piece>(({ address, bytes }) => this.release(address, bytes));

  constructor(readonly memory: WasmMemory) {}

  /** Gives a piece back when its owner is no more. */
  releaseWith(owner: object, address: number, bytes: number): void {
    this.#dropped.register(owner, { address, bytes });
  }

  /** The whole memory; valid until the memory grows: never kept across a call. */
  get views(): Views {
    // Growth detaches the buffer, and an array over a detached buffer is empty: asking the memory itself is slow.
    if (this.#views === undefined || this.#views.uint8.length === 0)
      this.#views = viewsOf(this.memory.buffer);
    return this.#views;
  }

  /** Whether a program runs: what has been given an address must stay where it is. */
  get running(): boolean {
    return this.#running;
  }

  /** Bytes in use or kept, for tests: everything below the top that is not free. */
  get held(): number {
    return this.#top - WORKSPACE - this.#free.reduce((sum, piece) => sum + piece.bytes, 0);
  }

  /** The address of so many bytes of unknown content, a multiple of 64. */
  allocate(size: number): number {
    const bytes = roundUp(size);
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const piece = this.#free[i] as Piece;
      if (piece.bytes >= bytes && (best < 0 || piece.bytes < (this.#free[best] as Piece).bytes)) best = i;
    }
    if (best >= 0) {
      const { address, bytes: whole } = this.#free[best] as Piece;
      if (whole === bytes) this.#free.splice(best, 1);
      else this.#free[best] = { address: address + bytes, bytes: whole - bytes };
      return address;
    }
    // What is free at the top is a beginning.
    const last = this.#free[this.#free.length - 1];
    const grows = last !== undefined && last.address + last.bytes === this.#top;
    const address = grows ? last.address : this.#top;
    // Folds read up to a vector beyond the last element.
    this.#reach(address + bytes + LINE);
    if (grows) this.#free.pop();
    this.#top = address + bytes;
    return address;
  }

  /** Gives back what `allocate` gave for this size. */
  release(address: number, size: number): void {
    let bytes = roundUp(size);
    let at = 0;
    while (at < this.#free.length && (this.#free[at] as Piece).address < address) at++;
    let start = address;
    const before = this.#free[at - 1];
    const after = this.#free[at];
    let first = at;
    let joined = 0;
    if (after !== undefined && address + bytes === after.address) {
      bytes += after.bytes;
      joined++;
    }
    if (before !== undefined && before.address + before.bytes === address) {
      start = before.address;
      bytes += before.bytes;
      first--;
      joined++;
    }
    this.#free.splice(first, joined, { address: start, bytes });
  }

  /**
   * The address of an arena of so many bytes, until `leave` is told. The outermost program has the kept one, which is
   * made larger at need; a program that runs within one of its opaque steps takes a piece of its own.
   */
  enter(bytes: number): number {
    if (this.#running) return this.allocate(bytes);
    if (this.#arena.bytes < bytes) {
      const { address, bytes: old } = this.#arena;
      this.#arena = { address: 0, bytes: 0 };
      if (old > 0) this.release(address, old);
      this.#arena = { address: this.allocate(bytes), bytes };
    }
    this.#running = true;
    return this.#arena.address;
  }

  leave(address: number, bytes: number): void {
    if (address === this.#arena.address) this.#running = false;
    else this.release(address, bytes);
  }

  #reach(top: number): void {
    const have = this.memory.buffer.byteLength;
    if (top <= have) return;
    const wanted = Math.min(LIMIT, Math.max(top, have + GROWTH));
    this.memory.grow(Math.ceil((wanted - have) / PAGE));
  }
}

const roundUp = (size: number): number => Math.ceil(Math.max(size, 1) / LINE) * LINE;

let shared: Heap | null | undefined;

/** The heap of this process, or null where there is no WebAssembly or it has no vectors. */
export const heap = (): Heap | null => {
  if (shared === undefined) {
    const set = tiles();
    shared = set === null ? null : new Heap(set.program.memory);
  }
  return shared;
};
