/** Which buffers steps touch. */
import type { Buffer, BufferId, Plan, Step } from "./plan.js";

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

/** How many steps of a plan touch each buffer, by itself or by a part of it, wherever they stand. */
export const usesOf = ({ buffers, steps }: Plan): ReadonlyMap<BufferId, number> => {
  const uses = new Map<BufferId, number>();
  const use = (id: BufferId): void => {
    uses.set(id, (uses.get(id) ?? 0) + 1);
    const { place } = buffers[id] as Buffer;
    if (place.kind === "window") use(place.of);
  };
  const walk = (list: readonly Step[]): void => {
    for (const step of list) {
      new Set(touched(step)).forEach(use);
      if (step.kind === "repeat") [step.test, step.body].forEach(walk);
      else if (step.kind === "choose") step.branches.forEach(walk);
    }
  };
  walk(steps);
  return uses;
};
