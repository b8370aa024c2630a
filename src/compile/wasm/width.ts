/** How many elements a kernel takes together. */
import { argsOf, type ScalarProgram } from "../../expr/program.js";

/** Intermediate values that eight elements leave room for: constants are read from memory as they are needed. */
const FEW = 8;

/** Operations of a chain for each that waits for it: one that takes long counts as so many. */
const SLOW = 4;

/**
 * 8 for bodies that are chains, whose operations wait for each other and leave the processor idle in between, and for
 * those with few values at a time; 4 for those that have much to do at once, for which there are too few registers.
 */
export const elementsTogether = ({ nodes, outputs }: ScalarProgram): 4 | 8 => {
  const lastUse = new Int32Array(nodes.length).fill(-1);
  const depth = new Int32Array(nodes.length);
  let operations = 0;
  nodes.forEach((node, id) => {
    for (const arg of argsOf(node)) {
      lastUse[arg] = id;
      depth[id] = Math.max(depth[id] as number, depth[arg] as number);
    }
    if (node.kind === "constant" || node.kind === "input") return;
    const isSlow = node.kind === "apply" && (node.op === "div" || node.op === "sqrt");
    depth[id] = (depth[id] as number) + (isSlow ? SLOW : 1);
    operations++;
  });
  for (const id of outputs) lastUse[id] = nodes.length;
  let alive = 0;
  let most = 0;
  nodes.forEach((node, id) => {
    if (node.kind === "constant") return;
    for (const arg of new Set(argsOf(node)))
      if (lastUse[arg] === id && nodes[arg]?.kind !== "constant") alive--;
    alive++;
    most = Math.max(most, alive);
  });
  const longest = depth.reduce((x, y) => Math.max(x, y), 0);
  return most <= FEW || operations < 2 * longest ? 8 : 4;
};
