/** Which random programs hold a loop or a choice, whose gradients are sums in another order when they are staged. */
import type { Program } from "../../src/testing/index.js";

const controlled: ReadonlySet<string> = new Set(["scan", "foriLoop", "whileLoop", "map", "cond"]);

/**
 * Taken as a whole, a loop or a choice collects the cotangents of what it closes over apart from those of the
 * operations around it, and gives a zero for what a branch does not use (-0 + 0 = 0). Where its rounds are taken one by
 * one, as they are eagerly, all meet in one sum.
 */
export const hasControlFlow = ({ instructions }: Program): boolean =>
  instructions.some(({ operation }) => controlled.has(operation));
