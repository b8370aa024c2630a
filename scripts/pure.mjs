// Marks the initialisers of a module's constants as free of side effects, so that bundlers leave out those that a
// program does not use. True of every module here, as nothing runs on import (test/house.test.ts); esbuild and terser
// need the mark at each call, and repeated through the sources it would be noise.

/** The text of a compiled module (JavaScript, one statement of the top level a line start) with marks added. */
export const markPure = (code) =>
  code.replace(/^((?:export )?(?:const|let|var) \w+ = )(?=(?:new )?[\w.]+\()/gm, "$1/* @__PURE__ */ ");
