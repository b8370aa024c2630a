/**
 * Places in the arena: buffers that are never alive at the same time share bytes, and a loop's result takes those of an
 * operand that the loop reads last.
 */
import { itemSize } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import type { PlacelessBuffer } from "./builder.js";
import { finishing } from "./finishing.js";
import type { Access, Buffer, BufferId, LoopStep, Place, Step } from "./plan.js";

/** The steps during which a buffer holds something. */
interface Life {
  first: number;
  last: number;
}

/** Buffers that a step touches itself, not within it. */
export const touched = (step: Step): readonly BufferId[] => {
  switch (step.kind) {
    case "loop":
      return [...step.loads, ...step.stores.map((s) => s.access), ...step.folds.map((f) => f.access)].map(
        (access) => access.buffer,
      );
    case "contract":
      return [step.left.buffer, step.right.buffer, step.out];
    case "convolve":
      return [step.image.buffer, step.window.buffer, step.out];
    case "opaque":
      return [...step.ins.map((x) => x.buffer), ...step.outs];
    case "copy":
      return [step.from, step.to];
    case "repeat":
      return step.condition === null ? [] : [step.condition];
    default:
      return [step.index];
  }
};

interface Times {
  readonly lives: readonly Life[];
  /** Loops by the time at which they run. */
  readonly loops: ReadonlyMap<number, LoopStep>;
}

const timesOf = (buffers: readonly PlacelessBuffer[], steps: readonly Step[]): Times => {
  const lives = buffers.map((): Life => ({ first: Infinity, last: -1 }));
  const nests = new Map<number, LoopStep>();
  let now = 0;
  /** For each loop around, the buffers of which it fills or reads a part in every round. */
  const loops: Set<BufferId>[] = [];
  const touch = (id: BufferId): void => {
    const { place } = buffers[id] as PlacelessBuffer;
    if (place.kind === "window") {
      for (const parts of loops) parts.add(place.of);
      touch(place.of);
    }
    const life = lives[id] as Life;
    life.first = Math.min(life.first, now);
    life.last = Math.max(life.last, now);
  };
  const walk = (list: readonly Step[]): void => {
    for (const [i, step] of list.entries()) {
      // a product and the loop that finishes it are one: what the loop makes is there before the product is done
      if (finishing(list[i - 1], step) === null) now++;
      if (step.kind === "loop") nests.set(now, step);
      if (step.kind === "repeat") {
        const start = now;
        const parts = new Set<BufferId>();
        loops.push(parts);
        walk(step.test);
        now++;
        touched(step).forEach(touch);
        walk(step.body);
        now++;
        loops.pop();
        // what was there before the loop is read again in every round, and what it fills part by part is there in all
        for (const life of lives) if (life.first < start && life.last >= start) life.last = now;
        for (const id of parts) {
          const life = lives[id] as Life;
          life.first = Math.min(life.first, start);
          life.last = Math.max(life.last, now);
        }
      } else if (step.kind === "choose") {
        touched(step).forEach(touch);
        step.branches.forEach(walk);
        now++;
      } else touched(step).forEach(touch);
    }
  };
  walk(steps);
  return { lives, loops: nests };
};

/** Whether an access meets no element twice: along each axis it steps over all that the axes of shorter steps reach. */
const isOneToOne = (shape: readonly number[], { strides }: Access): boolean => {
  let reach = 0;
  return shape
    .map((size, axis) => ({ size, step: Math.abs(strides[axis] as number) }))
    .filter(({ size }) => size > 1)
    .sort((a, b) => a.step - b.step)
    .every(({ size, step }) => {
      const isApart = step > reach;
      reach += step * (size - 1);
      return isApart;
    });
};

/** Whether two accesses meet elements of one index at every turn. */
const isInStep = (shape: readonly number[], a: Access, b: Access): boolean =>
  a.offset === b.offset && shape.every((size, axis) => size === 1 || a.strides[axis] === b.strides[axis]);

/** Turns of a loop, and elements of a row of it, beside which what is left over of rows takes no time. */
const MANY = 4096;
const LONG = 64;

/**
 * Whether rows of elements side by side are whole vectors, of four elements or of eight, or shorter than one. Of others
 * the last vector is moved back over its neighbour; where it would read what that has written, the rest of the rows is
 * a kernel of its own instead, which only large loops are worth.
 */
const isWhole = (shape: readonly number[], { strides }: Access): boolean => {
  const along = strides.findIndex((stride, axis) => Math.abs(stride) === 1 && shape[axis] !== 1);
  // along the last axis where none has its elements side by side
  const n = shape.at(along) ?? 1;
  return n < 4 || n % (n < 32 ? 4 : 8) === 0 || (n >= LONG && sizeOf(shape) >= MANY);
};

/**
 * Whether a loop may write a new buffer over one that it reads, and gains by it: if it reads each element only at the turn
 * at which it writes over it. Emitters load all that a turn, or a vector of turns, reads before they store what it makes.
 * Folds are left alone: they look ahead of what they store.
 */
