// What: a planet's orbit from its Lagrangian alone: the equations of motion come from derivatives.
// Why: Euler-Lagrange needs a gradient, a Hessian and a mixed derivative; each is a composition, none is by hand.
// Prints: energy -0.680000 to -0.680000, angular momentum 0.800000 to 0.800000

import { grad, hessian, jacfwd, np, type Tensor } from "cotangent";

/** Kinetic minus potential energy of a planet of mass 1 at position q with velocity v. */
const lagrangian = (q: Tensor, v: Tensor): Tensor =>
  np.add(np.mul(0.5, np.vdot(v, v)), np.div(1, np.sqrt(np.vdot(q, q))));

const [slopeAtQ, slopeAtV] = [grad(lagrangian), grad(lagrangian, { argnums: 1 })];
const massMatrix = hessian(lagrangian, { argnums: 1 });
const mixed = jacfwd(slopeAtV);

/** d/dt dL/dv = dL/dq, so: (d2L/dv2) a = dL/dq - (d2L/dv dq) v, a 2 x 2 system. */
const acceleration = (q: Tensor, v: Tensor): Tensor => {
  const force = np.sub(slopeAtQ(q, v), np.matmul(mixed(q, v), v));
  const [[a, b], [c, d]] = massMatrix(q, v).toArray() as [[number, number], [number, number]];
  const inverse = np.div(
    np.array([
      [d, -b],
      [-c, a],
    ]),
    a * d - b * c,
  );
  return np.matmul(inverse, force);
};

/** Energy is v dL/dv - L, for every Lagrangian. */
const energy = (q: Tensor, v: Tensor): number => np.sub(np.vdot(v, slopeAtV(q, v)), lagrangian(q, v)).item();
/** Angular momentum q x p with p = dL/dv. */
const angularMomentum = (q: Tensor, v: Tensor): number => {
  const [x, y] = q.toArray() as [number, number];
  const [px, py] = slopeAtV(q, v).toArray() as [number, number];
  return x * py - y * px;
};

/** One step of the classical Runge-Kutta method. */
const step = (q: Tensor, v: Tensor, h: number): readonly [Tensor, Tensor] => {
  const after = (dq: Tensor, dv: Tensor, t: number): readonly [Tensor, Tensor] => {
    const [q1, v1] = [np.add(q, np.mul(t, dq)), np.add(v, np.mul(t, dv))];
    return [v1, acceleration(q1, v1)];
  };
  const [q1, v1] = [v, acceleration(q, v)];
  const [q2, v2] = after(q1, v1, h / 2);
  const [q3, v3] = after(q2, v2, h / 2);
  const [q4, v4] = after(q3, v3, h);
  const mean = (a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor =>
    np.div(np.add(np.add(a, d), np.mul(2, np.add(b, c))), 6);
  return [np.add(q, np.mul(h, mean(q1, q2, q3, q4))), np.add(v, np.mul(h, mean(v1, v2, v3, v4)))];
};

let [q, v]: readonly [Tensor, Tensor] = [np.array([1, 0]), np.array([0, 0.8])];
const [energyBefore, momentumBefore] = [energy(q, v), angularMomentum(q, v)];
for (let i = 0; i < 400; i++) {
  [q, v] = step(q, v, 0.01);
  if (i % 80 === 79) {
    const [x, y] = q.toArray() as [number, number];
    console.log(
      `t = ${((i + 1) / 100).toFixed(1)}: x = ${x.toFixed(4).padStart(7)}, y = ${y.toFixed(4).padStart(7)}`,
    );
  }
}
console.log(`energy ${energyBefore.toFixed(6)} to ${energy(q, v).toFixed(6)},`);
console.log(`angular momentum ${momentumBefore.toFixed(6)} to ${angularMomentum(q, v).toFixed(6)}`);
