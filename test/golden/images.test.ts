/** Images resized, read between their elements and cut into patches, against PyTorch: values and cotangents. */
import { np, type Tensor, vjp } from "cotangent";
import * as nn from "cotangent/nn";
import { differences, type ReferenceTensor, toTensor } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface ImageCase {
  readonly id: string;
  readonly op: "resize" | "mapCoordinates" | "patches";
  readonly args: readonly ReferenceTensor[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly out: ReferenceTensor;
  readonly ct: ReferenceTensor;
  readonly vjp: readonly ReferenceTensor[];
}

const call = ({ op, params }: ImageCase, [x, ...points]: readonly Tensor[]): Tensor => {
  const { shape, window, ...options } = params;
  if (op === "resize") return nn.resize(x as Tensor, shape as number[], options);
  if (op === "mapCoordinates") return nn.mapCoordinates(x as Tensor, points, options);
  // both have features first and slowest
  return nn.patches(x as Tensor, window as number[], {
    ...options,
    dimensionNumbers: ["NCHW", "HWIO", "NCHW"],
  });
};

const tolerance = [1e-12, 1e-12] as const;

goldenSuite<ImageCase>("images", (theCase) => {
  const args = theCase.args.map(toTensor);
  const [out, pullback] = vjp((...xs: Tensor[]) => call(theCase, xs), args);
  const cotangents = pullback(toTensor(theCase.ct)) as readonly Tensor[];
  return [
    ...differences("out", out, theCase.out, tolerance),
    ...cotangents.flatMap((ct, i) =>
      differences(`cotangent ${i}`, np.add(ct, 0), theCase.vjp[i] as ReferenceTensor, tolerance),
    ),
  ];
});
