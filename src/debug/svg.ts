/** Boxes and arrows as SVG, in rows: every box stands below those that it takes from. */

export interface Node {
  readonly kind: "input" | "operation" | "output";
  readonly lines: readonly string[];
  /** Positions of the boxes from which arrows come: all earlier. */
  readonly from: readonly number[];
}

const characterWidth = 7.2;
const lineHeight = 16;
const gap = { x: 24, y: 40 };
const margin = 16;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The row of every box: one more than the lowest from which it takes. */
const rowsOf = (nodes: readonly Node[]): readonly number[] => {
  const rows: number[] = [];
  for (const { from } of nodes)
    rows.push(from.reduce((row, source) => Math.max(row, (rows[source] as number) + 1), 0));
  return rows;
};

const widthOf = ({ lines }: Node): number =>
  20 + characterWidth * lines.reduce((n, line) => Math.max(n, line.length), 0);
const heightOf = ({ lines }: Node): number => 14 + lineHeight * lines.length;

const colours: Readonly<Record<Node["kind"], string>> = {
  input: "#e3f2e6",
  operation: "#ffffff",
  output: "#e6ecf8",
};

export const drawn = (nodes: readonly Node[]): string => {
  const rows = rowsOf(nodes);
  const count = rows.reduce((n, row) => Math.max(n, row + 1), 0);
  const members: number[][] = Array.from({ length: count }, () => []);
  rows.forEach((row, i) => {
    (members[row] as number[]).push(i);
  });
  const rowWidth = (row: readonly number[]): number =>
    row.reduce((sum, i) => sum + widthOf(nodes[i] as Node), 0) + gap.x * Math.max(0, row.length - 1);
  const width = members.reduce((n, row) => Math.max(n, rowWidth(row)), 0) + 2 * margin;
  const boxes: Box[] = [];
  let y = margin;
  for (const row of members) {
    let x = (width - rowWidth(row)) / 2;
    let tallest = 0;
    for (const i of row) {
      const node = nodes[i] as Node;
      boxes[i] = { x, y, width: widthOf(node), height: heightOf(node) };
      x += widthOf(node) + gap.x;
      tallest = Math.max(tallest, heightOf(node));
    }
    y += tallest + gap.y;
  }
  const height = y - gap.y + margin;
  const n = (value: number): string => String(Math.round(value * 10) / 10);
  const arrows = nodes.flatMap(({ from }, i) =>
    from.map((source) => {
      const [a, b] = [boxes[source] as Box, boxes[i] as Box];
      const [x0, y0, x1, y1] = [a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y];
      const half = (y0 + y1) / 2;
      return `<path d="M${n(x0)} ${n(y0)} C${n(x0)} ${n(half)} ${n(x1)} ${n(half)} ${n(x1)} ${n(y1)}" fill="none" stroke="#888" marker-end="url(#arrow)"/>`;
    }),
  );
  const rectangles = nodes.map(({ kind, lines }, i) => {
    const { x, y: top, width: w, height: h } = boxes[i] as Box;
    const texts = lines.map(
      (line, k) => `<text x="${n(x + 10)}" y="${n(top + 19 + k * lineHeight)}">${escaped(line)}</text>`,
    );
    return `<g><rect x="${n(x)}" y="${n(top)}" width="${n(w)}" height="${n(h)}" rx="${kind === "operation" ? 3 : 12}" fill="${colours[kind]}" stroke="#555"/>${texts.join("")}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" font-family="monospace" font-size="12">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#888"/></marker></defs>',
    ...arrows,
    ...rectangles,
    "</svg>",
  ].join("\n");
};
