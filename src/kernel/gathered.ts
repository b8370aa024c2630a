/**
 * The register tile over rows that lie anywhere: element p of a row stands at the row's offset plus an offset of p, which all
 * rows share. What a convolution multiplies is thus read where it lies in the image. Roundings are those of tile.ts.
 */
import { type FloatArray, WORKSPACE } from "./blocked.js";
import { doubleLanes, type Lanes, ROWS, singleLanes, tiles, VECTORS } from "./tile.js";
import {
  advance,
  type Code,
  defineFunction,
  encodeModule,
  I32,
  i32,
  type Load,
  type Local,
  repeatInTurns,
  repeatWhile,
  unsigned,
  V128,
  v128,
  type WasmFunction,
  wasmEngine,
  when,
} from "./wasm.js";

/**
 * c = A B for `count` rows of A, a multiple of the tile's, and one panel of B; added to c where `add` is not 0. `offsets` are
 * those of the rows, `steps` those of the k elements from where `a` is: addresses of lists of bytes, as all are.
 */
export type GatheredSweep = (
  a: number,
  offsets: number,
  steps: number,
  b: number,
  c: number,
  count: number,
  k: number,
  stride: number,
  add: number,
) => void;

const VECTOR = 16;
const WORD = 4;
/** Steps in one turn of the loop. */
const TURNS = 4;
const loadWord: Load = (address, offset = 0) => [address, 0x28, 2, unsigned(offset)];

const gatheredFunction = (lanes: Lanes): WasmFunction =>
  defineFunction(
    lanes.name,
    [I32, I32, I32, I32, I32, I32, I32, I32, I32],
    [],
    (newLocal, a, offsets, steps, b, c, count, k, stride, add) => {
      const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => newLocal(V128)));
      const right = Array.from({ length: VECTORS }, () => newLocal(V128));
      const rows = Array.from({ length: ROWS }, () => newLocal(I32));
      const left = newLocal(V128);
      const [step, offset, end, panel, row] = Array.from({ length: 5 }, () => newLocal(I32)) as [
        Local,
        Local,
        Local,
        Local,
        Local,
      ];
      const each = (f: (sum: Local, vector: number) => Code): Code =>
        sums.map((line) => [line.map((sum, vector) => f(sum, vector * VECTOR)), advance(row, stride.get)]);
      return [
        end.set(i32.add(steps.get, i32.mul(k.get, i32.const(WORD)))),
        repeatWhile(
          [
            rows.map((pointer, i) => pointer.set(i32.add(a.get, loadWord(offsets.get, WORD * i)))),
            sums.flat().map((sum) => sum.set(lanes.minusZero)),
            step.set(steps.get),
            panel.set(b.get),
            repeatInTurns(
              TURNS,
              (turn) => [
                offset.set(loadWord(step.get, WORD * turn)),
                right.map((vector, j) => vector.set(v128.load(panel.get, (turn * VECTORS + j) * VECTOR))),
                sums.map((line, i) => [
                  left.set(lanes.splat(i32.add((rows[i] as Local).get, offset.get))),
                  line.map((sum, j) =>
                    sum.set(lanes.add(sum.get, lanes.mul(left.get, (right[j] as Local).get))),
                  ),
                ]),
              ],
              (turn) => i32.equal(i32.add(step.get, i32.const(WORD * (turn + 1))), end.get),
              [advance(panel, i32.const(TURNS * VECTORS * VECTOR)), advance(step, i32.const(TURNS * WORD))],
              i32.ne(step.get, end.get),
            ),
            when(add.get, [
              row.set(c.get),
              each((sum, at) => sum.set(lanes.add(v128.load(row.get, at), sum.get))),
            ]),
            row.set(c.get),
            each((sum, at) => v128.store(row.get, sum.get, at)),
            c.set(row.get),
            advance(offsets, i32.const(WORD * ROWS)),
            count.set(i32.sub(count.get, i32.const(ROWS))),
          ],
          count.get,
        ),
      ];
    },
  );

/** The sweeps of both widths, in the memory of the tiles: assembled when first needed, null where there are no tiles. */
interface Gathered {
  readonly float64: GatheredSweep;
  readonly float32: GatheredSweep;
}
let shared: Gathered | null | undefined;

const assembled = (): Gathered | null => {
  const set = tiles();
  const engine = wasmEngine();
  if (set === null || engine === undefined) return null;
  const functions = [doubleLanes(), singleLanes()].map(gatheredFunction);
  const module = new engine.Module(encodeModule(functions));
  const { memory } = set.program;
  const exports = new engine.Instance(module, { env: { memory } }).exports as Readonly<
    Record<string, GatheredSweep>
  >;
  return { float64: exports.F64 as GatheredSweep, float32: exports.F32 as GatheredSweep };
};

/** The sweep for arrays of this kind. */
export const gatheredSweep = (kind: FloatArray): GatheredSweep | null => {
  if (shared === undefined) shared = assembled();
  return shared && (kind instanceof Float64Array ? shared.float64 : shared.float32);
};

/** Bytes of the workspace that a copy of the image may take. */
export const MOST_BYTES: number = WORKSPACE >> 1;
