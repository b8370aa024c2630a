/** Discrete Fourier transforms under NumPy's names; complex tensors are pairs { re, im } of real ones. */
export type { Complex, ComplexLike } from "./complex.js";
export { dct, dctn, dst, dstn, idct, idctn, idst, idstn } from "./cosine.js";
export { fftfreq, fftshift, ifftshift, rfftfreq } from "./frequencies.js";
export { fft, hfft, ifft, ihfft, irfft, rfft } from "./line.js";
export { fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn } from "./several.js";
