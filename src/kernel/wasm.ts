/**
 * A small WebAssembly binary encoder. Code is a nested list of bytes, written as expressions: an
 * instruction takes the code of its operands and returns operands followed by its own bytes.
 */

/** Bytes of code, nested as they were composed; flattened once, by `encodeModule`. */
export type Code = readonly (number | Code)[];

export type ValueType = 0x7f | 0x7d | 0x7c | 0x7b;
export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** A parameter or local of the function under construction. */
export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** LEB128 of an unsigned 32-bit integer. */
export const unsigned = (value: number): readonly number[] => {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
};

/** LEB128 of a signed 32-bit integer. The last byte's bit 6 is the sign. */
const signed = (value: number): readonly number[] => {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
};

export type Binary = (x: Code, y: Code) => Code;
export type Load = (address: Code, offset?: number) => Code;
export type Store = (address: Code, value: Code, offset?: number) => Code;

// What is made of these on import is dropped from bundles that use none of it.

/* @__NO_SIDE_EFFECTS__ */
export const binary =
  (bytes: Code): Binary =>
  (x, y) => [x, y, bytes];

// An access is followed by the alignment it hopes for (a hint, here always that of the element) and a
// constant offset that costs nothing at run time.
/* @__NO_SIDE_EFFECTS__ */
const load =
  (alignment: number, bytes: Code): Load =>
  (address, offset = 0) => [address, bytes, alignment, unsigned(offset)];
/* @__NO_SIDE_EFFECTS__ */
const store =
  (alignment: number, bytes: Code): Store =>
  (address, value, offset = 0) => [address, value, bytes, alignment, unsigned(offset)];

/** The prefix of vector instructions, then the instruction's number. */
/* @__NO_SIDE_EFFECTS__ */
export const simd = (number: number): Code => [0xfd, unsigned(number)];

export const i32: {
  readonly const: (value: number) => Code;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly shl: Binary;
  readonly ne: Binary;
  readonly equal: Binary;
  readonly lessThan: Binary;
} = {
  const: (value) => [0x41, signed(value)],
  add: binary([0x6a]),
  sub: binary([0x6b]),
  mul: binary([0x6c]),
  shl: binary([0x74]),
  equal: binary([0x46]),
  ne: binary([0x47]),
  lessThan: binary([0x48]),
};
/** Moves a pointer, or counts. */
export const advance = (local: Local, by: Code): Code => local.set(i32.add(local.get, by));

export interface Scalars {
  readonly load: Load;
  readonly store: Store;
}

export const f32: Scalars = { load: load(2, [0x2a]), store: store(2, [0x38]) };
export const f64: Scalars = { load: load(3, [0x2b]), store: store(3, [0x39]) };

export const v128: {
  readonly load: Load;
  readonly load32Splat: Load;
  readonly load64Splat: Load;
  readonly store: Store;
  /** The constant with these 16 bytes, lowest first. */
  readonly const: (bytes: readonly number[]) => Code;
} = {
  load: load(2, simd(0)),
  load32Splat: load(2, simd(9)),
  load64Splat: load(3, simd(10)),
  store: store(2, simd(11)),
  const: (bytes) => [simd(12), bytes],
};

export interface Vectors {
  readonly add: Binary;
  readonly mul: Binary;
}

export const f32x4: Vectors = { add: binary(simd(0xe4)), mul: binary(simd(0xe6)) };
export const f64x2: Vectors = { add: binary(simd(0xf0)), mul: binary(simd(0xf2)) };

/** `whenTrue` or `whenFalse`; both are evaluated. */
export const select = (whenTrue: Code, whenFalse: Code, condition: Code): Code => [
  whenTrue,
  whenFalse,
  condition,
  0x1b,
];

/** Copies bytes; the regions may overlap. */
export const copy = (target: Code, source: Code, bytes: Code): Code => [
  target,
  source,
  bytes,
  [0xfc, 10, 0x00, 0x00],
];

const NO_RESULT = 0x40;
const END = 0x0b;

export const when = (condition: Code, body: Code): Code => [condition, 0x04, NO_RESULT, body, END];

/** The body at least once, and again while the condition holds after it. */
export const repeatWhile = (body: Code, condition: Code): Code => [
  [0x03, NO_RESULT],
  body,
  condition,
  [0x0d, 0],
  END,
];

/**
 * `turns` copies of a body in a loop, which ends after any but the last where `isOver` holds; after that and `next` it goes on
 * while the condition holds. The exits between the copies keep V8 from loading for all of them before it computes, for which
 * there are not enough registers.
 */
