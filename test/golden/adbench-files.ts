/**
 * ADBench's own problems, from files with its input and reference values: which of ours disagree. The files belong to
 * others and are not part of this project; `npm run adbench -- <folder>` reads them from where they are.
 */
import { grad, hvp, jacfwd, jacrev, np, type Tensor, valueAndGrad } from "cotangent";
import {
  type BaParams,
  baJacobianBlocks,
  baObjective,
  baResiduals,
  weightError,
} from "../../examples/adbench/ba.js";
import { type GmmParams, gmmObjective, type Wishart } from "../../examples/adbench/gmm.js";
import { type HandModel, handError, handErrorOnTriangles } from "../../examples/adbench/hand.js";
import { type LstmParams, lstmObjective } from "../../examples/adbench/lstm.js";
import {
  differences,
  numberDifferences,
  type ReferenceTensor,
  type Tolerance,
  toTensor,
} from "./reference.js";

type Named = Readonly<Record<string, ReferenceTensor>>;

/** What all files have; each problem has more. */
export interface AdbenchFile {
  readonly problem: string;
}

/** Sentences by the name of what was checked: none means that it agrees. */
export type Checks = Readonly<Record<string, readonly string[]>>;

const flat = (...parts: readonly Tensor[]): Tensor => np.concatenate(parts.map((x) => np.ravel(x)));

interface GmmFile {
  readonly input: Named & { readonly wishart: Wishart };
  readonly objective: number;
  readonly gradient: ReferenceTensor;
  readonly hvp?: { readonly v: ReferenceTensor; readonly out: ReferenceTensor };
  readonly tol: { readonly objective: Tolerance; readonly gradient: Tolerance };
}

