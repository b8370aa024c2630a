/** Padding by statistics, by ramps and by odd mirrors, against NumPy; both modes of derivatives, mapped and compiled. */
import { jit, np, type Tensor, vmap } from "cotangent";
import { checkGrads } from "cotangent/testing";
import { differences, type ReferenceTensor, toTensor } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface PadCase {
  readonly id: string;
  readonly x: ReferenceTensor;
  readonly width: number;
  readonly options: object;
  readonly out: ReferenceTensor;
}

goldenSuite<PadCase>("pad", ({ x, width, options, out }) => {
  const given = toTensor(x);
  const f = (y: Tensor): Tensor => np.pad(y, width, options);
  // elements that tie, where an extreme has a kink, are moved apart
  const apart = np.mul(0.02, np.reshape(np.arange(given.size), given.shape));
  if (x.dtype === "float64" && x.shape.length === 1) checkGrads(f, [np.add(given, apart)], { order: 2 });
  const pair = vmap(f)(np.stack([given, given]));
  return [
    ...differences("out", f(given), out, [1e-14, 1e-14]),
    ...differences("compiled", jit(f)(given), out, [1e-14, 1e-14]),
    ...differences("mapped", np.slice(pair, 1), out, [1e-14, 1e-14]),
  ];
});
