/**
 * The register tile in WebAssembly vectors: 4 rows by 2 vectors, multiplied and added with the roundings of
 * direct.ts, whose loops take over where there is no WebAssembly.
 */

import type { FloatArray, Pack, Sweep, TileSet, Tiles } from "./blocked.js";
import {
  advance,
  type Binary,
  type Code,
  defineFunction,
  f32,
  f32x4,
  f64,
  f64x2,
  I32,
  i32,
  instantiate,
  type Load,
  type Local,
  repeatWhile,
  type Store,
  select,
  V128,
  v128,
  type WasmFunction,
  type WasmProgram,
  when,
} from "./wasm.js";

/** What differs between the two widths of a float in vector code. */
export interface Lanes {
  readonly name: string;
  readonly shift: number;
  readonly bytes: number;
  readonly load: Load;
  readonly store: Store;
  readonly splat: Load;
  readonly add: Binary;
  readonly mul: Binary;
  readonly minusZero: Code;
}

const repeat = (times: number, bytes: readonly number[]): readonly number[] =>
  Array.from({ length: times }, () => bytes).flat();

/** Functions, so that a bundle without products has neither. */
export const doubleLanes = (): Lanes => ({
  name: "F64",
  shift: 3,
  bytes: 8,
  load: f64.load,
  store: f64.store,
  splat: v128.load64Splat,
  add: f64x2.add,
  mul: f64x2.mul,
  minusZero: v128.const(repeat(2, [0, 0, 0, 0, 0, 0, 0, 0x80])),
});

export const singleLanes = (): Lanes => ({
  name: "F32",
  shift: 2,
  bytes: 4,
  load: f32.load,
  store: f32.store,
  splat: v128.load32Splat,
  add: f32x4.add,
  mul: f32x4.mul,
  minusZero: v128.const(repeat(4, [0, 0, 0, 0x80])),
});

export const ROWS = 4;
export const VECTORS = 2;
const VECTOR_BYTES = 16;
const PANEL_BYTES = VECTORS * VECTOR_BYTES;

const toBytes = (lanes: Lanes, ...locals: readonly Local[]): Code =>
  locals.map((local) => local.set(i32.shl(local.get, i32.const(lanes.shift))));

/** 4 rows by 2 vectors: with the operands of one step this fills the 15 vector registers that V8 allocates. */
const sweepFunction = (lanes: Lanes): WasmFunction =>
  defineFunction(
    `sweep${lanes.name}`,
    [I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, b, c, panels, k, stride, add) => {
      const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => newLocal(V128)));
      const right = Array.from({ length: VECTORS }, () => newLocal(V128));
      const left = newLocal(V128);
      const step = newLocal(I32);
      const end = newLocal(I32);
      const row = newLocal(I32);
      const each = (f: (sum: Local, vector: number) => Code): Code =>
        sums.map((line) => [
          line.map((sum, vector) => f(sum, vector * VECTOR_BYTES)),
          advance(row, stride.get),
        ]);
      const multiplyAdd = sums.map((line, i) => [
        left.set(lanes.splat(a.get, i * lanes.bytes)),
        line.map((sum, j) => {
          const vector = right[j];
          return vector === undefined ? [] : sum.set(lanes.add(sum.get, lanes.mul(left.get, vector.get)));
        }),
      ]);
      return [
        toBytes(lanes, a, b, c, stride),
        end.set(i32.add(b.get, i32.mul(k.get, i32.const(PANEL_BYTES)))),
        repeatWhile(
          [
            sums.flat().map((sum) => sum.set(lanes.minusZero)),
            step.set(b.get),
            repeatWhile(
              [
                right.map((vector, j) => vector.set(v128.load(step.get, j * VECTOR_BYTES))),
                multiplyAdd,
                advance(a, i32.const(ROWS * lanes.bytes)),
                advance(step, i32.const(PANEL_BYTES)),
              ],
              i32.ne(step.get, end.get),
            ),
            when(add.get, [
              row.set(c.get),
              each((sum, offset) => sum.set(lanes.add(v128.load(row.get, offset), sum.get))),
            ]),
            row.set(c.get),
            each((sum, offset) => v128.store(row.get, sum.get, offset)),
            c.set(row.get),
            panels.set(i32.sub(panels.get, i32.const(1))),
          ],
          panels.get,
        ),
      ];
    },
  );

/** Lines that a last panel lacks repeat its last line: what they yield lands in columns nobody reads. */
const packFunction = (lanes: Lanes, name: string, width: number): WasmFunction =>
  defineFunction(
    `${name}${lanes.name}`,
    [I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, source, target, lines, k, lineStride, elementStride) => {
      const pointers = Array.from({ length: width }, () => newLocal(I32));
      const end = newLocal(I32);
      let previous = source.get;
      const start = pointers.map((pointer, w) => {
        const next = select(i32.const(0), lineStride.get, i32.lessThan(lines.get, i32.const(w + 1)));
        const code = pointer.set(w === 0 ? previous : i32.add(previous, next));
        previous = pointer.get;
        return code;
      });
      return [
        toBytes(lanes, source, target, lineStride, elementStride),
        end.set(i32.add(target.get, i32.mul(k.get, i32.const(width * lanes.bytes)))),
        start,
        repeatWhile(
          [
            pointers.map((pointer, w) => lanes.store(target.get, lanes.load(pointer.get), w * lanes.bytes)),
            pointers.map((pointer) => advance(pointer, elementStride.get)),
            advance(target, i32.const(width * lanes.bytes)),
          ],
          i32.ne(target.get, end.get),
        ),
      ];
    },
  );

const columnsOf = (lanes: Lanes): number => PANEL_BYTES / lanes.bytes;
const PAGE_BYTES = 65536;

const functionsFor = (lanes: Lanes): readonly WasmFunction[] => [
  sweepFunction(lanes),
  packFunction(lanes, "packRows", ROWS),
  packFunction(lanes, "packColumns", columnsOf(lanes)),
];

const tilesOf = (
  { exports, memory }: WasmProgram,
  lanes: Lanes,
  View: new (buffer: ArrayBuffer) => FloatArray,
): Tiles => {
  let view = new View(memory.buffer);
  return {
    rows: ROWS,
    columns: columnsOf(lanes),
    workspace: (elements) => {
      const missing = elements * lanes.bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      // growth, by the other width too, detaches the buffer
      if (view.buffer !== memory.buffer) view = new View(memory.buffer);
      return view;
    },
    packRows: exports[`packRows${lanes.name}`] as Pack,
    packColumns: exports[`packColumns${lanes.name}`] as Pack,
    sweep: exports[`sweep${lanes.name}`] as Sweep,
  };
};

/** The tiles in WebAssembly, or null where it (or its vectors) is missing or forbidden. */
export const vectorTiles = (): TileSet | null => {
  const [double, single] = [doubleLanes(), singleLanes()];
  const program = instantiate([...functionsFor(double), ...functionsFor(single)]);
  return (
    program && {
      program,
      float64: tilesOf(program, double, Float64Array),
      float32: tilesOf(program, single, Float32Array),
    }
  );
};

// One workspace for every product of the process, made by the first that needs it: nothing happens on import,
// and each WebAssembly memory would reserve address space of its own.
let shared: TileSet | null | undefined;

/** The tiles of this engine, if it has any. */
export const tiles = (): TileSet | null => {
  if (shared === undefined) shared = vectorTiles();
  return shared;
};
