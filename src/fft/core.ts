/** The three transforms along one axis from which all others are made. */
import { join, moved, section, sizeAt } from "../numpy/along.js";
import { add, sub, zerosAs } from "../primitives/arithmetic.js";
import { dft } from "../primitives/fft.js";
import { reverse } from "../primitives/reshape.js";
import type { Tensor } from "../tensor/tensor.js";
import { both, type Complex, each, type Parts, scaled } from "./complex.js";
import { checkLength, factorOf, type Place, resized } from "./options.js";

/** The transform of the last axis of tensors in which `axis` was moved there, and back. */
const alongAxis = ({ re, im }: Parts, axis: number, inverse: boolean): Complex => {
  const last = re.type.shape.length - 1;
  const [outRe, outIm] = dft(
    [re, ...(im === null ? [] : [im])].map((part) => moved(part, [axis], [last])),
    inverse,
  );
  return both((x) => moved(x, [last], [axis]), { re: outRe as Tensor, im: outIm as Tensor });
};

/** The complex transform. */
export const transform = (operation: string, x: Parts, place: Place, inverse: boolean): Complex => {
  const { axis, norm } = place;
  const n = place.n ?? checkLength(operation, sizeAt(x.re, axis));
  const cut = each((part) => resized(part, axis, n), x);
  return both((part) => scaled(part, factorOf(norm, n, inverse)), alongAxis(cut, axis, inverse));
};

/** The first half, n / 2 + 1 elements, of the transform of a real tensor: the rest are conjugates of it. */
export const realTransform = (operation: string, x: Tensor, place: Place): Complex => {
  const { axis, norm } = place;
  const n = place.n ?? checkLength(operation, sizeAt(x, axis));
  const cut = resized(x, axis, n);
  const whole = alongAxis({ re: cut, im: null }, axis, false);
  return both(
    (part) => scaled(section(part, axis, 0, Math.floor(n / 2) + 1), factorOf(norm, n, false)),
    whole,
  );
};

/**
 * The real tensor whose transform begins with `x`. The whole transform is a + i b with a even and b odd, and its
 * inverse sum of a cos - b sin is the real part of the forward transform of the real h = a + b plus the imaginary part.
 * The imaginary parts of the first element, and of the middle one of an even length, are not read.
 */
export const inverseRealTransform = (operation: string, x: Parts, place: Place): Tensor => {
  const { axis, norm } = place;
  const n = place.n ?? checkLength(operation, 2 * (sizeAt(x.re, axis) - 1));
  const { re, im } = each((part) => resized(part, axis, Math.floor(n / 2) + 1), x);
  const end = Math.ceil(n / 2);
  const a = section(re, axis, 1, end);
  const b = im === null ? zerosAs(a) : section(im, axis, 1, end);
  const parts = [section(re, axis, 0, 1), add(a, b)];
  if (n % 2 === 0) parts.push(section(re, axis, n / 2, n / 2 + 1));
  parts.push(reverse(sub(a, b), [axis]));
  const h = join(
    parts.filter((part) => sizeAt(part, axis) > 0),
    axis,
  );
  const y = alongAxis({ re: h, im: null }, axis, false);
  return scaled(add(y.re, y.im), factorOf(norm, n, true));
};
