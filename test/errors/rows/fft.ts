/** Misuse of Fourier transforms. */
import { ArgumentError, AxisError, DTypeError, ShapeError } from "cotangent";
import { fft, type Row, rowsOf } from "../harness.js";
import { t } from "./numpy.js";

type Name = keyof typeof fft;
const cosineLine = ["dct", "idct", "dst", "idst"] as const satisfies readonly Name[];
const cosineSeveral = ["dctn", "idctn", "dstn", "idstn"] as const satisfies readonly Name[];
const line = [
  "fft",
  "ifft",
  "rfft",
  "irfft",
  "hfft",
  "ihfft",
  ...cosineLine,
] as const satisfies readonly Name[];
// biome-ignore format: a list of names
const several = ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn", ...cosineSeveral] as const satisfies readonly Name[];
const shifts = ["fftshift", "ifftshift"] as const satisfies readonly Name[];
const frequencies = ["fftfreq", "rfftfreq"] as const satisfies readonly Name[];
const ofReal = [
  "rfft",
  "ihfft",
  "rfft2",
  "rfftn",
  ...cosineLine,
  ...cosineSeveral,
] as const satisfies readonly Name[];
const ofComplex = [
  "fft",
  "ifft",
  "irfft",
  "hfft",
  "fft2",
  "ifftn",
  "irfftn",
] as const satisfies readonly Name[];

// biome-ignore format: one row, one line
export const fftRows: readonly Row[] = [
  ...[...line, ...several, ...shifts].flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["a function", () => fft[name](Math.sin), ArgumentError, /the function sin is no tensor/, /Pass a tensor, a number/],
      ["nothing", () => fft[name](undefined), ArgumentError, /a missing value is no tensor/, /Pass a tensor, a number/],
      ["ragged arrays", () => fft[name]([[1], [2, 3]]), ShapeError, /ragged/, /same length and depth/],
    ),
  ),
  ...[...line, ...several].flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["a norm that is none", () => fft[name](t(2, 4), { norm: "unitary" }), ArgumentError, /"unitary" is no norm/, /backward, ortho and forward/],
      ["a bare option", () => fft[name](t(2, 4), 8), ArgumentError, /8 stands where options/, /in an object/],
    ),
  ),
  ...line.flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["a scalar", () => fft[name](1), AxisError, /rank 0/, /no axes/],
      ["an axis that is not there", () => fft[name](t(4), { axis: 1 }), AxisError, /axis 1 is out of range/, /use -1 to 0/],
      ["a length of nothing", () => fft[name](t(4), { n: 0 }), ArgumentError, /no transform of 0 points/, /at least one/],
      ["a length that is not whole", () => fft[name](t(4), { n: 2.5 }), ArgumentError, /no transform of 2\.5 points/, /at least one/],
      ["no elements and no length", () => fft[name](t(0)), ArgumentError, /no transform of -?\d points/, /at least one/],
      ["an option misspelt", () => fft[name](t(4), { axes: 0 }), ArgumentError, /"axes"/, /Did you mean axis/],
    ),
  ),
  ...several.flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["an axis that is not there", () => fft[name](t(2, 4), { axes: [0, 2] }), AxisError, /axis 2 is out of range/, /use -2 to 1/],
      ["an axis twice", () => fft[name](t(2, 4), { axes: [1, -1] }), AxisError, /axis -1 is named twice/, /Name each axis once/],
      ["no axes", () => fft[name](t(2, 4), { axes: [] }), ArgumentError, /no axis to transform/, /Name at least one/],
      ["a number for axes", () => fft[name](t(2, 4), { axes: 1 }), ArgumentError, /axes is 1/, /It lists axes/],
      ["a number for lengths", () => fft[name](t(2, 4), { s: 4 }), ArgumentError, /s is 4/, /lists a length/],
      ["lengths that do not belong to the axes", () => fft[name](t(2, 4), { s: [4], axes: [0, 1] }), ArgumentError, /1 lengths for 2 axes/, /one length for each/],
      ["a length of nothing", () => fft[name](t(2, 4), { s: [2, 0] }), ArgumentError, /no transform of 0 points/, /at least one/],
    ),
  ),
  ...[...cosineLine, ...cosineSeveral].flatMap((name) =>
    rowsOf(`fft.${name}`, ["a type that is none", () => fft[name](t(2, 4), { type: 5 }), ArgumentError, /type is 5/, /1, 2, 3 and 4/]),
  ),
  ...(["dct", "idct", "dctn", "idctn"] as const).flatMap((name) =>
    rowsOf(`fft.${name}`, ["one point between two ends", () => fft[name](t(2, 1), { type: 1 }), ArgumentError, /type 1 of 1 points/, /at least 2/]),
  ),
  ...shifts.flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["an axis that is not there", () => fft[name](t(4), { axes: 1 }), AxisError, /axis 1 is out of range/, /use -1 to 0/],
      ["an option misspelt", () => fft[name](t(4), { axis: 0 }), ArgumentError, /"axis"/, /Did you mean axes/],
    ),
  ),
  ...frequencies.flatMap((name) =>
    rowsOf(
      `fft.${name}`,
      ["no points", () => fft[name](0), ArgumentError, /no transform of 0 points/, /at least one/],
      ["a tensor", () => fft[name](t(4)), ArgumentError, /no transform of /, /at least one/],
      ["a distance of text", () => fft[name](4, { d: "1" }), ArgumentError, /d is "1"/, /distance of samples/],
      ["whole numbers", () => fft[name](4, { dtype: "int32" }), DTypeError, /int32/, /float64 or float32/],
    ),
  ),
  ...ofReal.flatMap((name) =>
    rowsOf(`fft.${name}`, ["a complex tensor", () => fft[name]({ re: t(2, 4), im: t(2, 4) }), ArgumentError, /keys re, im is complex/, /real tensors; fft\.fft takes/]),
  ),
  ...ofComplex.flatMap((name) =>
    rowsOf(`fft.${name}`, ["parts of two shapes", () => fft[name]({ re: t(2, 4), im: t(4) }), ShapeError, /differ in shape, got \[2, 4\] and \[4\]/, /np\.broadcastTo/]),
  ),
];
