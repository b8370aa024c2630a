/**
 * Hand tracking of ADBench: a skeleton of bones posed by 26 numbers carries the vertices of a mesh, which are fitted
 * to points. All bones' rotations are one `vmap`, and all vertices one contraction.
 *
 * Source: F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark of selected algorithmic differentiation tools on some
 * problems in computer vision and machine learning", Optimization Methods and Software 33 (2018), section 3.3.
 */
import { np, type Tensor, vmap } from "cotangent";
import { generator } from "./random.js";
import { rotate } from "./rotation.js";

/** A mesh of `v` vertices on `b` bones. */
export interface HandModel {
  /** The bone that carries each bone, -1 for a root; carriers come first. */
  readonly parents: readonly number[];
  /** [b, 4, 4]: each bone relative to its parent, at rest. */
  readonly baseRelatives: Tensor;
  /** [b, 4, 4]: from the space of the mesh to that of each bone, at rest. */
  readonly inverseBaseAbsolutes: Tensor;
  /** [v, 3]. */
  readonly basePositions: Tensor;
  /** [v, b], how much of each bone's motion a vertex follows. */
  readonly weights: Tensor;
}

/** What was seen: `n` points, and which part of the mesh each belongs to. */
export interface HandData {
  /** [n, 3]. */
  readonly points: Tensor;
  /** [n], vertices; or [n, 3], the corners of triangles, for `handErrorOnTriangles`. */
  readonly correspondences: Tensor;
}

const fingers = 5;
const rigid = 6;
const parametersPerFinger = 4;

/**
 * Where the angles (x, z, y) of each bone stand in theta: a finger bends by (a, b, 0), (c, 0, 0), (d, 0, 0) in its
 * second to fourth bone. What does not bend points behind the end, where a 0 stands.
 */
const anglePositions = (bones: number, behind: number): Int32Array => {
  const at = new Int32Array(bones * 3).fill(behind);
  for (let finger = 0; finger < fingers; finger++) {
    const bone = 2 + finger * parametersPerFinger;
    const first = rigid + finger * parametersPerFinger;
    at.set([first, first + 1], bone * 3);
    at.set([first + 2], (bone + 1) * 3);
    at.set([first + 3], (bone + 2) * 3);
  }
  return at;
};

/** Rz Ry Rx as a 4 x 4 matrix, from the angles about x, z and y. */
const eulerRotation = (xzy: Tensor): Tensor => {
  const [cx, cz, cy] = np.unstack(np.cos(xzy)) as [Tensor, Tensor, Tensor];
  const [sx, sz, sy] = np.unstack(np.sin(xzy)) as [Tensor, Tensor, Tensor];
  const { mul, add, sub } = np;
  const rows = [
    [mul(cz, cy), sub(mul(cz, mul(sy, sx)), mul(sz, cx)), add(mul(cz, mul(sy, cx)), mul(sz, sx))],
    [mul(sz, cy), add(mul(sz, mul(sy, sx)), mul(cz, cx)), sub(mul(sz, mul(sy, cx)), mul(cz, sx))],
    [np.negative(sy), mul(cy, sx), mul(cy, cx)],
  ];
  const rotation = np.stack(rows.map((row) => np.stack(row)));
  const corner = np.diag([0, 0, 0, 1]);
  return np.add(
    np.pad(rotation, [
      [0, 1],
      [0, 1],
    ]),
    corner,
  );
};

/** The motion of each bone from rest, in the space of the mesh: [b, 4, 4]. */
const boneTransforms = (theta: Tensor, model: HandModel): Tensor => {
  const bones = model.parents.length;
  const angles = np.take(np.pad(theta, [[0, 1]]), anglePositions(bones, theta.size));
  const relatives = np.unstack(
    np.matmul(model.baseRelatives, vmap(eulerRotation)(np.reshape(angles, [bones, 3]))),
  ) as Tensor[];
  const absolutes: Tensor[] = [];
  for (const [bone, parent] of model.parents.entries()) {
    const relative = relatives[bone] as Tensor;
    absolutes.push(parent < 0 ? relative : np.matmul(absolutes[parent] as Tensor, relative));
  }
  return np.matmul(np.stack(absolutes), model.inverseBaseAbsolutes);
};

