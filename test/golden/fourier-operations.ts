/** NumPy's Fourier transforms by their names in fft.json: complex operands are two tensors there, and results are. */
import type { Tensor } from "cotangent";
import * as fft from "cotangent/fft";

type Params = Readonly<Record<string, unknown>>;
type Operation = (args: readonly Tensor[], params: Params) => Tensor | readonly Tensor[];
type Transform = (x: never, options: never) => fft.Complex;

const complexOf = ([re, im]: readonly Tensor[]): never => ({ re, im }) as never;
const parts = ({ re, im }: fft.Complex): readonly Tensor[] => [re, im];
/** The options of a case that are not null. */
const options = (params: Params): never =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null)) as never;

const ofComplex =
  (f: Transform): Operation =>
  (args, params) =>
    parts(f(complexOf(args), options(params)));
const ofReal =
  (f: Transform): Operation =>
  ([x], params) =>
    parts(f(x as never, options(params)));

export const fourierOperations: Readonly<Record<string, Operation>> = {
  fft: ofComplex(fft.fft as Transform),
  ifft: ofComplex(fft.ifft as Transform),
  fft2: ofComplex(fft.fft2 as Transform),
  rfft: ofReal(fft.rfft as Transform),
  rfft2: ofReal(fft.rfft2 as Transform),
  irfft: (args, params) => fft.irfft(complexOf(args), options(params)) as Tensor,
  fftfreq: (_, { n, d }) => fft.fftfreq(n as number, { d: d as number }),
  fftshift: ([x], params) => fft.fftshift(x as Tensor, options(params)),
};
