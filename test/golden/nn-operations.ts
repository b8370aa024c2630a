/** The functions of neural networks by their names in nn.json. */
import { np, type Tensor } from "cotangent";
import * as nn from "cotangent/nn";

type Params = Readonly<Record<string, unknown>>;
type Operation = (args: readonly Tensor[], params: Params) => Tensor;
type Pairs = readonly (readonly [number, number])[];

const one =
  (f: (x: Tensor) => Tensor): Operation =>
  ([x]) =>
    f(x as Tensor);
const along =
  (f: (x: Tensor, options: { readonly axis?: number }) => Tensor): Operation =>
  ([x], { axis }) =>
    f(x as Tensor, axis === undefined ? {} : { axis: axis as number });

/** The files pool the trailing axes of NC..., the library the middle ones of N...C. */
const pool =
  (f: typeof nn.maxPool): Operation =>
  ([x], { window_shape, strides, padding }) => {
    const pooled = f(np.moveaxis(x as Tensor, 1, -1), window_shape as number[], {
      strides: strides as number[],
      padding: padding as Pairs,
    });
    return np.moveaxis(pooled, -1, 1);
  };
const labelsOf = (params: Params): Tensor => np.array(params.labels as number[], { dtype: "int32" });

export const nnOperations: Readonly<Record<string, Operation>> = {
  avg_pool: pool(nn.avgPool),
  conv_general_dilated: ([x, w], params) =>
    nn.convGeneralDilated(x as Tensor, w as Tensor, {
      strides: params.window_strides as number[],
      padding: params.padding as Pairs,
      imageDilation: params.lhs_dilation as number[],
      windowDilation: params.rhs_dilation as number[],
      featureGroups: params.feature_group_count as number,
      dimensionNumbers: params.dimension_numbers as [string, string, string],
    }),
  elu: ([x], { alpha }) => nn.elu(x as Tensor, { alpha: alpha as number }),
  gelu: ([x], { approximate }) => nn.gelu(x as Tensor, { approximate: approximate as boolean }),
  glu: along(nn.glu),
  hard_tanh: one(nn.hardTanh),
  layer_norm: ([x, scale, offset], { axis, epsilon }) =>
    nn.layerNorm(x as Tensor, {
      scale: scale as Tensor,
      offset: offset as Tensor,
      axis: axis as number,
      epsilon: epsilon as number,
    }),
  leaky_relu: ([x], { negative_slope }) =>
    nn.leakyRelu(x as Tensor, { negativeSlope: negative_slope as number }),
  log_sigmoid: one(nn.logSigmoid),
  log_softmax: along(nn.logSoftmax),
  max_pool: pool(nn.maxPool),
  mean_softmax_cross_entropy: ([x], params) =>
    nn.softmaxCrossEntropyWithIntegerLabels(x as Tensor, labelsOf(params)),
  mse: ([x, y]) => nn.mse(x as Tensor, y as Tensor),
  relu: one(nn.relu),
  selu: one(nn.selu),
  sigmoid: one(nn.sigmoid),
  sigmoid_binary_cross_entropy: ([x], { labels }) =>
    nn.sigmoidBinaryCrossEntropy(x as Tensor, np.array(labels as number[]), { reduction: "none" }),
  silu: one(nn.silu),
  softmax: along(nn.softmax),
  softmax_cross_entropy_with_integer_labels: ([x], params) =>
    nn.softmaxCrossEntropyWithIntegerLabels(x as Tensor, labelsOf(params), { reduction: "none" }),
  softplus: one(nn.softplus),
};
