/**
 * Places in the arena: buffers that are never alive at the same time share bytes, and a loop's result takes those of an
 * operand that the loop reads last.
 */
import { itemSize } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import type { PlacelessBuffer } from "./builder.js";
import { finishing } from "./finishing.js";
import type { Access, Buffer, BufferId, LoopStep, Place, Step } from "./plan.js";
import { touched } from "./touched.js";

/** The steps during which a buffer holds something. */
interface Life {
  first: number;
  last: number;
}

type Loops = ReadonlyMap<number, LoopStep>;

interface Times {
  readonly lives: readonly Life[];
  /** Loops without folds by the time at which they run. */
  readonly loops: Loops;
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
      if (step.kind === "loop" && !step.folded) nests.set(now, step);
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
    .map((size, axis) => ({ last: size - 1, step: Math.abs(strides[axis] as number) }))
    .sort((a, b) => a.step - b.step)
    .every(({ last, step }) => {
      const isApart = last === 0 || step > reach;
      reach += step * last;
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
  const n = shape.at(along) ?? 0;
  return n < 4 || n % (n < 32 ? 4 : 8) === 0 || (n >= LONG && sizeOf(shape) >= MANY);
};

/**
 * Whether a loop may write a new buffer over one that it reads, and gains by it: if it reads each element only at the turn
 * at which it writes over it. Emitters load all that a turn, or a vector of turns, reads before they store what it makes;
 * where they fold they look ahead.
 */
const writesOver = ({ shape, loads, stores }: LoopStep, made: BufferId, read: BufferId): boolean => {
  const [to, another] = stores.flatMap(({ access }) =>
    access.buffer === made || access.buffer === read ? [access] : [],
  );
  return (
    to !== undefined &&
    another === undefined &&
    // what ends there may also be an operand of the product that the loop finishes
    loads.some(({ buffer }) => buffer === read) &&
    loads.every((access) => access.buffer !== read || isInStep(shape, access, to)) &&
    isOneToOne(shape, to) &&
    isWhole(shape, to)
  );
};

/** Bytes of a buffer, places being multiples of 16. */
const bytesOf = ({ dtype, size }: PlacelessBuffer): number => Math.ceil((size * itemSize(dtype)) / 16) * 16;

/** Whether elements of one index lie on the same bytes where two buffers have one place. */
const isAlike = (a: PlacelessBuffer, b: PlacelessBuffer): boolean =>
  a.size === b.size && itemSize(a.dtype) === itemSize(b.dtype);

/** Where buffers of several elements lie. */
interface Layout {
  readonly offsets: Map<BufferId, number>;
  readonly arena: number;
}

/** A piece of the arena: until when it is occupied, and by what. */
interface Piece {
  readonly offset: number;
  readonly end: number;
  last: number;
  holder: BufferId;
}

/**
 * The buffers, in the order in which they begin, each at the lowest offset that is free throughout its life, or in the
 * place of an operand, where the loop that makes it is one of those given and may write over one that ends there.
 */
const laidOut = (
  buffers: readonly PlacelessBuffer[],
  ids: readonly BufferId[],
  lives: readonly Life[],
  loops: Loops,
): Layout => {
  const offsets = new Map<BufferId, number>();
  /** By offset. */
  let taken: Piece[] = [];
  let arena = 0;
  for (const id of ids) {
    const buffer = buffers[id] as PlacelessBuffer;
    if (buffer.size <= 1) continue;
    const { first, last: end } = lives[id] as Life;
    const last = buffer.place.kind === "output" ? Infinity : end;
    taken = taken.filter((piece) => piece.last >= first);
    const bytes = bytesOf(buffer);
    const loop = loops.get(first);
    // a piece that one result has taken over is held by that result: no other finds the operand there
    const over = taken.find(
      ({ last: ends, holder }) =>
        ends === first &&
        loop !== undefined &&
        isAlike(buffers[holder] as PlacelessBuffer, buffer) &&
        writesOver(loop, id, holder),
    );
    if (over !== undefined) {
      over.last = last;
      over.holder = id;
      offsets.set(id, over.offset);
      continue;
    }
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
  const { lives, loops } = timesOf(buffers, steps);
  const ids = [...buffers.keys()].filter((id) => {
    const { place } = buffers[id] as PlacelessBuffer;
    return place.kind === "output" || (place.kind === "scratch" && (lives[id] as Life).last >= 0);
  });
  const start = (id: BufferId): number => Math.min((lives[id] as Life).first, Number.MAX_SAFE_INTEGER);
  ids.sort((a, b) => start(a) - start(b));
  const over = laidOut(buffers, ids, lives, loops);
  const apart = laidOut(buffers, ids, lives, new Map());
  const { offsets, arena: occupied } = over.arena <= apart.arena ? over : apart;
  let arena = occupied;
  // single numbers do not share: there may be very many, and they come behind all others
  for (const id of ids) {
    if ((buffers[id] as PlacelessBuffer).size > 1) continue;
    offsets.set(id, arena);
    arena += 16;
  }
  // what no step touches lies at 0; every place is within the arena all the same
  buffers.forEach((buffer, id) => {
    if (buffer.place.kind === "scratch" && !offsets.has(id)) arena = Math.max(arena, bytesOf(buffer));
  });
  const placed = buffers.map(({ dtype, size, place }, id): Buffer => {
    const offset = offsets.get(id) ?? 0;
    const settled: Place = place.kind === "scratch" || place.kind === "output" ? { ...place, offset } : place;
    return { dtype, size, place: settled };
  });
  return { buffers: placed, arena };
};
