/** Plans to be read: one line a buffer and a step. */
import { bracketed } from "../tensor/errors.js";
import type { Access, Buffer, Plan, Step } from "./plan.js";

const placeText = ({ place }: Buffer): string => {
  switch (place.kind) {
    case "input":
      return `operand ${place.index}`;
    case "constant":
      return "constant";
    case "scratch":
      return `arena ${place.offset}`;
    case "output":
      return `result ${place.index}, arena ${place.offset}`;
    default:
      return `part of b${place.of} at c${place.counter}`;
  }
};

const accessText = ({ buffer, offset, strides }: Access): string =>
  `b${buffer}[${[...(offset === 0 ? [] : [offset]), ...strides.map((s, d) => `${s} i${d}`)].join(" + ")}]`;

const lines = (steps: readonly Step[], indent: string): readonly string[] =>
  steps.flatMap((step): readonly string[] => {
    switch (step.kind) {
      case "loop": {
        const results = [
          ...step.stores.map(({ access }) => accessText(access)),
          ...step.folds.map(({ op, access }) => `${accessText(access)} by ${op}`),
        ];
        return [
          `${indent}loop ${bracketed(step.shape)}${step.folded ? " folded" : ""}: ${results.join(", ")} from ${step.loads.map(accessText).join(", ") || "nothing"}, ${step.body.nodes.length} nodes`,
        ];
      }
      case "contract":
        return [
          `${indent}contract b${step.out}[${step.batch}, ${step.m}, ${step.n}] = b${step.left.buffer} . b${step.right.buffer} over ${step.k}, ${step.dtype}`,
        ];
      case "convolve": {
        const { groups, rows, columns, depth } = step.form;
        return [
          `${indent}convolve b${step.out}[${[groups, rows.join(" x "), columns].join(", ")}] = b${step.image.buffer} under b${step.window.buffer} over ${depth.join(" x ")}, ${step.dtype}`,
        ];
      }
      case "opaque":
        return [
          `${indent}${step.primitive.name} ${step.outs.map((b) => `b${b}`).join(", ")} from ${step.ins.map((x) => `b${x.buffer}`).join(", ")}`,
        ];
      case "copy":
        return [`${indent}copy b${step.to} from b${step.from}`];
      case "repeat":
        return [
          `${indent}repeat c${step.counter}${step.length === Infinity ? "" : ` ${step.length} times`}${step.reverse ? " in reverse" : ""}`,
          ...lines(step.test, `${indent}  `),
          ...(step.condition === null ? [] : [`${indent}  until b${step.condition} is 0`]),
          ...lines(step.body, `${indent}  `),
        ];
      default:
        return [
          `${indent}choose by b${step.index}`,
          ...step.branches.flatMap((branch, i) => [`${indent}  ${i}:`, ...lines(branch, `${indent}    `)]),
        ];
    }
  });

/** The steps of a plan. */
export const stepsText = (plan: Plan): string => lines(plan.steps, "").join("\n");

/** The buffers of a plan, and the size of its arena. */
export const memoryText = (plan: Plan): string =>
  [
    ...plan.buffers.map((buffer, id) => `b${id}: ${buffer.dtype}[${buffer.size}], ${placeText(buffer)}`),
    `arena: ${plan.arena} bytes`,
  ].join("\n");
