/**
 * Which emitter a plan is for. Numbers and short loops run best as JavaScript, where calls cost nothing and engines
 * optimise loops while they run; long loops and products as vectors, once they outweigh copying to and fro.
 */
import { fillOf } from "./fills.js";
import type { Plan, Step } from "./plan.js";

/** Loops of fewer turns than this gain nothing from vectors. */
const shortest = 8;
/**
 * What an element costs that is only filled, in scalar operations: vectors copy it out of their memory, where
 * JavaScript has it in the result at once, and mostly for nothing.
 */
const filling = 3;
/** Scalar operations in long loops that are worth a copy into memory and back: some microseconds. */
const worthwhile = 8000;

const product = (sizes: readonly number[]): number => sizes.reduce((n, m) => n * m, 1);

/** Operations that vectors would do, in one run of the steps. */
const vectorWork = (steps: readonly Step[]): number => {
  let work = 0;
  for (const step of steps) {
    switch (step.kind) {
      case "loop": {
        const turns = product(step.shape);
        if (fillOf(step) !== null) work -= turns * filling;
        else if (turns >= shortest) work += turns * (step.body.nodes.length + step.loads.length);
        break;
      }
      case "contract":
        work += step.batch * step.m * step.k * step.n;
        break;
      case "convolve": {
        const { groups, rows, depth, columns } = step.form;
        work += groups * product(rows) * product(depth) * columns;
        break;
      }
      case "repeat": {
        const once = vectorWork(step.test) + vectorWork(step.body);
        work += once * Math.min(step.length, 100);
        break;
      }
      case "choose":
        work += Math.max(0, ...step.branches.map(vectorWork));
        break;
      default:
    }
  }
  return work;
};

export const prefersVectors = (plan: Plan): boolean => vectorWork(plan.steps) >= worthwhile;
