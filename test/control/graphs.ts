/** Closed graphs for the laws of primitives that hold them. */
import { TraceTag } from "../../src/graph/context.js";
import type { Graph } from "../../src/graph/graph.js";
import type { FlatFunction } from "../../src/graph/primitive.js";
import { stageGraph } from "../../src/interpreters/stage.js";
import { convert } from "../../src/primitives/arithmetic.js";
import type { DType } from "../../src/tensor/dtype.js";
import type { Shape } from "../../src/tensor/shape.js";
import type { Tensor, TensorType } from "../../src/tensor/tensor.js";

export const typed = (dtype: DType, shape: Shape): TensorType => ({ shape, dtype, weak: false });

/** Results converted to what they are: the types of a graph's results are fixed, also for weak operands. */
const firm = (x: Tensor): Tensor => convert(x, x.dtype);

export const graphOf = (f: FlatFunction, ...types: readonly TensorType[]): Graph =>
  stageGraph((ins) => f(ins).map(firm), types, new TraceTag("test", { name: "" }));
