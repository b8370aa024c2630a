/**
 * Values of scalar programs as vectors, a fixed number of elements together. A float64 element takes a lane of 64
 * bits, every other one of 32; a bool is a mask of either width, whichever its maker gave and its users want.
 */

import { type Code, i32, type Local, V128, type ValueType, v128 } from "../../kernel/wasm.js";
import type { DType } from "../../tensor/dtype.js";
import {
  demote,
  double2,
  doubleFromInt,
  doubleFromUnsigned,
  float4,
  int4,
  lanes,
  long2,
  promote,
  singleFromInt,
  singleFromUnsigned,
  vector,
} from "./instructions.js";
import type { ConstantPool } from "./pool.js";

export type Kind = "double" | "single" | "int" | "mask";

export const kindOf = (dtype: DType): Kind =>
  dtype === "float64" ? "double" : dtype === "float32" ? "single" : dtype === "bool" ? "mask" : "int";

/** Vectors that hold one value of all elements; of a mask one form or both. Codes are read once for each use. */
export interface Value {
  readonly kind: Kind;
  readonly dtype: DType;
  /** 64-bit lanes: float64, or a mask. */
  wide?: readonly Code[];
  /** 32-bit lanes: everything else. */
  narrow?: readonly Code[];
}

const LOW_WORDS = lanes(4, [0, 2, 4, 6]);
const HIGH_HALF = lanes(8, [1, 1]);
const JOIN_HALVES = lanes(8, [0, 2]);
const TWO_32 = 4294967296;

/** Whether an operation on 32-bit lanes must treat them as unsigned. */
export const isUnsigned = (dtype: DType): boolean => dtype === "uint32";

/** The making of vectors: locals as they are needed, constants from the pool. */
export class Lanes {
  /** What has been emitted so far and not taken. */
  #code: Code[] = [];
  readonly #constants = new Map<number, Local>();
  /** What has been loaded, by address. */
  readonly #vectors = new Map<Code, Map<string, Code>>();

  constructor(
    /** Elements together: 4 or 8. */
    readonly width: number,
    readonly newLocal: (type: ValueType) => Local,
    readonly pool: ConstantPool,
    /** Address of the pool. */
    readonly constants: Code,
  ) {}

  emit(code: Code): void {
    this.#code.push(code);
  }

  /** The code emitted since the last time. */
  take(): Code {
    const code = this.#code;
    this.#code = [];
    return code;
  }

  /** Code kept in a local. */
  keep(code: Code): Code {
    const local = this.newLocal(V128);
    this.emit(local.set(code));
    return local.get;
  }

  /** A constant of the pool. */
  loaded(at: number): Code {
    let local = this.#constants.get(at);
    if (local === undefined) {
      local = this.newLocal(V128);
      this.#constants.set(at, local);
    }
    return local.get;
  }

