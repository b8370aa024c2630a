/** Fourier transforms as the compiler sees them: shapes where no length is given, and floats of both parts. */
import type { Tensor } from "cotangent";
import * as fft from "cotangent/fft";
import { same } from "./same.js";

declare const x: Tensor<[2, 8], "float32">;
declare const ints: Tensor<[3], "int32">;

same<Tensor<[2, 8], "float32">>()(fft.fft(x).re);
same<Tensor<[2, 8], "float32">>()(fft.ifft(fft.fft(x)).im);
same<Tensor<[3], "float64">>()(fft.fft(ints, { norm: "ortho" }).re);
same<Tensor<[2, 8], "float64">>()(fft.fft2({ re: x, im: [[1]] }).re);
same<Tensor<[2, 8], "float32">>()(fft.fftshift(x));

const half: fft.Complex<readonly [number, number], "float32"> = fft.rfft(x);
const back: Tensor<readonly [number, number], "float32"> = fft.irfft(half, { n: 8 });
const cut: fft.Complex<readonly [number, number], "float32"> = fft.fft(x, { n: 4 });
export const known = [back, cut];

// @ts-expect-error a real transform takes no pair
fft.rfft({ re: x, im: x });
// @ts-expect-error there is no such norm
fft.fft(x, { norm: "unitary" });
