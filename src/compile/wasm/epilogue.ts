/**
 * Products that are finished by the loop that follows: its kernel takes them block by block, while they are in the first
 * level cache, and they are stored only if something else needs them.
 */
import { type Code, i32 } from "../../kernel/wasm.js";
import { itemSize } from "../../tensor/dtype.js";
import type { Finishing, MatrixPlace } from "../finishing.js";
import type { BufferId, ContractStep } from "../plan.js";
import type { Nest, Reference } from "./axes.js";
import type { Emission } from "./emission.js";
import type { FloatLanes } from "./float-lanes.js";
import { rowsKernel } from "./nest.js";
import { FINISHED_COLUMNS, packedFunction } from "./packed.js";
import { STRIP } from "./workspace.js";

/** Whether nothing but the product and its loop touch what lies between them. */
const isPassing = (emission: Emission, out: BufferId): boolean =>
  emission.buffer(out).place.kind === "scratch" && emission.uses.get(out) === 2;

const offsetOf = (emission: Emission, id: BufferId): number | undefined => {
  const { place } = emission.buffer(id);
  return "offset" in place ? place.offset : undefined;
};

/**
 * Whether the loop may write while the product is not done: not over its operands, nor over what the loop reads elsewhere;
 * over the product only element by element.
 */
const mayRunEarly = (emission: Emission, product: ContractStep, { loads, stores }: Finishing): boolean => {
  const { left, right, out, n, dtype } = product;
  const isInPlace = ({ buffer, offset, row, column }: MatrixPlace): boolean =>
    offsetOf(emission, buffer) === offsetOf(emission, out) &&
    itemSize(emission.buffer(buffer).dtype) === itemSize(dtype) &&
    offset === 0 &&
    row === n &&
    column === 1;
  return stores.every(
    (store) =>
      ![left.buffer, right.buffer].some((id) => emission.overlaps(store.buffer, id)) &&
      (!emission.overlaps(store.buffer, out) || (isPassing(emission, out) && isInPlace(store))) &&
      loads.every(({ buffer }) => buffer === out || !emission.overlaps(store.buffer, buffer)),
  );
};

/** The loop over rows and columns, with the block in place of the product, which is stored too if it is needed. */
const nestOf = (
  emission: Emission,
  lanes: FloatLanes,
  product: ContractStep,
  finish: Finishing,
  block: Code,
): Nest | undefined => {
  const { m, n, out, dtype } = product;
  const { body, stores } = finish.loop;
  const reference = ({ buffer, offset, row, column }: MatrixPlace): Reference =>
    emission.reference({ buffer, offset, strides: [row, column] });
  const strides = [FINISHED_COLUMNS * lanes.bytes, lanes.bytes];
  const ofBlock: Reference = { dtype, base: block, key: "block", offset: 0, strides };
  const index = finish.loads.findIndex(({ buffer }) => buffer === out);
  const element = body.nodes.findIndex((node) => node.kind === "input" && node.index === index);
  if (element < 0) return undefined;
  const isStored = !isPassing(emission, out);
  const own = { value: body.outputs.length, to: reference({ buffer: out, offset: 0, row: n, column: 1 }) };
  return {
    body: isStored ? { ...body, outputs: [...body.outputs, element] } : body,
    sizes: [m, n],
    loads: finish.loads.map((place) => (place.buffer === out ? ofBlock : reference(place))),
    stores: [
      ...stores.map(({ value }, i) => ({ value, to: reference(finish.stores[i] as MatrixPlace) })),
      ...(isStored ? [own] : []),
    ],
    aliased: false,
  };
};

/** The product by panels (its operands given) and the loop in one; undefined where the loop has to wait for the product. */
export const emitFinished = (
  emission: Emission,
  lanes: FloatLanes,
  product: ContractStep,
  finish: Finishing,
  operands: readonly Code[],
): Code | undefined => {
  // told from other bases by itself
  const block = i32.const(STRIP);
  const nest = nestOf(emission, lanes, product, finish, block);
  if (nest === undefined || !mayRunEarly(emission, product, finish)) return undefined;
  const { builder, kernels, describe, constants } = emission;
  const whole = rowsKernel(emission, nest, FINISHED_COLUMNS);
  const rest = rowsKernel(emission, nest, product.n % FINISHED_COLUMNS || FINISHED_COLUMNS);
  const pointers = whole.pointers.map(({ base, strides: [row = 0, column = 0] }) =>
    base === block ? null : { row, column },
  );
  const key = `finished ${whole.name} ${rest.name} ${lanes.suffix} ${JSON.stringify(pointers)}`;
  let name = kernels.get(key);
  if (name === undefined) {
    name = `finished${kernels.size}${lanes.suffix}`;
    kernels.set(key, name);
    builder.add(packedFunction(lanes, builder.call, { name, whole: whole.name, rest: rest.name, pointers }));
  }
  const { m, k, n } = product;
  describe.push(`${name}: [${m}, ${k}] @ [${k}, ${n}], each block through ${whole.name}`);
  const addresses = whole.pointers.map(({ base, offset }) =>
    base === block ? i32.const(0) : i32.add(base, i32.const(offset)),
  );
  return builder.call(name, ...operands, ...addresses, constants);
};
