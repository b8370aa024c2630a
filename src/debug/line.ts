/** The line of the user's code that is running, read from the stack: the first that lies outside this library. */

const location = /((?:file:|https?:|\/|[A-Za-z]:[\\/])[^\s()]*:\d+:\d+)\)?$/;
const withoutScheme = (path: string): string => path.replace(/^file:\/\//, "");

/** Frames as `file:line:column`, innermost first. */
const frames = (): readonly string[] => {
  const limited = Error as { stackTraceLimit?: number };
  const saved = limited.stackTraceLimit;
  limited.stackTraceLimit = 100;
  try {
    const lines = (new Error().stack ?? "").split("\n");
    return lines.flatMap((line) => {
      const found = location.exec(line.trim())?.[1];
      return found === undefined ? [] : [withoutScheme(found)];
    });
  } finally {
    if (saved === undefined) delete limited.stackTraceLimit;
    else limited.stackTraceLimit = saved;
  }
};

/** Undefined where the engine gives no stack, or the user's code is bundled together with the library. */
export const userLine = (): string | undefined => {
  const all = frames();
  // the innermost frame is this file: the library is the folder two levels above, or the one file of a bundle
  const own = (all[0] ?? "").replace(/:\d+:\d+$/, "");
  const root = own.replace(/debug\/line\.[jt]s.*$/, "");
  return all.find((frame) => !frame.startsWith(root));
};
