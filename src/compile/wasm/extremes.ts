/** The lesser and the greater of two floats by one instruction, where what is known of them allows it. */
import type { ScalarNode } from "../../expr/program.js";
import type { Code } from "../../kernel/wasm.js";
import { double2, float4 } from "./instructions.js";
import type { Lanes, Value } from "./values.js";

type Extreme = "pmin" | "pmax";

/** pmin: y < x ? y : x, pmax: x < y ? y : x; the first operand where they compare equal or one is NaN. */
const extreme = (lanes: Lanes, op: Extreme | "add", a: Value, b: Value): Value => {
  const { kind, dtype } = a;
  const wide = kind === "double";
  const F = wide ? double2 : float4;
  const ys = lanes.vectorsOf(b);
  const made = lanes.map(lanes.vectorsOf(a), (x, i) => F[op](x, ys[i] as Code));
  return wide ? { kind, dtype, wide: made } : { kind, dtype, narrow: made };
};

/** A selection of one of the two floats that its condition compares: one instruction for four. */
export const selected = (
  lanes: Lanes,
  nodes: readonly ScalarNode[],
  values: readonly Value[],
  [condition, yes, no]: readonly number[],
): Value | undefined => {
  const node = nodes[condition as number] as ScalarNode;
  if (node.kind !== "apply" || (node.op !== "lt" && node.op !== "gt")) return undefined;
  const [less, more] = (node.op === "lt" ? node.args : [...node.args].reverse()) as [number, number];
  const [a, b] = [values[less] as Value, values[more] as Value];
  if (a.kind !== "double" && a.kind !== "single") return undefined;
  if (yes === less && no === more) return extreme(lanes, "pmin", b, a);
  return yes === more && no === less ? extreme(lanes, "pmax", a, b) : undefined;
};

/**
 * The greater or the lesser of a float and a known number, which the general instructions take eight for: x where it is
 * NaN or compares equal, and of two zeros the sign is set by adding +0.
 */
export const limitedBy = (
  lanes: Lanes,
  op: "max" | "min",
  a: Value,
  b: Value,
  constants: readonly (number | undefined)[],
): Value | undefined => {
  const place = constants.findIndex((c) => c !== undefined && !Number.isNaN(c));
  const limit = constants[place];
  if (limit === undefined) return undefined;
  const [x, to] = place === 0 ? [b, a] : [a, b];
  if (op === "min") return Object.is(limit, -0) ? undefined : extreme(lanes, "pmin", x, to);
  const most = extreme(lanes, "pmax", x, to);
  return Object.is(limit, 0) ? extreme(lanes, "add", most, to) : most;
};
