/**
 * Tensors as text, in NumPy's manner: aligned columns, one line per row, long arrays elided in the middle, and
 * each number as the shortest decimal that reads back as the same element of its dtype.
 */
import type { DType } from "./dtype.js";
import { bracketed } from "./errors.js";
import type { DenseTensor } from "./tensor.js";

/** Tensors of more elements are elided to `edgeItems` at both ends of every axis. */
const threshold = 1000;
const edgeItems = 3;
const lineWidth = 80;
const ellipsis = "...";

/** An element, the ellipsis, or a block of them. */
type Text = string | readonly Text[];

export const formatTensor = (x: DenseTensor): string => {
  const head = "Tensor(";
  return `${head}${formatElements(x, head.length)}, shape=${bracketed(x.shape)}, dtype=${x.dtype})`;
};

/** `value`, an element of `dtype`, as the shortest decimal that stands for it. */
export const formatElement = (dtype: DType, value: number): string => {
  if (dtype === "bool") return value !== 0 ? "true" : "false";
  if (Object.is(value, -0)) return "-0";
  return dtype === "float32" ? shortestFloat32(value) : String(value);
};

/** Nine digits always tell two float32 numbers apart; most need fewer. */
const shortestFloat32 = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return String(decimal);
  }
  return String(Number(value.toPrecision(9)));
};

const formatElements = (x: DenseTensor, indent: number): string => {
  if (x.size === 0) return "[]";
  const rank = x.shape.length;
  const elide = x.size > threshold;
  let width = 0;

  const collect = (axis: number, start: number, count: number): Text => {
    if (axis === rank) {
      const text = formatElement(x.dtype, x.at(start));
      width = Math.max(width, text.length);
      return text;
    }
    const n = x.shape[axis] as number;
    const step = count / n;
    const items: Text[] = [];
    for (let i = 0; i < n; i++) {
      if (elide && i === edgeItems && n > 2 * edgeItems) {
        items.push(ellipsis);
        i = n - edgeItems;
      }
      items.push(collect(axis + 1, start + i * step, step));
    }
    return items;
  };

  const text = collect(0, 0, x.size);
  return layOut(text, indent, rank, rank > 1 ? width : 0);
};

/** Brackets around the items of `text`, which has `rank` axes and begins in column `indent`. */
const layOut = (text: Text, indent: number, rank: number, width: number): string => {
  if (typeof text === "string") return text === ellipsis ? text : text.padStart(width);
  const margin = `\n${" ".repeat(indent + 1)}`;
  if (rank > 1) {
    const items = text.map((item) => layOut(item, indent + 1, rank - 1, width));
    return `[${items.join(`,${"\n".repeat(rank - 2)}${margin}`)}]`;
  }
  let column = indent + 1;
  let row = "";
  for (const [i, item] of text.entries()) {
    const cell = layOut(item, indent, 0, width);
    if (i > 0) {
      const fits = column + 2 + cell.length < lineWidth;
      row += fits ? ", " : `,${margin}`;
      column = fits ? column + 2 : indent + 1;
    }
    row += cell;
    column += cell.length;
  }
  return `[${row}]`;
};
