/** Rotations of space given by a vector: its direction is the axis, its length the angle. */
import { np, type Tensor } from "cotangent";

/**
 * Rodrigues' formula on points `x` of shape [..., 3], with theta the length of `rotation` and u its direction:
 * cos(theta) x + sin(theta) u * x + (1 - cos(theta)) (u . x) u; to first order, x + rotation * x, at length 0.
 */
export const rotate = (rotation: Tensor, x: Tensor): Tensor => {
  const squared = np.sum(np.square(rotation));
  const isZero = np.equal(squared, 0);
  // the branch that is not taken must not divide by 0 either: its derivative would be no number
  const theta = np.sqrt(np.where(isZero, 1, squared));
  const axis = np.div(rotation, theta);
  const [cos, sin] = [np.cos(theta), np.sin(theta)];
  const along = np.mul(np.expandDims(np.matmul(x, axis), -1), axis);
  const turned = np.add(
    np.add(np.mul(cos, x), np.mul(sin, np.cross(axis, x))),
    np.mul(np.sub(1, cos), along),
  );
  return np.where(isZero, np.add(x, np.cross(rotation, x)), turned);
};
