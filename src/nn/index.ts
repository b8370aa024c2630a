/** What neural networks are made of, as pure functions: activations, normalisations, losses, convolutions, pools. */
export { oneHot } from "../numpy/index-arrays.js";
export { logsumexp } from "../numpy/statistics.js";
export {
  celu,
  elu,
  gelu,
  glu,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  squareplus,
  swish,
  tanh,
} from "./activations.js";
export { dotProductAttention, multiHeadAttention } from "./attention.js";
export { convGeneralDilated, convTranspose } from "./convolution.js";
export { mapCoordinates } from "./coordinates.js";
export { dropout } from "./dropout.js";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  varianceScaling,
  zeros,
} from "./initializers.js";
export { conv, dense, embedding, type Layer, serial } from "./layers.js";
export {
  cosineDistance,
  cosineSimilarity,
  hinge,
  huber,
  klDivergence,
  mae,
  mse,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyWithIntegerLabels,
} from "./losses.js";
export { batchNorm, groupNorm, layerNorm, rmsNorm } from "./normalization.js";
export { patches } from "./patches.js";
export { avgPool, maxPool, reduceWindow } from "./pooling.js";
export { resize } from "./resize.js";
export { logSoftmax, softmax, standardize } from "./softmax.js";