/** The places of some vertices of the posed hand: indexes of shape [...] give [..., 3]. */
export const handVertices = (theta: Tensor, model: HandModel, vertices: Tensor): Tensor => {
  const transforms = np.slice(boneTransforms(theta, model), { slice: [] }, { slice: [0, 3] });
  const base = np.take(model.basePositions, vertices, { axis: 0 });
  const ones = np.ones([...vertices.shape, 1]);
  const homogeneous = np.concatenate([base, ones], { axis: -1 });
  const weights = np.take(model.weights, vertices, { axis: 0 });
  const posed = np.einsum("...b,bij,...j->...i", weights, transforms, homogeneous);
  const globalRotation = np.slice(theta, { slice: [0, 3] });
  const translation = np.slice(theta, { slice: [3, 6] });
  return np.add(rotate(globalRotation, posed), translation);
};

/** From vertices to points: theta of shape [26] gives [n, 3]. */
export const handError = (theta: Tensor, model: HandModel, { points, correspondences }: HandData): Tensor =>
  np.sub(points, handVertices(theta, model, correspondences));

/** From places on triangles to points; `us` of shape [n, 2] are the barycentric coordinates of the first two corners. */
export const handErrorOnTriangles = (
  theta: Tensor,
  us: Tensor,
  model: HandModel,
  { points, correspondences }: HandData,
): Tensor => {
  const corners = handVertices(theta, model, correspondences);
  const last = np.sub(1, np.sum(us, { axis: 1, keepdims: true }));
  const coordinates = np.concatenate([us, last], { axis: 1 });
  return np.sub(points, np.sum(np.mul(np.expandDims(coordinates, 2), corners), { axis: 1 }));
};

export interface HandProblem {
  readonly model: HandModel;
  readonly theta: Tensor;
  readonly us: Tensor;
  /** On vertices. */
  readonly data: HandData;
  /** On triangles. */
  readonly triangleData: HandData;
}

/** Five fingers of four bones on a wrist, and one bone beside; a mesh of `v` vertices at random about them. */
export const generateHand = (v: number, n: number, seed: number): HandProblem => {
  const { normals, uniform, below } = generator(seed);
  const parents = [-1, ...[0, 1, 2, 3, 4].flatMap((f) => [0, 4 * f + 1, 4 * f + 2, 4 * f + 3]), 0];
  const bones = parents.length;
  // at rest each bone only lies some way from its parent, so that the inverses are moves back
  const relativeMoves = parents.map(() => normals(3, 0.5));
  const absoluteMoves: Float64Array[] = [];
  for (const [bone, parent] of parents.entries()) {
    const from = absoluteMoves[parent] ?? new Float64Array(3);
    absoluteMoves.push(from.map((c, i) => c + (relativeMoves[bone]?.[i] as number)));
  }
  const moves = (by: readonly Float64Array[], sign: number): Tensor =>
    np.stack(
      by.map((c) =>
        np.add(
          np.eye(4),
          np.pad(np.reshape(np.array(c.map((t) => sign * t)), [3, 1]), [
            [0, 1],
            [3, 0],
          ]),
        ),
      ),
    );
  const raw = np.reshape(np.array(Float64Array.from({ length: v * bones }, () => uniform() ** 4)), [
    v,
    bones,
  ]);
  const indexes = (count: number): Tensor => np.array(Int32Array.from({ length: count }, () => below(v)));
  const places = (count: number): Tensor => np.reshape(np.array(normals(3 * count)), [count, 3]);
  const points = places(n);
  return {
    model: {
      parents,
      baseRelatives: moves(relativeMoves, 1),
      inverseBaseAbsolutes: moves(absoluteMoves, -1),
      basePositions: places(v),
      weights: np.div(raw, np.sum(raw, { axis: 1, keepdims: true })),
    },
    theta: np.array(normals(26, 0.5)),
    us: np.reshape(np.array(Float64Array.from({ length: 2 * n }, () => 0.5 * uniform())), [n, 2]),
    data: { points, correspondences: indexes(n) },
    triangleData: { points, correspondences: np.reshape(indexes(3 * n), [n, 3]) },
  };
};
