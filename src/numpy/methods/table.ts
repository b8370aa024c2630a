/**
 * The functions that tensors have as methods. They stand in this folder, below the door, because the door hands
 * them to tensors: what a method needs must not need the door.
 */
import type { FluentMethods } from "../../tensor/fluent.js";
import { add, astype, divide, multiply, negative, power, subtract } from "./arithmetic.js";
import { slice } from "./indexing.js";
import { dot, matmul } from "./products.js";
import { max, mean, min, sum } from "./reductions.js";
import { reshape, transpose } from "./shape.js";

export const methods: FluentMethods = {
  add,
  sub: subtract,
  mul: multiply,
  div: divide,
  pow: power,
  neg: negative,
  matmul,
  dot,
  sum,
  mean,
  max,
  min,
  reshape,
  transpose,
  slice,
  astype,
};
