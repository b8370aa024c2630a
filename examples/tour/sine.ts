/** A sine and its first four derivatives, each the derivative of the one before: checked, sketched and drawn. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { grad, np, type Tensor, vmap } from "cotangent";
import { mark, type Part } from "./report.js";

const file = "out/sine.svg";
const names = ["sin", "sin'", "sin''", "sin'''", "sin''''"];
const tolerance = 1e-15;

/** f, f', f'', ... at every point of x */
const derivatives = (f: (x: Tensor) => Tensor, x: Tensor, count: number): readonly (readonly number[])[] => {
  const curves: (readonly number[])[] = [];
  let g = f;
  for (let order = 0; order <= count; order++) {
    curves.push(vmap(g)(x).toArray() as number[]);
    g = grad(g);
  }
  return curves;
};

/** Digits are orders; where curves meet, columns take turns. */
const sketch = (curves: readonly (readonly number[])[], height: number): readonly string[] => {
  const width = curves[0]?.length ?? 0;
  const grid = Array.from({ length: height }, () => new Array<string>(width).fill(" "));
  for (let column = 0; column < width; column++) {
    for (let turn = 0; turn < curves.length; turn++) {
      const order = (turn + column) % curves.length;
      const value = curves[order]?.[column] ?? 0;
      const row = Math.round(((1 - value) / 2) * (height - 1));
      (grid[row] as string[])[column] = String(order);
    }
  }
  return grid.map((cells, row) =>
    `${row === 0 ? "   1" : row === height - 1 ? "  -1" : "    "} ${cells.join("")}`.trimEnd(),
  );
};

const svg = (x: readonly number[], curves: readonly (readonly number[])[]): string => {
  const [width, height, margin] = [720, 320, 24];
  const colours = ["#1b3a6b", "#c4472b", "#2e7d4f", "#8a4fa3", "#d9a321"];
  const end = x[x.length - 1] ?? 1;
  const across = (v: number): string => (margin + (v / end) * (width - 2 * margin)).toFixed(1);
  const down = (v: number): string => (height / 2 - v * (height / 2 - margin)).toFixed(1);
  const path = (ys: readonly number[]): string =>
    ys.map((y, i) => `${i === 0 ? "M" : "L"}${across(x[i] ?? 0)},${down(y)}`).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<path d="M${across(0)},${down(0)}L${across(end)},${down(0)}" stroke="#bbb"/>`,
    ...curves.map((ys, order) => {
      // the fourth derivative lies on the sine: dashed, so that both show
      const style = order === 4 ? 'stroke-width="4" stroke-dasharray="2 10"' : 'stroke-width="2"';
      return `<path d="${path(ys)}" fill="none" stroke="${colours[order]}" ${style}/>`;
    }),
    ...names.map(
      (name, order) => `<text x="${margin + 70 * order}" y="16" fill="${colours[order]}">${name}</text>`,
    ),
    "</svg>",
    "",
  ].join("\n");
};

export const sine = (): Part => {
  const x = np.linspace(0, 2 * Math.PI, 361);
  const points = x.toArray() as number[];
  const curves = derivatives(np.sin, x, 4);
  const exact = [Math.sin, Math.cos, (v: number) => -Math.sin(v), (v: number) => -Math.cos(v), Math.sin];
  const errors = curves.map((ys, order) =>
    Math.max(...ys.map((y, i) => Math.abs(y - (exact[order]?.(points[i] ?? 0) ?? Number.NaN)))),
  );
  const worst = Math.max(...errors);
  const holds = worst <= tolerance;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, svg(points, curves));
  return {
    lines: [
      ...sketch(
        curves.map((ys) => ys.filter((_, i) => i % 5 === 0)),
        11,
      ),
      `    0 to 4: order of the derivative; 4 is 0 again. Greatest error ${worst.toExponential(1)} at 361 points  ${mark(holds)}`,
      `    drawn in ${file}`,
    ],
    failures: holds ? 0 : 1,
  };
};
