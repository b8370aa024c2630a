/** Loads and stores of vectors of elements: side by side, one for all, or each at its place. Strides are in bytes. */
import { type Code, I32, i32 } from "../../kernel/wasm.js";
import { type DType, itemSize } from "../../tensor/dtype.js";
import { int4, short8, vector, word } from "./instructions.js";
import { kindOf, type Lanes, type Value } from "./values.js";

const valueOf = (dtype: DType, vectors: readonly Code[]): Value => {
  const kind = kindOf(dtype);
  return kind === "double" ? { kind, dtype, wide: vectors } : { kind, dtype, narrow: vectors };
};

/** Bytes of memory as a mask. */
const masks = (lanes: Lanes, words: readonly Code[]): readonly Code[] => {
  const zero = lanes.words(0);
  return lanes.map(words, (x) => int4.ne(x, zero));
};

/** One small integer or bool, as a word. */
const loadWord = (dtype: DType, address: Code, offset: number): Code => {
  switch (dtype) {
    case "int16":
      return word.load16s(address, offset);
    case "uint16":
      return word.load16u(address, offset);
    case "int8":
      return word.load8s(address, offset);
    case "int32":
    case "uint32":
      return word.load(address, offset);
    default:
      return word.load8u(address, offset);
  }
};

/** Four elements side by side. */
const loadFour = (dtype: DType, address: Code, offset: number): Code => {
  switch (dtype) {
    case "int16":
      return vector.load16x4s(address, offset);
    case "uint16":
      return vector.load16x4u(address, offset);
    case "int8":
      return int4.extendLow16(short8.extendLow8(vector.load32Zero(address, offset)));
    case "uint8":
    case "bool":
      return int4.extendLow16Unsigned(short8.extendLow8Unsigned(vector.load32Zero(address, offset)));
    default:
      return vector.load(address, offset);
  }
};

/** An address that offsets of all lanes can be added to without a sign. */
const below = (
  lanes: Lanes,
  address: Code,
  offset: number,
  stride: number,
): { readonly base: Code; readonly first: number } => {
  if (stride >= 0) return { base: address, first: offset };
  const local = lanes.newLocal(I32);
  const reach = stride * (lanes.width - 1);
  lanes.emit(local.set(i32.add(address, i32.const(reach))));
  return { base: local.get, first: offset - reach };
};

/** `active` lanes are there, or all where it is 0; others repeat the last. */
export const loadLanes = (
  lanes: Lanes,
  dtype: DType,
  address: Code,
  offset: number,
  stride: number,
  active: number,
): Value => {
  const kind = kindOf(dtype);
  const per = kind === "double" ? 2 : 4;
  const count = lanes.width / per;
  const bytes = itemSize(dtype);
  const asValue = (words: readonly Code[]): Value =>
    valueOf(dtype, kind === "mask" ? masks(lanes, words) : words);
  if (stride === 0) {
    const one =
      kind === "double"
        ? lanes.keep(vector.load64Splat(address, offset))
        : kind === "single" || bytes === 4
          ? lanes.keep(vector.load32Splat(address, offset))
          : lanes.keep(int4.splat(loadWord(dtype, address, offset)));
    const [made] = (kind === "mask" ? masks(lanes, [one]) : [one]) as readonly [Code];
    return valueOf(dtype, new Array<Code>(count).fill(made));
  }
  if (stride === bytes && active === 0) {
    const groups = Array.from({ length: count }, (_, i) =>
      lanes.loadOnce(dtype, address, offset + i * per * bytes, loadFour),
    );
    return asValue(groups);
  }
  const { base, first } = below(lanes, address, offset, stride);
  const at = (lane: number): number => first + stride * (active > 0 ? Math.min(lane, active - 1) : lane);
  const vectors = Array.from({ length: count }, (_, i) => {
    const from = i * per;
    let code: Code =
      kind === "double"
        ? vector.load64Splat(base, at(from))
        : bytes === 4
          ? vector.load32Splat(base, at(from))
          : int4.splat(loadWord(dtype, base, at(from)));
    for (let lane = 1; lane < per; lane++) {
      if (at(from + lane) === at(from)) continue;
      code =
        kind === "double"
          ? vector.load64Lane(base, code, lane, at(from + lane))
          : bytes === 4
            ? vector.load32Lane(base, code, lane, at(from + lane))
            : int4.replace(code, lane, loadWord(dtype, base, at(from + lane)));
    }
    return lanes.keep(code);
  });
  return asValue(vectors);
};

/** Stores the value, which has the dtype. */
export const storeLanes = (
  lanes: Lanes,
  value: Value,
  dtype: DType,
  address: Code,
  offset: number,
  stride: number,
  active: number,
): void => {
  const kind = kindOf(dtype);
  const bytes = itemSize(dtype);
  let vectors = lanes.vectorsOf(value);
  const per = kind === "double" ? 2 : 4;
  if (kind === "mask") vectors = lanes.map(vectors, int4.neg);
  if (stride === bytes && active === 0) {
    vectors.forEach((x, i) => {
      const to = offset + i * per * bytes;
      if (bytes >= 4) lanes.emit(vector.store(address, x, to));
      else {
        const unsigned = dtype !== "int16" && dtype !== "int8";
        const narrow = unsigned ? int4.narrowUnsigned(x, x) : int4.narrow(x, x);
        if (bytes === 2) lanes.emit(vector.store64Lane(address, narrow, 0, to));
        else {
          const kept = lanes.keep(narrow);
          const packed = unsigned ? short8.narrowUnsigned(kept, kept) : short8.narrow(kept, kept);
          lanes.emit(vector.store32Lane(address, packed, 0, to));
        }
      }
    });
    return;
  }
  const { base, first } = below(lanes, address, offset, stride);
  const last = active > 0 ? active : lanes.width;
  for (let lane = 0; lane < last; lane++) {
    const x = vectors[Math.floor(lane / per)] as Code;
    const to = first + lane * stride;
    const index = lane % per;
    if (kind === "double") lanes.emit(vector.store64Lane(base, x, index, to));
    else if (bytes === 4) lanes.emit(vector.store32Lane(base, x, index, to));
    else if (bytes === 2) lanes.emit(word.store16(base, int4.extract(x, index), to));
    else lanes.emit(word.store8(base, int4.extract(x, index), to));
  }
};
