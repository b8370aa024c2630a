/** Every misuse in the table gets its typed error, with the remedy, and leaves everything as it was. */
import * as cotangent from "cotangent";
import * as debug from "cotangent/debug";
import * as fft from "cotangent/fft";
import * as fp from "cotangent/fp";
import * as lax from "cotangent/lax";
import * as linalg from "cotangent/linalg";
import * as nn from "cotangent/nn";
import * as optim from "cotangent/optim";
import * as random from "cotangent/random";
import * as special from "cotangent/special";
import * as tape from "cotangent/tape";
import * as testing from "cotangent/testing";
import { describe, expect, it } from "vitest";
import { expectMisuse } from "./harness.js";
import { arrayRows } from "./rows/arrays.js";
import { controlRows } from "./rows/control.js";
import { debugRows } from "./rows/debug.js";
import { fftRows } from "./rows/fft.js";
import { fpRows } from "./rows/fp.js";
import { laxRows } from "./rows/lax.js";
import { linalgRows } from "./rows/linalg.js";
import { nnRows } from "./rows/nn.js";
import { numpyRows } from "./rows/numpy.js";
import { optimRows } from "./rows/optim.js";
import { randomRows } from "./rows/random.js";
import { shapeRows } from "./rows/shapes.js";
import { specialRows } from "./rows/special.js";
import { tapeRows } from "./rows/tape.js";
import { testingRows } from "./rows/testing.js";
import { tracedRows } from "./rows/traced.js";
import { transformRows } from "./rows/transforms.js";
import { treeRows } from "./rows/trees.js";

const rows = [
  ...transformRows,
  ...tracedRows,
  ...treeRows,
  ...laxRows,
  ...controlRows,
  ...numpyRows,
  ...arrayRows,
  ...shapeRows,
  ...optimRows,
  ...linalgRows,
  ...randomRows,
  ...specialRows,
  ...nnRows,
  ...tapeRows,
  ...fftRows,
  ...debugRows,
  ...fpRows,
  ...testingRows,
];
const names = [...new Set(rows.map((row) => row.of))];

describe.each(names)("%s", (name) => {
  it.each(rows.filter((row) => row.of === name))("$misuse", expectMisuse);
});

describe("the table", () => {
  const isClass = (name: string): boolean => /^[A-Z]/.test(name);
  const functionsOf = (room: object, prefix: string): readonly string[] =>
    Object.entries(room)
      .filter(([name, value]) => typeof value === "function" && !isClass(name))
      .map(([name]) => prefix + name);

  // functions of np, by their names there
  const ofNumpy = ["nn.oneHot", "nn.logsumexp"];

  it("has a row for every function that the package exports", () => {
    const exported = [
      ...functionsOf(cotangent, ""),
      ...functionsOf(cotangent.np, "np."),
      ...functionsOf(lax, "lax."),
      ...functionsOf(random, "random."),
      ...functionsOf(special, "special."),
      ...functionsOf(cotangent.tree, "tree."),
      ...functionsOf(optim, "optim."),
      ...functionsOf(linalg, "linalg."),
      ...functionsOf(tape, "tape."),
      ...functionsOf(fft, "fft."),
      ...functionsOf(debug, "debug."),
      ...functionsOf(fp, "fp."),
      ...functionsOf(testing, "testing."),
      ...functionsOf(nn, "nn.").filter((name) => !ofNumpy.includes(name)),
    ];
    expect(exported.length).toBeGreaterThan(250);
    expect(exported.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("has no row for a function that is not there", () => {
    const rooms: Readonly<Record<string, object>> = {
      np: cotangent.np,
      lax,
      random,
      special,
      tree: cotangent.tree,
      optim,
      linalg,
      tape,
      fft,
      nn,
      debug,
      fp,
      testing,
      GradientTape: tape.GradientTape.prototype,
      Variable: tape.Variable.prototype,
      Tensor: cotangent.Tensor.prototype,
    };
    const missing = names.filter((name) => {
      const [room, member] = name.split(".") as [string, string | undefined];
      return member === undefined ? !(name in cotangent) : !(member in (rooms[room] ?? {}));
    });
    expect(missing).toEqual([]);
  });

  it("meets every error class", () => {
    const classes = Object.entries(cotangent).filter(([name]) => name.endsWith("Error"));
    const unmet = classes.filter(([, value]) => !rows.some((row) => row.error === value));
    expect(unmet.map(([name]) => name)).toEqual(["CotangentError"]); // their common class
  });

  it("has no row twice", () => {
    const ids = rows.map((row) => `${row.of}: ${row.misuse}`);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });
});
