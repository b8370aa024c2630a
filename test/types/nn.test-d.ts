/** Neural networks as the compiler sees them: shapes and dtypes of activations, parameters of layers in their types. */
import type { Shape, Tensor } from "cotangent";
import { grad } from "cotangent";
import * as nn from "cotangent/nn";
import type { Key } from "cotangent/random";
import { same } from "./same.js";

declare const x: Tensor<[2, 3], "float32">;
declare const ints: Tensor<[4], "int32">;
declare const rows: Tensor<[number, 3], "float64">;
declare const unknown: Tensor;
declare const key: Key;

// activations keep the shape and are floats
same<Tensor<[2, 3], "float32">>()(nn.relu(x));
same<Tensor<[4], "float64">>()(nn.sigmoid(ints));
same<Tensor<[number, 3], "float64">>()(nn.silu(rows));
same<Tensor<[2, 3], "float32">>()(nn.leakyRelu(x, { negativeSlope: 0.2 }));
same<Tensor<[2, 3], "float32">>()(nn.gelu(x, { approximate: true }));
same<Tensor<[2, 3], "float32">>()(nn.softmax(x, { axis: 0 }));
same<Tensor<[number, 3], "float64">>()(nn.logSoftmax(rows));
same<Tensor<Shape, "float32">>()(nn.relu(unknown as Tensor<Shape, "float32">));

// what depends on options has no literal shape
same<Tensor>()(nn.glu(x));
same<Tensor>()(nn.layerNorm(x, { scale: [1, 2, 3], epsilon: 1e-3 }));
same<Tensor>()(nn.mse(x, 0, { reduction: "none" }));

// the parameters of layers are trees of their own types, and so are their gradients
const dense = nn.dense(3, 2);
const affine = dense.init(key);
same<Tensor>()(affine.weights);
same<Tensor>()(dense.apply(affine, x));
const model = nn.serial(nn.conv([3, 3], 1, 4), nn.relu, nn.dense(4, 2), nn.embedding(5, 3));
const parameters = model.init(key);
same<Tensor>()(parameters[0].weights);
same<null>()(parameters[1]);
same<Tensor>()(parameters[2].offset);
same<Tensor>()(parameters[3].table);
const slopes = grad((p: typeof parameters) => nn.mse(model.apply(p, x), 0))(parameters);
same<Tensor>()(slopes[2].weights);
const [normal, moments] = nn.batchNorm(x);
same<Tensor>()(normal);
same<Tensor>()(moments.variance);

// @ts-expect-error there is no such option
nn.relu(x, { slope: 1 });
// @ts-expect-error there is no such option
nn.leakyRelu(x, { slope: 1 });
// @ts-expect-error no reduction
nn.mse(x, 0, { reduction: "max" });
// @ts-expect-error the number of groups is needed
nn.groupNorm(x);
// @ts-expect-error windows are reduced by names, or by functions
nn.reduceWindow(x, "mean", { window: [1, 1] });
// @ts-expect-error functions of two scalars
nn.reduceWindow(x, (_a, _b, c) => c, { window: [1, 1], initial: 0 });
nn.reduceWindow(x, (a, b) => same<Tensor>()(a) ?? b, { window: [1, 1], initial: 0 });
same<Tensor>()(nn.resize(x, [4, 6], { method: "lanczos3", antialias: false }));
// @ts-expect-error no method
nn.resize(x, [4, 6], { method: "area" });
same<Tensor>()(nn.mapCoordinates(x, [rows, 0.5], { order: 0, mode: "mirror" }));
// @ts-expect-error orders are 0 and 1
nn.mapCoordinates(x, [rows, 0.5], { order: 3 });
same<Tensor>()(nn.patches(unknown, 3, { padding: "SAME" }));
// @ts-expect-error a layer takes its own parameters
dense.apply({ weights: affine.weights }, x);
// @ts-expect-error the second layer has no parameters
parameters[1].weights;
// @ts-expect-error text is no layer
nn.serial(nn.dense(1, 1), "relu");
// @ts-expect-error the key comes first
nn.dropout(x, key, 0.5);
