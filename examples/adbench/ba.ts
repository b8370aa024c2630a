/**
 * Bundle adjustment of ADBench: cameras, points and the weights of observations are fitted to where the points were
 * seen. One observation is a small function; `vmap` makes it a function of all of them, and of its Jacobian likewise.
 *
 * Source: F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark of selected algorithmic differentiation tools on some
 * problems in computer vision and machine learning", Optimization Methods and Software 33 (2018), section 3.1.
 */
import { jacrev, np, type Tensor, vmap } from "cotangent";
import { generator } from "./random.js";
import { rotate } from "./rotation.js";

export interface BaParams {
  /** [n, 11]: rotation (3), centre (3), focal length, principal point (2), radial distortion (2). */
  readonly cameras: Tensor;
  /** [m, 3]. */
  readonly points: Tensor;
  /** [p], one for each observation. */
  readonly weights: Tensor;
}

/** Which camera saw which point, and where. */
export interface Observations {
  /** [p], indexes into the cameras. */
  readonly cameras: Tensor;
  /** [p], indexes into the points. */
  readonly points: Tensor;
  /** [p, 2]. */
  readonly features: Tensor;
}

const range = (from: number, to?: number): { slice: [number, number | null] } => ({
  slice: [from, to ?? null],
});

/** Where a camera sees a point: [11] and [3] give [2]. */
export const project = (camera: Tensor, point: Tensor): Tensor => {
  const rotation = np.slice(camera, range(0, 3));
  const centre = np.slice(camera, range(3, 6));
  const focalLength = np.slice(camera, 6);
  const principalPoint = np.slice(camera, range(7, 9));
  const [k1, k2] = [np.slice(camera, 9), np.slice(camera, 10)];

  const seen = rotate(rotation, np.sub(point, centre));
  const flat = np.div(np.slice(seen, range(0, 2)), np.slice(seen, 2));
  const r2 = np.sum(np.square(flat));
  const distortion = np.add(1, np.mul(r2, np.add(k1, np.mul(r2, k2))));
  return np.add(np.mul(np.mul(focalLength, distortion), flat), principalPoint);
};

/** The weighted miss of one observation: [2]. */
export const reprojectionError = (camera: Tensor, point: Tensor, weight: Tensor, feature: Tensor): Tensor =>
  np.mul(weight, np.sub(project(camera, point), feature));

/** Keeps weights from vanishing: 1 - w^2. */
export const weightError = (weight: Tensor): Tensor => np.sub(1, np.square(weight));

/** The arguments of `reprojectionError` for all observations. */
const gathered = (
  { cameras, points, weights }: BaParams,
  seen: Observations,
): [Tensor, Tensor, Tensor, Tensor] => [
  np.take(cameras, seen.cameras, { axis: 0 }),
  np.take(points, seen.points, { axis: 0 }),
  weights,
  seen.features,
];

export interface BaResiduals {
  /** [p, 2]. */
  readonly reprojection: Tensor;
  /** [p]. */
  readonly weight: Tensor;
}

export const baResiduals = (params: BaParams, seen: Observations): BaResiduals => ({
  reprojection: vmap(reprojectionError)(...gathered(params, seen)),
  weight: weightError(params.weights),
});

/** The sum of the squares of all residuals. */
export const baObjective = (params: BaParams, seen: Observations): Tensor => {
  const { reprojection, weight } = baResiduals(params, seen);
  return np.add(np.sum(np.square(reprojection)), np.sum(np.square(weight)));
};

/**
 * The Jacobian as the blocks that are not 0, [p, 2, 15]: an observation's residuals by its own camera (11), point (3)
 * and weight (1).
 */
export const baJacobianBlocks = (params: BaParams, seen: Observations): Tensor => {
  const one = (camera: Tensor, point: Tensor, weight: Tensor, feature: Tensor): Tensor => {
    const blocks = jacrev(reprojectionError, { argnums: [0, 1, 2] })(camera, point, weight, feature);
    const [byCamera, byPoint, byWeight] = blocks as [Tensor, Tensor, Tensor];
    return np.concatenate([byCamera, byPoint, np.expandDims(byWeight, 1)], { axis: 1 });
  };
  return vmap(one)(...gathered(params, seen));
};

export interface BaProblem {
  readonly params: BaParams;
  readonly seen: Observations;
}

/** `n` cameras some way off before `m` points, `p` observations with a little noise. */
export const generateBa = (n: number, m: number, p: number, seed: number): BaProblem => {
  const { normals, uniform, below } = generator(seed);
  const camera = (): Float64Array =>
    Float64Array.from([
      ...normals(3, 0.2),
      ...normals(2),
      -8 + uniform(),
      400 + 100 * uniform(),
      ...normals(2, 20),
      ...normals(2, 0.01),
    ]);
  const cameras = np.stack(Array.from({ length: n }, camera));
  const points = np.reshape(np.array(normals(3 * m)), [m, 3]);
  const byCamera = np.array(Int32Array.from({ length: p }, (_, i) => i % n));
  const byPoint = np.array(Int32Array.from({ length: p }, () => below(m)));
  const seenAt = vmap(project)(
    np.take(cameras, byCamera, { axis: 0 }),
    np.take(points, byPoint, { axis: 0 }),
  );
  const features = np.add(seenAt, np.reshape(np.array(normals(2 * p)), [p, 2]));
  const weights = np.array(Float64Array.from({ length: p }, () => 0.5 + uniform()));
  return { params: { cameras, points, weights }, seen: { cameras: byCamera, points: byPoint, features } };
};
