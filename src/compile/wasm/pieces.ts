/** Loops cut into pieces of bounded size: the inner axes whole, of one axis some steps, and loops over the axes before it. */

export interface Cut {
  /** The axis of which a piece has some steps. */
  readonly axis: number;
  /** Steps of that axis in a piece; the last may have less. */
  readonly length: number;
  /** Elements of one such step. */
  readonly inner: number;
}

/** Pieces of at most so many elements, as even as may be. There is at least one axis. */
export const cutInto = (sizes: readonly number[], most: number): Cut => {
  let axis = sizes.length - 1;
  let inner = 1;
  while (axis > 0 && inner * (sizes[axis] as number) <= most) inner *= sizes[axis--] as number;
  const n = sizes[axis] as number;
  const length = Math.ceil(n / Math.ceil(n / Math.max(1, Math.floor(most / inner))));
  return { axis, length, inner };
};
