/** The door of the array API: everything that enters becomes a tensor here, and gets its methods. */
import { provideFluent } from "../tensor/fluent.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { floated, toTensor } from "./convert.js";
import { methods } from "./methods/table.js";

/** Hands tensors their methods; called wherever one may come into being. */
export const openDoor = (): void => provideFluent(methods);

/** Any value that is taken for a tensor, as one. */
export const asTensor = (operation: string, x: TensorLike): Tensor => {
  if (x instanceof Tensor) return x;
  openDoor();
  return toTensor(operation, x);
};

/** The same as a float: integers and bools become float64. */
export const asFloat = (operation: string, x: TensorLike): Tensor => floated(asTensor(operation, x));

/** The public form of a function that is a method too: opens the door first. At most three arguments are passed on. */
/* @__NO_SIDE_EFFECTS__ */
export const throughDoor = <F extends (a: never, b: never, c: never) => unknown>(f: F): F =>
  ((a: never, b: never, c: never) => {
    openDoor();
    return f(a, b, c);
  }) as F;
