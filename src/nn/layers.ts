/** Layers as pairs of pure functions: `init` makes parameters, a tree, and `apply` is a function of them. */
import { add } from "../numpy/arithmetic.js";
import { matmul } from "../numpy/contract.js";
import { take } from "../numpy/index-arrays.js";
import { optionsOf } from "../numpy/options.js";
import { normal } from "../random/continuous.js";
import { checkKey, childKeys, type Key } from "../random/key.js";
import type { FloatDType } from "../tensor/dtype.js";
import { ArgumentError, describe } from "../tensor/errors.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { type ConvolutionOptions, convGeneralDilated } from "./convolution.js";
import { glorotUniform, heNormal, type Initializer, zeros } from "./initializers.js";
import { perAxis } from "./windows.js";

/** A layer: parameters from a key, and a function of parameters and input. */
export interface Layer<P> {
  readonly init: (key: Key) => P;
  readonly apply: (parameters: P, x: TensorLike) => Tensor;
}

export interface LayerOptions {
  /** Default float64. */
  readonly dtype?: FloatDType;
  readonly initializer?: Initializer;
}

/** Weights and offsets of a layer. */
export interface Affine {
  readonly weights: Tensor;
  readonly offset: Tensor;
}

const typed = (dtype: FloatDType | undefined): { readonly dtype?: FloatDType } =>
  dtype === undefined ? {} : { dtype };

/** A whole number from 1 on, such as a number of features. */
const checkSize = (operation: string, what: string, n: unknown): number =>
  perAxis(operation, what, n, 1)[0] as number;

/**
 * x times a matrix plus an offset: [..., features in] gives [..., features out].
 * @throws ArgumentError for numbers of features that are none.
 * @example nn.dense(3, 2).apply(nn.dense(3, 2).init(random.key(0)), np.ones([4, 3])).shape // [4, 2]
 */
export const dense = (featuresIn: number, featuresOut: number, options?: LayerOptions): Layer<Affine> => {
  const { dtype, initializer = glorotUniform } = optionsOf("dense", options, ["dtype", "initializer"]);
  const into = checkSize("dense", "features in", featuresIn);
  const out = checkSize("dense", "features out", featuresOut);
  return {
    init: (key) => ({
      weights: initializer(checkKey("dense", key), [into, out], typed(dtype)),
      offset: zeros(key, [out], typed(dtype)),
    }),
    apply: ({ weights, offset }, x) => add(matmul(x, weights) as Tensor, offset) as Tensor,
  };
};

export interface ConvOptions
  extends LayerOptions,
    Pick<ConvolutionOptions, "strides" | "padding" | "windowDilation" | "featureGroups"> {}
/**
 * A convolution plus an offset for each feature: [examples, positions..., features in] gives features out. The window
 * has one size for each axis of positions, 1 to 3 of them.
 * @throws ArgumentError for windows or numbers of features that are none.
 * @example nn.conv([3, 3], 1, 4).apply(nn.conv([3, 3], 1, 4).init(random.key(0)), np.ones([2, 8, 8, 1])).shape // [2, 6, 6, 4]
 */
export const conv = (
  window: readonly number[],
  featuresIn: number,
  featuresOut: number,
  options?: ConvOptions,
): Layer<Affine> => {
  const keys = ["dtype", "initializer", "strides", "padding", "windowDilation", "featureGroups"] as const;
  const { dtype, initializer = heNormal, ...rest } = optionsOf("conv", options, keys);
  if (!Array.isArray(window))
    throw ArgumentError.invalid("conv", `the window is ${describe(window)}`, "Pass its sizes in an array.");
  const sizes = perAxis("conv", "a window", window, window.length);
  const groups = checkSize("conv", "feature groups", rest.featureGroups ?? 1);
  const into = checkSize("conv", "features in", featuresIn);
  const out = checkSize("conv", "features out", featuresOut);
  if (into % groups !== 0 || out % groups !== 0)
    throw ArgumentError.invalid(
      "conv",
      `${groups} groups do not divide ${into} and ${out} features`,
      "They divide both.",
    );
  return {
    init: (key) => ({
      weights: initializer(checkKey("conv", key), [...sizes, into / groups, out], typed(dtype)),
      offset: zeros(key, [out], typed(dtype)),
    }),
    apply: ({ weights, offset }, x) => add(convGeneralDilated(x, weights, rest), offset) as Tensor,
  };
};

/**
 * A table with one vector for each of `count` things: indices of any shape [...] give [..., features].
 * @throws ArgumentError for sizes that are none; IndexError where an index lies beyond the table.
 * @example nn.embedding(10, 4).apply(nn.embedding(10, 4).init(random.key(0)), new Int32Array([1, 2])).shape // [2, 4]
 */
export const embedding = (
  count: number,
  features: number,
  options?: LayerOptions,
): Layer<{ readonly table: Tensor }> => {
  const { dtype, initializer = normal } = optionsOf("embedding", options, ["dtype", "initializer"]);
  const shape = [checkSize("embedding", "a count", count), checkSize("embedding", "features", features)];
  return {
    init: (key) => ({ table: (initializer as Initializer)(checkKey("embedding", key), shape, typed(dtype)) }),
    apply: ({ table }, x) => take(table, x, { axis: 0 }) as Tensor,
  };
};

/** A layer of any parameters. */
export interface AnyLayer {
  readonly init: (key: Key) => unknown;
  readonly apply: (parameters: never, x: TensorLike) => Tensor;
}

/** The parameters of each of several layers; a plain function has none. */
type ParametersOf<L extends readonly unknown[]> = {
  readonly [I in keyof L]: L[I] extends { readonly init: (key: Key) => infer P } ? P : null;
};

/**
 * Layers one after the other; plain functions, such as `nn.relu`, stand among them and have the parameters null.
 * @throws ArgumentError for something that is neither.
 * @example nn.serial(nn.dense(3, 8), nn.relu).init(random.key(0)).length // 2
 */
export const serial = <const L extends readonly (AnyLayer | ((x: Tensor) => Tensor))[]>(
  ...layers: L
): Layer<ParametersOf<L>> => {
  const isLayer = (layer: unknown): layer is Layer<unknown> =>
    typeof layer === "object" && layer !== null && "init" in layer && "apply" in layer;
  layers.forEach((layer, i) => {
    if (!isLayer(layer) && typeof layer !== "function")
      throw ArgumentError.invalid(
        "serial",
        `layer ${i} is ${describe(layer)}`,
        "Layers have init and apply, or are functions.",
      );
  });
  return {
    init: (key) => {
      const keys = childKeys(checkKey("serial", key), Math.max(layers.length, 1));
      return layers.map((layer, i) => (isLayer(layer) ? layer.init(keys[i] as Key) : null)) as never;
    },
    apply: (parameters, x) => {
      const all = parameters as readonly unknown[];
      return layers.reduce<TensorLike>(
        (y, layer, i) =>
          isLayer(layer) ? layer.apply(all[i], y) : (layer as (x: TensorLike) => TensorLike)(y),
        x,
      ) as Tensor;
    },
  };
};
