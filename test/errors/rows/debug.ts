/** Misuse of the looking-glasses: what is no function or graph, labels and sinks, directions, NaNs themselves. */
import { ArgumentError, ConcretizationError, ShapeError, TreeError } from "cotangent";
import * as room from "cotangent/debug";
import { NanError } from "cotangent/debug";
import { api, type Loose, np, type Row, rowsOf } from "../harness.js";

const debug = room as unknown as Loose;
const square = (x: unknown): unknown => np.multiply(x, x);

// biome-ignore format: one row, one line
export const debugRows: readonly Row[] = [
  ...rowsOf(
    "debug.print",
    ["the value alone", () => debug.print?.(np.ones([1])), ArgumentError, /the label is a tensor/, /print\("x", x\)/],
    ["a sink that is no function", () => debug.print?.("x", 1, { to: "stderr" }), ArgumentError, /to is "stderr"/, /takes a line/],
    ["an option misspelt", () => debug.print?.("x", 1, { too: () => 1 }), ArgumentError, /"too"/, /Did you mean to/],
    ["what is no tree of tensors", () => debug.print?.("x", () => 1), TreeError, /the value is a function/, /Leaves are/],
  ),
  ...rowsOf(
    "debug.debugNans",
    ["no function", () => debug.debugNans?.(3), ArgumentError, /3 is no function/, /debugNans\(f\)/],
    ["within vmap", () => api.vmap(debug.debugNans?.(square))(np.ones([2])), ConcretizationError, /debugNans/, /vmap/],
    ["a NaN", () => debug.debugNans?.(np.log)(-1), NanError, /log\(Tensor\(-1.*gave NaN.*none of its operands/, /np\.where on the operand/],
  ),
  ...rowsOf(
    "debug.tangents",
    ["no function", () => debug.tangents?.(3), ArgumentError, /3 is no function/, /tangents\(f\)/],
    ["a bare direction", () => debug.tangents?.(square, [1]), ArgumentError, /stands where options/, /direction/],
    ["a direction that is no list", () => debug.tangents?.(square, { direction: 1 }), ArgumentError, /direction is 1/, /one tree for each argument/],
    ["too few directions", () => debug.tangents?.(np.add, { direction: [1] })(1, 2), ArgumentError, /has 1 leaves.* have 2/, /one tree for each argument/],
    ["a direction of another shape", () => debug.tangents?.(square, { direction: [np.ones([2])] })(np.ones([3])), ShapeError, /\[2\] and \[3\]/, /like the arguments/],
  ),
  ...rowsOf(
    "debug.makeGraph",
    ["no function", () => debug.makeGraph?.(3)(1), ArgumentError, /3 is no function/, /makeGraph\(f\)/],
    ["a value that is needed", () => debug.makeGraph?.((x: Loose) => x.item?.())(1), ConcretizationError, /makeGraph/, /np\.where|lax|move/],
  ),
  ...(["graphCost", "toText", "toMermaid", "toSvg"] as const).flatMap((name) =>
    rowsOf(
      `debug.${name}`,
      ["what is no graph", () => debug[name]?.(square), ArgumentError, /the function square is no graph/, /makeGraph has made/],
      ["nothing", () => debug[name]?.(), ArgumentError, /a missing value is no graph/, /makeGraph has made/],
    ),
  ),
];
