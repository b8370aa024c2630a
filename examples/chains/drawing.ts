/** Draws of chains as SVG: their traces (every fourth of a thousand), and beside them how often each value occurs, one colour for each chain. */
import { np, type Tensor } from "cotangent";
import type { Diagnosis } from "./diagnostics.js";

export interface Panel {
  readonly name: string;
  /** [chains, draws] */
  readonly draws: Tensor;
  readonly diagnosis: Diagnosis;
}

const [width, height, left, trace, gap, bins] = [900, 150, 70, 560, 20, 40] as const;
const colourOf = (chain: number, chains: number): string =>
  `hsl(${Math.round((360 * chain) / chains)} 60% 45%)`;
const path = (points: readonly (readonly [number, number])[], colour: string): string =>
  `<polyline fill="none" stroke="${colour}" stroke-width="0.7" stroke-opacity="0.8" points="${points
    .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(" ")}"/>`;

const panel = ({ name, draws, diagnosis }: Panel, top: number): string => {
  const rows = draws.toArray() as number[][];
  const [low, high] = [np.min(draws).item(), np.max(draws).item()];
  const yOf = (value: number): number => top + height - (height * (value - low)) / (high - low);
  const every = Math.ceil((rows[0] as number[]).length / 250);
  const lines = rows.map((row, chain) =>
    path(
      row.flatMap((value, i) =>
        i % every === 0 ? [[left + (trace * i) / row.length, yOf(value)] as const] : [],
      ),
      colourOf(chain, rows.length),
    ),
  );
  const step = (high - low) / bins;
  const counts = rows.map((row) => {
    const count = new Array<number>(bins).fill(0);
    for (const value of row) {
      const bin = Math.min(bins - 1, Math.floor((value - low) / step));
      count[bin] = (count[bin] as number) + 1;
    }
    return count;
  });
  const most = Math.max(...counts.flat());
  const from = left + trace + gap;
  const shapes = counts.map((count, chain) =>
    path(
      count.map((c, i) => [from + ((width - from - gap) * c) / most, yOf(low + (i + 0.5) * step)]),
      colourOf(chain, rows.length),
    ),
  );
  const { mean, deviation, rHat, effective } = diagnosis;
  const title = `${name}: ${mean.toFixed(2)} +- ${deviation.toFixed(2)}, R-hat ${rHat.toFixed(3)}, effective ${effective.toFixed(0)}`;
  return [
    `<text x="${left}" y="${top - 6}">${title}</text>`,
    `<text x="${left - 6}" y="${top + 10}" text-anchor="end">${high.toFixed(1)}</text>`,
    `<text x="${left - 6}" y="${top + height}" text-anchor="end">${low.toFixed(1)}</text>`,
    `<rect x="${left}" y="${top}" width="${trace}" height="${height}" fill="none" stroke="#bbb"/>`,
    ...lines,
    ...shapes,
  ].join("\n");
};

export const drawing = (panels: readonly Panel[]): string => {
  const tall = panels.length * (height + 40) + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${tall}" fill="white"/>`,
    ...panels.map((p, i) => panel(p, 30 + i * (height + 40))),
    "</svg>",
    "",
  ].join("\n");
};
