/** Looking into functions while they run or are staged: what stands under `cotangent/debug`. */
export { type Cost, type EquationCost, graphCost } from "./cost.js";
export { NanError } from "./errors.js";
export { type DrawnGraph, makeGraph, toMermaid, toSvg, toText } from "./graph.js";
export { debugNans } from "./nans.js";
export { type PrintOptions, print } from "./print.js";
export { type TangentRow, type TangentTable, tangents } from "./tangents.js";
