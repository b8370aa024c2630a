/**
 * What the memory allocator is told once. Results are fresh arrays, collected some thirty megabytes at a time; GNU's
 * allocator then gives their pages back to the system, and the next results take them again one by one, at a cost that
 * exceeds the work of a small program. Once it has seen a large block go, it keeps up to twice as much for what comes
 * next. Others lose nothing by a block that is never touched.
 */

/** Bytes of the block: what is kept, twice as much, is two lots of garbage; of blocks beyond 32 MiB nothing is learned. */
const BLOCK = 31457280;

/** What the allocator keeps, in bytes; undefined before it has been told. */
let kept: number | undefined;

/** Makes a large block, once, and lets go of it. Gives the bytes that may be kept: 0 where there is no room for a block. */
export const prepareAllocator = (): number => {
  if (kept !== undefined) return kept;
  try {
    kept = 2 * new ArrayBuffer(BLOCK).byteLength;
  } catch {
    kept = 0;
  }
  return kept;
};
