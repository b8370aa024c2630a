/**
 * Constants of a program in one block of memory: engines rebuild a vector literal at each use, a load is cheaper. The
 * block's address is a parameter of the code, so that programs of one structure are one module.
 */

/** Bytes laid one after the other at multiples of 16, equal ones once. */
export class ConstantPool {
  readonly #places = new Map<string, number>();
  readonly #pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #size = 0;

  /** Bytes of the block. */
  get size(): number {
    return this.#size;
  }

  /** Where in the block these 16 bytes are. */
  vector(bytes: Uint8Array): number {
    const key = String(bytes);
    let at = this.#places.get(key);
    if (at === undefined) {
      at = this.block(bytes);
      this.#places.set(key, at);
    }
    return at;
  }

  /** Where the bytes of an array are put. */
  block(bytes: Uint8Array): number {
    const at = this.#size;
    this.#pieces.push({ at, bytes });
    this.#size = at + Math.ceil(bytes.length / 16) * 16;
    return at;
  }

  doubles(value: number): number {
    return this.vector(new Uint8Array(Float64Array.of(value, value).buffer));
  }

  singles(value: number): number {
    return this.vector(new Uint8Array(Float32Array.of(value, value, value, value).buffer));
  }

  words(value: number): number {
    return this.vector(new Uint8Array(Int32Array.of(value, value, value, value).buffer));
  }

  longs(value: bigint): number {
    return this.vector(
      new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, value), BigInt.asIntN(64, value)).buffer),
    );
  }

  /** Writes the block to memory. */
  write(memory: Uint8Array, address: number): void {
    for (const { at, bytes } of this.#pieces) memory.set(bytes, address + at);
  }
}
