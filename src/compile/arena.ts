/** Places in the arena: buffers that are never alive at the same time share bytes. */
import { itemSize } from "../tensor/dtype.js";
import type { PlacelessBuffer } from "./builder.js";
import { finishing } from "./finishing.js";
import type { Buffer, BufferId, Place, Step } from "./plan.js";

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

const livesOf = (buffers: readonly PlacelessBuffer[], steps: readonly Step[]): readonly Life[] => {
  const lives = buffers.map((): Life => ({ first: Infinity, last: -1 }));
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
  return lives;
};

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

export interface Arranged {
  readonly buffers: readonly Buffer[];
  /** Bytes in all. */
  readonly arena: number;
}

/** Every scratch and output buffer at the lowest offset that is free throughout its life. */
export const arranged = (buffers: readonly PlacelessBuffer[], steps: readonly Step[]): Arranged => {
  const lives = livesOf(buffers, steps);
  const ids = [...buffers.keys()].filter((id) => {
    const { place } = buffers[id] as PlacelessBuffer;
    return place.kind === "output" || (place.kind === "scratch" && (lives[id] as Life).last >= 0);
  });
  const start = (id: BufferId): number => Math.min((lives[id] as Life).first, Number.MAX_SAFE_INTEGER);
  ids.sort((a, b) => start(a) - start(b));
  const offsets = new Map<BufferId, number>();
  /** Occupied pieces by offset, each until a time. */
  let taken: { readonly offset: number; readonly end: number; readonly last: number }[] = [];
  let arena = 0;
  for (const id of ids) {
    const { dtype, size, place } = buffers[id] as PlacelessBuffer;
    const bytes = aligned(size * itemSize(dtype));
    if (size <= 1) continue;
    taken = taken.filter((piece) => piece.last >= start(id));
    let offset = 0;
    let at = 0;
    for (; at < taken.length; at++) {
      const piece = taken[at] as (typeof taken)[number];
      if (offset + bytes <= piece.offset) break;
      offset = Math.max(offset, piece.end);
    }
    const last = place.kind === "output" ? Infinity : (lives[id] as Life).last;
    taken.splice(at, 0, { offset, end: offset + bytes, last });
    offsets.set(id, offset);
    arena = Math.max(arena, offset + bytes);
  }
  // single numbers do not share: there may be very many, and they come behind all others
  for (const id of ids) {
    if ((buffers[id] as PlacelessBuffer).size > 1) continue;
    offsets.set(id, arena);
    arena += 16;
  }
  // what no step touches lies at 0; every place is within the arena all the same
  buffers.forEach(({ dtype, size, place }, id) => {
    if (place.kind === "scratch" && !offsets.has(id))
      arena = Math.max(arena, aligned(size * itemSize(dtype)));
  });
  const placed = buffers.map(({ dtype, size, place }, id): Buffer => {
    const offset = offsets.get(id) ?? 0;
    const settled: Place = place.kind === "scratch" || place.kind === "output" ? { ...place, offset } : place;
    return { dtype, size, place: settled };
  });
  return { buffers: placed, arena };
};