const checkGmm = ({ input, objective, gradient, hvp: product, tol }: GmmFile): Checks => {
  const [alphas, means, icf, x] = [input.alphas, input.means, input.icf, input.x].map((r) =>
    toTensor(r as ReferenceTensor),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const params: GmmParams = { alphas, means, icf };
  const f = (p: GmmParams): Tensor => gmmObjective(p, x, input.wishart);
  const inOrder = (p: GmmParams): Tensor => flat(p.alphas, p.means, p.icf);
  const [value, slope] = valueAndGrad(f)(params);
  const along = (r: ReferenceTensor): GmmParams => {
    const v = toTensor(r);
    const [a, m] = [alphas.size, alphas.size + means.size];
    return {
      alphas: np.slice(v, { slice: [0, a] }),
      means: np.reshape(np.slice(v, { slice: [a, m] }), means.shape),
      icf: np.reshape(np.slice(v, { slice: [m] }), icf.shape),
    };
  };
  return {
    objective: numberDifferences("objective", value.item(), objective, tol.objective),
    gradient: differences("gradient", inOrder(slope), gradient, tol.gradient),
    ...(product && {
      "Hessian-vector product": differences(
        "Hessian-vector product",
        inOrder(hvp(f, [params], [along(product.v)])[0]),
        product.out,
        tol.gradient,
      ),
    }),
  };
};

interface BaFile {
  readonly input: Named;
  readonly reproj_err: ReferenceTensor;
  readonly w_err: ReferenceTensor;
  readonly reproj_jacobian: ReferenceTensor;
  readonly w_jacobian: ReferenceTensor;
  readonly sum_of_squares: number;
  readonly gradient: Named;
  readonly tol: { readonly value: Tolerance; readonly jacobian: Tolerance };
}

const checkBa = (file: BaFile): Checks => {
  const [cameras, points, weights, pairs, features] = ["cams", "X", "w", "obs", "feats"].map((name) =>
    toTensor(file.input[name] as ReferenceTensor),
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const params: BaParams = { cameras, points, weights };
  const [byCamera, byPoint] = np.unstack(pairs, { axis: 1 }) as [Tensor, Tensor];
  const seen = { cameras: byCamera, points: byPoint, features };
  const { value, jacobian } = file.tol;
  const errors = baResiduals(params, seen);
  const [sum, slope] = valueAndGrad((p: BaParams) => baObjective(p, seen))(params);
  const slopes = grad((w: Tensor) => np.sum(weightError(w)))(weights);
  const blocks = baJacobianBlocks(params, seen);
  const same = (what: string, got: Tensor, r: ReferenceTensor | undefined, tolerance: Tolerance) =>
    differences(what, got, r as ReferenceTensor, tolerance);
  return {
    "reprojection errors": same("errors", errors.reprojection, file.reproj_err, value),
    "weight errors": same("weight errors", errors.weight, file.w_err, value),
    "Jacobian blocks": same("blocks", blocks, file.reproj_jacobian, jacobian),
    "weight Jacobian": same("weight Jacobian", slopes, file.w_jacobian, jacobian),
    "sum of squares": numberDifferences("sum of squares", sum.item(), file.sum_of_squares, value),
    gradient: [
      ...same("cameras", slope.cameras, file.gradient.cams, jacobian),
      ...same("points", slope.points, file.gradient.X, jacobian),
      ...same("weights", slope.weights, file.gradient.w, jacobian),
    ],
  };
};

interface LstmFile {
  readonly input: Named;
  readonly objective: number;
  readonly gradient: ReferenceTensor;
  readonly tol: { readonly objective: Tolerance; readonly gradient: Tolerance };
}

const checkLstm = ({ input, objective, gradient, tol }: LstmFile): Checks => {
  const [main, extra, state, sequence] = ["main_params", "extra_params", "state", "sequence"].map((name) =>
    toTensor(input[name] as ReferenceTensor),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const letters = np.astype(sequence, "float64");
  const [value, slope] = valueAndGrad((p: LstmParams) => lstmObjective(p, state, letters))({ main, extra });
  return {
    objective: numberDifferences("objective", value.item(), objective, tol.objective),
    gradient: differences("gradient", flat(slope.main, slope.extra), gradient, tol.gradient),
  };
};

interface HandFile {
  readonly complicated: boolean;
  readonly input: Named;
  readonly err: ReferenceTensor;
  readonly jacobian: ReferenceTensor;
  readonly tol: { readonly value: Tolerance; readonly jacobian: Tolerance };
}
export interface HandModelFile {
  readonly model: Named & { readonly parents: readonly number[] };
}

const handModel = ({ model }: HandModelFile): HandModel => {
  const tensor = (name: string): Tensor => toTensor(model[name] as ReferenceTensor);
  return {
    parents: model.parents,
    baseRelatives: tensor("base_relatives"),
    inverseBaseAbsolutes: tensor("inverse_base_absolutes"),
    basePositions: tensor("base_positions"),
    weights: tensor("weights"),
  };
};

const checkHand = (
  { complicated, input, err, jacobian, tol }: HandFile,
  modelFile: HandModelFile,
): Checks => {
  const model = handModel(modelFile);
  const theta = toTensor(input.theta as ReferenceTensor);
  const points = toTensor(input.points as ReferenceTensor);
  const seen = toTensor(input.correspondences as ReferenceTensor);
  const both = (f: (...args: Tensor[]) => Tensor, args: Tensor[], columns: (blocks: Tensor[]) => Tensor) => {
    const byModes = [jacfwd, jacrev].map((jacobianOf) =>
      columns(jacobianOf(f, { argnums: args.map((_, i) => i) })(...args) as Tensor[]),
    );
    return {
      errors: differences("errors", np.ravel(f(...args)), err, tol.value),
      "Jacobian, forward": differences("Jacobian", byModes[0], jacobian, tol.jacobian),
      "Jacobian, reverse": differences("Jacobian", byModes[1], jacobian, tol.jacobian),
    };
  };
  if (!complicated) {
    const data = { points, correspondences: seen };
    return both(
      (t) => handError(t as Tensor, model, data),
      [theta],
      ([byTheta]) => np.reshape(byTheta as Tensor, [-1, theta.size]),
    );
  }
  const corners = np.take(toTensor(modelFile.model.triangles as ReferenceTensor), seen, { axis: 0 });
  const data = { points, correspondences: corners };
  const us = toTensor(input.us as ReferenceTensor);
  const n = points.shape[0] as number;
  return both(
    (t, u) => handErrorOnTriangles(t as Tensor, u as Tensor, model, data),
    [theta, us],
    // a point's errors depend on its own pair of us alone: those blocks, 3 x 2, stand before the columns of theta
    ([byTheta, byUs]) =>
      np.concatenate(
        [
          np.reshape(np.einsum("iciu->icu", byUs as Tensor), [3 * n, 2]),
          np.reshape(byTheta as Tensor, [3 * n, theta.size]),
        ],
        { axis: 1 },
      ),
  );
};

/** `handModelFile` is the model that the problems of hand tracking share. */
export const checkAdbench = (file: AdbenchFile, handModelFile: HandModelFile): Checks => {
  if (file.problem === "gmm") return checkGmm(file as AdbenchFile & GmmFile);
  if (file.problem === "ba") return checkBa(file as AdbenchFile & BaFile);
  if (file.problem === "lstm") return checkLstm(file as AdbenchFile & LstmFile);
  if (file.problem === "hand") return checkHand(file as AdbenchFile & HandFile, handModelFile);
  return { problem: [`no program for the problem ${file.problem}`] };
};
