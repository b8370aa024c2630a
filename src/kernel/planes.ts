/**
 * Copies by planes: the last axis of the result and, of the others, the one along which the operand runs fastest. Square
 * tiles of a plane keep both sides in cache where axes are exchanged.
 */
import { forEachIndex } from "./layout.js";
import { copyLine, type PlaneCopy, SHORT, type Words } from "./move.js";

const TILE = 32;

/** dst[d + i d1 + j d0] = src[s + i s1 + j s0] for i < n1, j < n0. */
const copyPlane = (
  dst: Words,
  d: number,
  d1: number,
  d0: number,
  src: Words,
  s: number,
  s1: number,
  s0: number,
  n1: number,
  n0: number,
): void => {
  if (d0 === 1 && s0 === 0 && n0 >= SHORT) {
    for (let i = 0; i < n1; i++, d += d1, s += s1) dst.fill(src[s] as number, d, d + n0);
    return;
  }
  if (n1 < TILE || n0 < TILE || Math.abs(s1) >= Math.abs(s0)) {
    for (let i = 0; i < n1; i++, d += d1, s += s1) copyLine(dst, d, d0, src, s, s0, n0);
    return;
  }
  for (let i = 0; i < n1; i += TILE) {
    const iEnd = Math.min(i + TILE, n1);
    for (let j = 0; j < n0; j += TILE) {
      const count = Math.min(TILE, n0 - j);
      for (let k = i; k < iEnd; k++)
        copyLine(dst, d + k * d1 + j * d0, d0, src, s + k * s1 + j * s0, s0, count);
    }
  }
};

export const copyPlanes: PlaneCopy = (to, from, { sizes, steps: [toSteps, fromSteps], starts }) => {
  const last = sizes.length - 1;
  if (last < 1) return false;
  let fastest = last - 1;
  for (let axis = last - 2; axis >= 0; axis--) {
    if (Math.abs(fromSteps[axis] as number) < Math.abs(fromSteps[fastest] as number)) fastest = axis;
  }
  const n0 = sizes.pop() as number;
  const d0 = toSteps.pop() as number;
  const s0 = fromSteps.pop() as number;
  const [n1, d1, s1] = [sizes, toSteps, fromSteps].map((list) => list.splice(fastest, 1)[0]) as [
    number,
    number,
    number,
  ];
  forEachIndex(sizes, [toSteps, fromSteps], starts, (at) =>
    copyPlane(to, at[0] as number, d1, d0, from, at[1] as number, s1, s0, n1, n0),
  );
  return true;
};
