/**
 * Einstein summation. Subscripts are read into lists of labels; diagonals and lone labels go first, then pairs of
 * operands meet in one dot each (or one product, where nothing is summed), the smallest results first.
 */
import { convert, mul } from "../primitives/arithmetic.js";
import { broadcast, sum } from "../primitives/broadcast.js";
import { dot } from "../primitives/dot.js";
import { arranged, reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { moved } from "./along.js";
import { promoteAll } from "./convert.js";
import { diagonalOf } from "./diagonals.js";
import { asTensor } from "./door.js";

/** Letters, and ".0", ".1", ... for the axes of an ellipsis, counted from the last. */
type Label = string;

/** A tensor whose axes have names, no name twice. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly Label[];
}

const malformed = (subscripts: string, what: string): ArgumentError =>
  ArgumentError.invalid(
    "einsum",
    `"${subscripts}" ${what}`,
    'Write one letter for each axis, as in "ij,jk->ik" or "...ij,...j->...i".',
  );

/** One term, with "..." in it, as labels. */
const labelsOf = (subscripts: string, term: string, ellipsisAxes: number): Label[] => {
  const labels: Label[] = [];
  for (let i = 0; i < term.length; i++) {
    const letter = term[i] as string;
    if (/[A-Za-z]/.test(letter)) labels.push(letter);
    else if (term.startsWith("...", i) && !labels.some((label) => label.startsWith("."))) {
      for (let axis = ellipsisAxes - 1; axis >= 0; axis--) labels.push(`.${axis}`);
      if (ellipsisAxes === 0) labels.push("."); // marks that it was there
      i += 2;
    } else throw malformed(subscripts, `has "${letter}" where a letter is expected`);
  }
  return labels.filter((label) => label !== ".");
};

interface Summation {
  readonly inputs: readonly (readonly Label[])[];
  readonly output: readonly Label[];
}

const parse = (subscripts: string, shapes: readonly Shape[]): Summation => {
  if (typeof subscripts !== "string")
    throw ArgumentError.invalid(
      "einsum",
      `${describe(subscripts)} is no text of subscripts`,
      "They come first, then the operands.",
    );
  const [left, right, more] = subscripts.replaceAll(" ", "").split("->") as [
    string,
    string | undefined,
    string | undefined,
  ];
  if (more !== undefined) throw malformed(subscripts, 'has more than one "->"');
  const terms = left.split(",");
  if (terms.length !== shapes.length)
    throw malformed(subscripts, `names ${terms.length} operands, but ${shapes.length} were given`);
  let widest = 0;
  const inputs = terms.map((term, k) => {
    const { length } = shapes[k] as Shape;
    const letters = term.replace("...", "").length;
    const hidden = length - letters;
    if (term.includes("...") ? hidden < 0 : hidden !== 0) {
      throw ShapeError.mismatch(
        "einsum",
        `"${term}" does not name the axes of operand ${k}`,
        [shapes[k] as Shape],
        "Write one letter for each axis, and ... for any number of them.",
      );
    }
    if (term.includes("...")) widest = Math.max(widest, hidden);
    return labelsOf(subscripts, term, hidden);
  });
  if (right !== undefined) {
    const output = labelsOf(subscripts, right, widest);
    output.forEach((label, i) => {
      if (output.indexOf(label) !== i) throw malformed(subscripts, `names "${label}" twice in the result`);
      if (!inputs.some((labels) => labels.includes(label)))
        throw malformed(subscripts, `has "${label}" in the result only`);
    });
    if (widest > 0 && !right.includes("..."))
      throw malformed(subscripts, "has ... in an operand but not in the result");
    return { inputs, output };
  }
  // without "->": the ellipsis, then the letters that occur once, in the order of the alphabet
  const count = new Map<Label, number>();
  for (const label of inputs.flat()) count.set(label, (count.get(label) ?? 0) + 1);
  const dots = Array.from({ length: widest }, (_, i) => `.${widest - 1 - i}`);
  const once = [...count.keys()].filter((label) => count.get(label) === 1 && !label.startsWith(".")).sort();
  return { inputs, output: [...dots, ...once] };
};

/** The size of every label; 1 gives way to others, as in broadcasting. */
const sizesOf = (subscripts: string, { inputs }: Summation, shapes: readonly Shape[]): Map<Label, number> => {
  const sizes = new Map<Label, number>();
  inputs.forEach((labels, k) => {
    labels.forEach((label, axis) => {
      const n = shapes[k]?.[axis] as number;
      const known = sizes.get(label) ?? 1;
      const twin = labels.indexOf(label);
      if ((n !== known && n !== 1 && known !== 1) || shapes[k]?.[twin] !== n) {
        throw ShapeError.mismatch(
          "einsum",
          `in "${subscripts}" the label ${label.startsWith(".") ? "..." : label} has sizes ${known} and ${n}`,
          shapes,
          "One label has one size.",
        );
      }
      sizes.set(label, known === 1 ? n : known);
    });
  });
  return sizes;
};

/** The operand with repeated labels as diagonals, and without axes of size 1 that others stretch. */
const distinct = (x: Tensor, labels: readonly Label[], sizes: Map<Label, number>): Labelled => {
  let out = x;
  let names = [...labels];
  const stretched = (axis: number): boolean =>
    out.type.shape[axis] === 1 && sizes.get(names[axis] as Label) !== 1;
  if (names.some((_, axis) => stretched(axis))) {
    const kept = names.map((_, axis) => axis).filter((axis) => !stretched(axis));
    const shape = kept.map((axis) => out.type.shape[axis] as number);
    names = kept.map((axis) => names[axis] as Label);
    out = reshape(out, shape);
  }
  for (;;) {
    const j = names.findIndex((label, axis) => names.indexOf(label) < axis);
    if (j < 0) break;
    const label = names[j] as Label;
    const i = names.indexOf(label);
    // the diagonal of axes i and j comes out as the last axis
    out = diagonalOf(moved(out, [i, j], [0, 1]), 0);
    names = [...names.filter((_, axis) => axis !== i && axis !== j), label];
  }
  return { x: out, labels: names };
};

/** Sums over the labels that nobody else needs. */
const summed = ({ x, labels }: Labelled, isNeeded: (label: Label) => boolean): Labelled => {
  const lone = labels.map((_, axis) => axis).filter((axis) => !isNeeded(labels[axis] as Label));
  return lone.length === 0 ? { x, labels } : { x: sum(x, lone), labels: labels.filter(isNeeded) };
};

/** The axes of the result in the order wanted, stretched over those of other operands where they are missing. */
const spread = ({ x, labels }: Labelled, wanted: readonly Label[], sizes: Map<Label, number>): Tensor => {
  const present = wanted.filter((label) => labels.includes(label));
  const order = present.map((label) => labels.indexOf(label));
  const ordered = arranged(x, order);
  if (present.length === wanted.length) return ordered;
  return broadcast(ordered, {
    shape: wanted.map((label) => sizes.get(label) as number),
    axes: present.map((label) => wanted.indexOf(label)),
  });
};

/** Two operands as one, which keeps the labels that are needed later. */
const contractPair = (
  a: Labelled,
  b: Labelled,
  isNeeded: (label: Label) => boolean,
  sizes: Map<Label, number>,
): Labelled => {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter(isNeeded);
  const contracted = shared.filter((label) => !isNeeded(label));
  const labels = [...batch, ...[...a.labels, ...b.labels].filter((label) => !shared.includes(label))];
  if (contracted.length === 0) return { x: mul(spread(a, labels, sizes), spread(b, labels, sizes)), labels };
  const axes = (side: Labelled, names: readonly Label[]): number[] =>
    names.map((label) => side.labels.indexOf(label));
  const x = dot(a.x, b.x, {
    contract: [axes(a, contracted), axes(b, contracted)],
    batch: [axes(a, batch), axes(b, batch)],
  });
  return { x, labels };
};

/** The pair whose product is smallest beside what it replaces; pairs that share a label before those that do not. */
const nextPair = (
  operands: readonly Labelled[],
  output: readonly Label[],
  sizes: Map<Label, number>,
): readonly [number, number] => {
  if (operands.length === 2) return [0, 1];
  let best: readonly [number, number] = [0, 1];
  let least: readonly [boolean, number] = [true, Infinity];
  const volume = (labels: readonly Label[]): number =>
    labels.reduce((n, label) => n * (sizes.get(label) as number), 1);
  for (let i = 0; i < operands.length; i++) {
    for (let j = i + 1; j < operands.length; j++) {
      const [a, b] = [(operands[i] as Labelled).labels, (operands[j] as Labelled).labels];
      const needed = neededBy(operands, i, j, output);
      const result = [...new Set([...a, ...b])].filter(needed);
      const apart = !a.some((label) => b.includes(label));
      const growth = volume(result) - volume(a) - volume(b);
      if (apart === least[0] ? growth < least[1] : !apart)
        [best, least] = [
          [i, j],
          [apart, growth],
        ];
    }
  }
  return best;
};

const neededBy =
  (operands: readonly Labelled[], i: number, j: number, output: readonly Label[]) =>
  (label: Label): boolean =>
    output.includes(label) || operands.some(({ labels }, k) => k !== i && k !== j && labels.includes(label));

const contractAll = (
  given: readonly Labelled[],
  output: readonly Label[],
  sizes: Map<Label, number>,
): Tensor => {
  let operands = given.map((operand, k) => summed(operand, neededBy(given, k, k, output)));
  while (operands.length > 1) {
    const [i, j] = nextPair(operands, output, sizes);
    const product = contractPair(
      operands[i] as Labelled,
      operands[j] as Labelled,
      neededBy(operands, i, j, output),
      sizes,
    );
    operands = [...operands.filter((_, k) => k !== i && k !== j), product];
  }
  return spread(operands[0] as Labelled, output, sizes);
};

/**
 * Sums of products, written with a letter for each axis: letters that are missing after `->` are summed over, a letter
 * twice in one operand takes its diagonal, and `...` stands for axes that broadcast. Without `->` the letters that
 * occur once are kept, in the order of the alphabet.
 *
 * @throws ArgumentError for malformed subscripts; ShapeError where one letter has two sizes
 * @example np.einsum("ij,jk->ik", [[1, 2]], [[3], [4]]).toArray() // [[11]]
 */
export const einsum = (subscripts: string, ...operands: readonly TensorLike[]): Tensor => {
  const given = operands.map((x) => asTensor("einsum", x));
  const shapes = given.map((x) => x.type.shape);
  const summation = parse(subscripts, shapes);
  const sizes = sizesOf(subscripts, summation, shapes);
  const promoted = promoteAll("einsum", given);
  // bools have no sums: they are counted, and compared with 0
  const isBool = promoted[0]?.type.dtype === "bool";
  const labelled = promoted.map((x, k) =>
    distinct(isBool ? convert(x, "int32") : x, summation.inputs[k] as readonly Label[], sizes),
  );
  const out = contractAll(labelled, summation.output, sizes);
  return isBool ? convert(out, "bool") : out;
};