export const repeatInTurns = (
  turns: number,
  body: (turn: number) => Code,
  isOver: (turn: number) => Code,
  next: Code,
  condition: Code,
): Code => [
  [0x02, NO_RESULT],
  repeatWhile(
    Array.from({ length: turns }, (_, turn) => [
      body(turn),
      turn < turns - 1 ? [isOver(turn), [0x0d, 1]] : next,
    ]),
    condition,
  ),
  END,
];

const localAt = (index: number): Local => ({
  get: [0x20, unsigned(index)],
  set: (value) => [value, 0x21, unsigned(index)],
});

/** A function of the given parameter types; `build` asks for further locals as it needs them. */
export const defineFunction = <const P extends readonly ValueType[]>(
  name: string,
  parameters: P,
  results: readonly ValueType[],
  build: (newLocal: (type: ValueType) => Local, ...parameters: { [I in keyof P]: Local }) => Code,
): WasmFunction => {
  const locals: ValueType[] = [];
  const newLocal = (type: ValueType): Local => localAt(parameters.length + locals.push(type) - 1);
  const given = parameters.map((_, index) => localAt(index)) as { [I in keyof P]: Local };
  return { name, parameters, results, locals, body: build(newLocal, ...given) };
};

/** The bytes of nested code, in order. Iterative: generated code may nest deeply. */
const flatten = (code: Code): readonly number[] => {
  const bytes: number[] = [];
  const outer: Code[] = [];
  const places: number[] = [];
  let list = code;
  let next = 0;
  for (;;) {
    const item = list[next++];
    if (typeof item === "number") bytes.push(item);
    else if (item !== undefined) {
      outer.push(list);
      places.push(next);
      list = item;
      next = 0;
    } else {
      const enclosing = outer.pop();
      if (enclosing === undefined) return bytes;
      list = enclosing;
      next = places.pop() ?? 0;
    }
  }
};

/** Items preceded by their number. */
const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** Contents preceded by their length in bytes. */
const sized = (contents: Code): Code => {
  const bytes = flatten(contents);
  return [unsigned(bytes.length), bytes];
};

const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];

/** A name: its length, then its characters (ASCII). */
const text = (name: string): Code => vector(Array.from(name, (character) => [character.charCodeAt(0)]));

/** A function of another module, or of JavaScript: `env` has it under its name. */
export type WasmImport = Pick<WasmFunction, "name" | "parameters" | "results">;

/** A module that imports its memory as `env.memory` and exports every function by its name; imports are numbered first. */
export const encodeModule = (
  functions: readonly WasmFunction[],
  imports: readonly WasmImport[] = [],
): Uint8Array<ArrayBuffer> => {
  const types = [...imports, ...functions].map((f) => [
    0x60,
    vector(f.parameters.map((t) => [t])),
    vector(f.results.map((t) => [t])),
  ]);
  const memory = [text("env"), text("memory"), 0x02, 0x00, unsigned(1)];
  const imported = imports.map((f, index) => [text("env"), text(f.name), 0x00, unsigned(index)]);
  const numbers = functions.map((_, index) => unsigned(imports.length + index));
  const exported = functions.map((f, index) => [text(f.name), 0x00, numbers[index] as Code]);
  const bodies = functions.map((f) => sized([vector(f.locals.map((t) => [1, t])), f.body, END]));
  return Uint8Array.from(
    flatten([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, types),
      section(2, [memory, ...imported]),
      section(3, numbers),
      section(7, exported),
      section(10, bodies),
    ]),
  );
};

/** The part of the WebAssembly interface used here; the compiler's library of types has none without a DOM. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface WasmInterface {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
}

export interface WasmProgram {
  /** Each function of the module, under its name. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly memory: WasmMemory;
}

export const wasmEngine = (): WasmInterface | undefined =>
  (globalThis as { readonly WebAssembly?: WasmInterface }).WebAssembly;

/** The functions compiled beside a fresh memory of one page, or null where this engine cannot or may not. */
export const instantiate = (functions: readonly WasmFunction[]): WasmProgram | null => {
  const engine = wasmEngine();
  if (engine === undefined) return null;
  try {
    const bytes = encodeModule(functions);
    if (!engine.validate(bytes)) return null;
    const memory = new engine.Memory({ initial: 1 });
    const instance = new engine.Instance(new engine.Module(bytes), { env: { memory } });
    return { exports: instance.exports as Readonly<Record<string, unknown>>, memory };
  } catch {
    // A content security policy, or a limit of the host: the caller has another way.
    return null;
  }
};