  /**
   * Loads the constants that were asked for: at the start of the function, for there are more of them than registers, and
   * what is loaded where it is used is loaded early, stored, and loaded again.
   */
  prologue(): Code {
    return [...this.#constants].map(([at, local]) => local.set(v128.load(this.constants, at)));
  }

  doubles(value: number): Code {
    return this.loaded(this.pool.doubles(value));
  }
  singles(value: number): Code {
    return this.loaded(this.pool.singles(value));
  }
  words(value: number): Code {
    return this.loaded(this.pool.words(value));
  }
  longs(value: bigint): Code {
    return this.loaded(this.pool.longs(value));
  }

  /** The same operation on each vector. */
  map(vectors: readonly Code[], f: (x: Code, i: number) => Code): readonly Code[] {
    return vectors.map((x, i) => this.keep(f(x, i)));
  }

  vectorsOf(value: Value): readonly Code[] {
    return value.kind === "double" ? this.wide(value) : this.narrow(value);
  }

  wide(value: Value): readonly Code[] {
    if (value.wide === undefined) {
      const narrow = value.narrow as readonly Code[];
      value.wide = narrow.flatMap((x) => [this.keep(long2.extendLow(x)), this.keep(long2.extendHigh(x))]);
    }
    return value.wide;
  }

  narrow(value: Value): readonly Code[] {
    if (value.narrow === undefined) {
      const wide = value.wide as readonly Code[];
      value.narrow = Array.from({ length: wide.length / 2 }, (_, i) =>
        this.keep(vector.shuffle(wide[2 * i] as Code, wide[2 * i + 1] as Code, LOW_WORDS)),
      );
    }
    return value.narrow;
  }

  /** The vector at an address: streams that are displaced by whole vectors have some in common. */
  loadOnce(
    dtype: DType,
    address: Code,
    offset: number,
    load: (dtype: DType, address: Code, offset: number) => Code,
  ): Code {
    const known = this.#vectors.get(address) ?? new Map<string, Code>();
    this.#vectors.set(address, known);
    const key = `${dtype} ${offset}`;
    const vector = known.get(key) ?? this.keep(load(dtype, address, offset));
    known.set(key, vector);
    return vector;
  }

  /** A constant of the dtype in every lane. */
  constantValue(dtype: DType, value: number): Value {
    const kind = kindOf(dtype);
    if (kind === "double") {
      return {
        kind,
        dtype,
        wide: new Array<Code>(this.width / 2).fill(this.doubles(value)),
      };
    }
    const at =
      kind === "single"
        ? this.pool.singles(value)
        : this.pool.words(kind === "mask" ? -Number(value !== 0) : value | 0);
    return { kind, dtype, narrow: new Array<Code>(this.width / 4).fill(this.loaded(at)) };
  }

  /** 32-bit integers wrapped to the dtype. */
  wrap(dtype: DType, vectors: readonly Code[]): readonly Code[] {
    switch (dtype) {
      case "int16":
      case "int8": {
        const count = i32.const(dtype === "int16" ? 16 : 24);
        return this.map(vectors, (x) => int4.shr(int4.shl(x, count), count));
      }
      case "uint16":
      case "uint8": {
        const mask = this.words(dtype === "uint16" ? 0xffff : 0xff);
        return this.map(vectors, (x) => vector.and(x, mask));
      }
      default:
        return vectors;
    }
  }

  /** Doubles of a value of any kind. */
  toDouble(value: Value): readonly Code[] {
    if (value.kind === "double") return this.wide(value);
    if (value.kind === "mask") {
      const one = this.doubles(1);
      return this.map(this.wide(value), (x) => vector.and(x, one));
    }
    const convert =
      value.kind === "single" ? promote : isUnsigned(value.dtype) ? doubleFromUnsigned : doubleFromInt;
    return this.narrow(value).flatMap((x) => [
      this.keep(convert(x)),
      this.keep(convert(vector.shuffle(x, x, HIGH_HALF))),
    ]);
  }

  /** Doubles rounded to singles, a vector for two. */
  toSingle(doubles: readonly Code[]): readonly Code[] {
    return Array.from({ length: doubles.length / 2 }, (_, i) =>
      this.keep(
        vector.shuffle(demote(doubles[2 * i] as Code), demote(doubles[2 * i + 1] as Code), JOIN_HALVES),
      ),
    );
  }

  /** Doubles as whole numbers modulo 2^32, NaN and infinities as 0: the value less 2^32 times a floor, all exact. */
  toWords(doubles: readonly Code[]): readonly Code[] {
    const large = this.doubles(TWO_32);
    const small = this.doubles(1 / TWO_32);
    const rests = this.map(doubles, (x) => {
      const whole = this.keep(double2.trunc(x));
      return double2.sub(whole, double2.mul(double2.floor(double2.mul(whole, small)), large));
    });
    return Array.from({ length: doubles.length / 2 }, (_, i) =>
      this.keep(
        vector.shuffle(
          int4.fromDoubleUnsigned(rests[2 * i] as Code),
          int4.fromDoubleUnsigned(rests[2 * i + 1] as Code),
          JOIN_HALVES,
        ),
      ),
    );
  }

  /** As elements of another dtype: float32 rounds, integers truncate and wrap, bool tests for non-zero. */
  convert(value: Value, dtype: DType): Value {
    const kind = kindOf(dtype);
    if (value.dtype === dtype) return value;
    switch (kind) {
      case "double":
        return { kind, dtype, wide: this.toDouble(value) };
      case "single": {
        if (value.kind === "double") return { kind, dtype, narrow: this.toSingle(this.wide(value)) };
        if (value.kind === "mask") {
          const one = this.singles(1);
          return { kind, dtype, narrow: this.map(this.narrow(value), (x) => vector.and(x, one)) };
        }
        const convert = isUnsigned(value.dtype) ? singleFromUnsigned : singleFromInt;
        return { kind, dtype, narrow: this.map(this.narrow(value), convert) };
      }
      case "int": {
        if (value.kind === "mask") return { kind, dtype, narrow: this.map(this.narrow(value), int4.neg) };
        const words = value.kind === "int" ? this.narrow(value) : this.toWords(this.toDouble(value));
        return { kind, dtype, narrow: this.wrap(dtype, words) };
      }
      default: {
        if (value.kind === "double") {
          const zero = this.doubles(0);
          return { kind, dtype, wide: this.map(this.wide(value), (x) => double2.ne(x, zero)) };
        }
        const zero = this.words(0);
        const differs = value.kind === "single" ? float4.ne : int4.ne;
        return { kind, dtype, narrow: this.map(this.narrow(value), (x) => differs(x, zero)) };
      }
    }
  }
}