const writesOver = ({ shape, folded, loads, stores }: LoopStep, made: BufferId, read: BufferId): boolean => {
  const [to, another] = stores.flatMap(({ access }) => (access.buffer === made ? [access] : []));
  const from = loads.filter(({ buffer }) => buffer === read);
  return (
    !folded &&
    to !== undefined &&
    another === undefined &&
    from.length > 0 &&
    from.every((access) => isInStep(shape, access, to)) &&
    !stores.some(({ access }) => access.buffer === read) &&
    !loads.some(({ buffer }) => buffer === made) &&
    isOneToOne(shape, to) &&
    isWhole(shape, to)
  );
};

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

const bytesOf = ({ dtype, size }: PlacelessBuffer): number => size * itemSize(dtype);

/** Where buffers of several elements lie. */
interface Layout {
  readonly offsets: Map<BufferId, number>;
  readonly arena: number;
}

/** A piece of the arena: until when it is occupied, and by what. */
interface Piece {
  readonly offset: number;
  readonly end: number;
  readonly last: number;
  readonly holder: BufferId;
}

/**
 * The buffers, in the order in which they begin, each at the lowest offset that is free throughout its life; with
 * `overwriting` in the place of an operand instead, where the loop that makes it may write over one that ends there.
 */
const laidOut = (
  buffers: readonly PlacelessBuffer[],
  ids: readonly BufferId[],
  { lives, loops }: Times,
  overwriting: boolean,
): Layout => {
  const fits = (x: BufferId, y: BufferId): boolean => {
    const [a, b] = [buffers[x], buffers[y]] as [PlacelessBuffer, PlacelessBuffer];
    return a.size === b.size && itemSize(a.dtype) === itemSize(b.dtype);
  };
  const offsets = new Map<BufferId, number>();
  /** By offset. */
  let taken: Piece[] = [];
  let arena = 0;
  for (const id of ids) {
    const buffer = buffers[id] as PlacelessBuffer;
    const { first, last: end } = lives[id] as Life;
    const last = buffer.place.kind === "output" ? Infinity : end;
    taken = taken.filter((piece) => piece.last >= first);
    const loop = overwriting ? loops.get(first) : undefined;
    // a piece that one result has taken over is held by that result: no other finds the operand there
    const over = taken.findIndex(
      ({ last: ends, holder }) =>
        ends === first && loop !== undefined && fits(id, holder) && writesOver(loop, id, holder),
    );
    if (over >= 0) {
      const piece = taken[over] as Piece;
      taken[over] = { ...piece, last, holder: id };
      offsets.set(id, piece.offset);
      continue;
    }
    const bytes = aligned(bytesOf(buffer));
    let offset = 0;
    let at = 0;
    for (; at < taken.length; at++) {
      const piece = taken[at] as Piece;
      if (offset + bytes <= piece.offset) break;
      offset = Math.max(offset, piece.end);
    }
    taken.splice(at, 0, { offset, end: offset + bytes, last, holder: id });
    offsets.set(id, offset);
    arena = Math.max(arena, offset + bytes);
  }
  return { offsets, arena };
};

export interface Arranged {
  readonly buffers: readonly Buffer[];
  /** Bytes in all. */
  readonly arena: number;
}

/** Places for every scratch and output buffer: results lie where operands end, unless that leaves gaps that cost more. */
export const arranged = (buffers: readonly PlacelessBuffer[], steps: readonly Step[]): Arranged => {
  const times = timesOf(buffers, steps);
  const { lives } = times;
  const ids = [...buffers.keys()].filter((id) => {
    const { place } = buffers[id] as PlacelessBuffer;
    return place.kind === "output" || (place.kind === "scratch" && (lives[id] as Life).last >= 0);
  });
  const start = (id: BufferId): number => Math.min((lives[id] as Life).first, Number.MAX_SAFE_INTEGER);
  ids.sort((a, b) => start(a) - start(b));
  const isNumber = (id: BufferId): boolean => (buffers[id] as PlacelessBuffer).size <= 1;
  const several = ids.filter((id) => !isNumber(id));
  const [over, apart] = [true, false].map((overwriting) => laidOut(buffers, several, times, overwriting)) as [
    Layout,
    Layout,
  ];
  const { offsets, arena: occupied } = over.arena <= apart.arena ? over : apart;
  let arena = occupied;
  // single numbers do not share: there may be very many, and they come behind all others
  for (const id of ids) {
    if (!isNumber(id)) continue;
    offsets.set(id, arena);
    arena += 16;
  }
  // what no step touches lies at 0; every place is within the arena all the same
  buffers.forEach((buffer, id) => {
    if (buffer.place.kind === "scratch" && !offsets.has(id))
      arena = Math.max(arena, aligned(bytesOf(buffer)));
  });
  const placed = buffers.map(({ dtype, size, place }, id): Buffer => {
    const offset = offsets.get(id) ?? 0;
    const settled: Place = place.kind === "scratch" || place.kind === "output" ? { ...place, offset } : place;
    return { dtype, size, place: settled };
  });
  return { buffers: placed, arena };
};
