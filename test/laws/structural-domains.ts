/** Domains of primitives that move, reduce and contract: parameters that fit a drawn shape, and operands. */
import fc from "fast-check";
import type { Shape } from "../../src/tensor/shape.js";
import type { DenseTensor } from "../../src/tensor/tensor.js";
import { filled } from "../../src/testing/differences.js";
import {
  anything,
  collectiveSize,
  type Domain,
  type Draw,
  numbers,
  type Plan,
} from "../../src/testing/domains.js";

const one = (draw: Draw, p: unknown, shape: Shape): Plan => ({ p, operands: fc.tuple(draw.tensor(shape)) });
const distinctOne = (draw: Draw, p: unknown, shape: Shape): Plan => ({
  p,
  operands: fc.tuple(draw.distinct(shape)),
});
const axesOf = (shape: Shape): number[] => shape.map((_, axis) => axis);
const first = (): readonly (readonly number[])[] => [[0]];

/** Some of the axes, in rising order. */
const someAxes = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(axesOf(shape));
const anyAxis = (shape: Shape): fc.Arbitrary<number> => fc.nat(shape.length - 1);
const perAxis = <T>(shape: Shape, of: (n: number, axis: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.tuple(...shape.map(of));

const parameterized = (of: (shape: Shape) => fc.Arbitrary<unknown>, minRank = 0): Domain => ({
  dtypes: anything,
  linear: first,
  plan: (draw) => draw.shape(minRank).chain((shape) => of(shape).map((p) => one(draw, p, shape))),
});

/** The same number of elements in other sizes: a factor moves to another axis, axes of size 1 come and go. */
const reshapings = parameterized((shape) => {
  const n = shape.reduce((a, b) => a * b, 1);
  const options: Shape[] = [[n], [1, n], [n, 1], [...shape].reverse(), shape.filter((size) => size !== 1)];
  for (let d = 2; d <= n; d++) if (n % d === 0) options.push([d, n / d], [1, n / d, d]);
  return fc.constantFrom(...options, ...(n === 1 ? [[]] : []));
});

const broadcasts: Domain = {
  dtypes: anything,
  linear: first,
  plan: (draw) =>
    draw
      .shape(0, 4)
      .chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.subarray(axesOf(shape)),
          fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        ),
      )
      .map(([shape, axes, ones]) =>
        one(
          draw,
          { shape, axes },
          axes.map((axis) => (ones[axis] === true ? 1 : (shape[axis] as number))),
        ),
      ),
};

const slices = parameterized((shape) =>
  perAxis(shape, (n) => fc.tuple(fc.nat(n), fc.nat(n), fc.integer({ min: 1, max: 3 }))).chain((cuts) =>
    fc.boolean().map((plain) => ({
      start: cuts.map(([a, b]) => Math.min(a, b)),
      stop: cuts.map(([a, b]) => Math.max(a, b)),
      step: plain ? null : cuts.map(([, , step]) => step),
    })),
  ),
);

const paddings: Domain = {
  ...parameterized((shape) =>
    fc
      .tuple(
        fc.constantFrom(0, 0, 1),
        perAxis(shape, (n) =>
          fc.tuple(fc.integer({ min: -n, max: 2 }), fc.integer({ min: -n, max: 2 }), fc.nat(2)),
        ),
      )
      .map(([value, frame]) => ({
        value,
        low: frame.map(([low]) => low),
        high: frame.map(([, high]) => high),
        interior: frame.map(([, , interior]) => interior),
      })),
  ),
  linear: (p) => ((p as { readonly value: number }).value === 0 ? [[0]] : []),
};

const concatenations: Domain = {
  dtypes: anything,
  linear: (_, count) => [[0], Array.from({ length: count }, (_, i) => i)],
  plan: (draw) =>
    draw
      .shape(1, 4)
      .chain((shape) =>
        fc.tuple(fc.constant(shape), anyAxis(shape), fc.array(fc.nat(3), { minLength: 1, maxLength: 3 })),
      )
      .map(([shape, axis, sizes]) => ({
        p: axis,
        operands: fc.tuple(...sizes.map((n) => draw.tensor(shape.map((m, i) => (i === axis ? n : m))))),
      })),
};

const dynamicSlices: Domain = {
  dtypes: anything,
  linear: first,
  plan: (draw) =>
    draw
      .shape()
      .chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          perAxis(shape, (n) => fc.nat(n)),
        ),
      )
      .map(([shape, sizes]) => ({
        p: sizes,
        operands: fc.tuple(draw.tensor(shape), draw.indices([shape.length], 6, -2)),
      })),
};

const dynamicUpdates: Domain = {
  dtypes: anything,
  linear: () => [[0], [1], [0, 1]],
  plan: (draw) =>
    draw
      .shape()
      .chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          perAxis(shape, (n) => fc.nat(n)),
        ),
      )
      .map(([shape, block]) => ({
        p: null,
        operands: fc.tuple(draw.tensor(shape), draw.tensor(block), draw.indices([shape.length], 6, -2)),
      })),
};

interface Indexing {
  readonly shape: Shape;
  readonly places: Shape;
  readonly batchAxes: number;
  readonly indexedAxes: number;
}

/** Operands [batch..., indexed..., rest...] and places; indexed axes have one size, so that any index fits. */
const indexings = (draw: Draw): fc.Arbitrary<Indexing> =>
  fc
    .tuple(
      draw.shape(0, 1),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
      draw.shape(0, 1),
      draw.shape(0, 2),
    )
    .map(([batch, indexedAxes, size, rest, places]) => ({
      shape: [...batch, ...new Array<number>(indexedAxes).fill(size), ...rest],
      places: [...batch, ...places],
      batchAxes: batch.length,
      indexedAxes,
    }));

const indexSize = ({ shape, batchAxes, indexedAxes }: Indexing): number =>
  indexedAxes === 0 ? 1 : (shape[batchAxes] as number);
const updateShape = ({ shape, places, batchAxes, indexedAxes }: Indexing): Shape => [
  ...places,
  ...shape.slice(batchAxes + indexedAxes),
];

const gathers: Domain = {
  dtypes: anything,
  linear: first,
  plan: (draw) =>
    indexings(draw).map((x) => ({
      p: { batchAxes: x.batchAxes, indexedAxes: x.indexedAxes },
      operands: fc.tuple(draw.tensor(x.shape), draw.indices([...x.places, x.indexedAxes], indexSize(x))),
    })),
};

/** `draws` says how elements are drawn: distinct ones reach far, and products of many would cancel all their digits. */
const scatters = (
  linear?: readonly (readonly number[])[],
  draws: "distinct" | "tensor" = "distinct",
): Domain => ({
  dtypes: numbers,
  ...(linear === undefined ? {} : { linear: () => linear }),
  plan: (draw) =>
    indexings(draw).map((x) => {
      const updates = updateShape(x);
      const n = x.shape.reduce((a, b) => a * b, 1);
      const m = updates.reduce((a, b) => a * b, 1);
      // operand and updates cut from one tensor: where distinct, no element of the one is any of the other
      const both = draw[draws]([n + m]).map((all) => [part(all, 0, x.shape), part(all, n, updates)] as const);
      const indices = draw.indices([...x.places, x.indexedAxes], indexSize(x));
      return {
        p: { batchAxes: x.batchAxes, indexedAxes: x.indexedAxes },
        operands: fc.tuple(both, indices).map(([[operand, update], at]) => [operand, at, update]),
      };
    }),
});

const part = (all: DenseTensor, from: number, shape: Shape): DenseTensor =>
  filled({ ...all.type, shape }, (i) => all.at(from + i));

const dots: Domain = {
  dtypes: numbers,
  linear: () => [[0], [1]],
  plan: (draw) =>
    fc
      .tuple(
        draw.shape(0, 2),
        draw.shape(0, 2),
        draw.shape(0, 2),
        draw.shape(0, 2),
        fc.array(fc.nat(99), { minLength: 12, maxLength: 12 }),
      )
      .map(([batch, contracted, left, right, mix]) => {
        const arrange = (free: Shape, keys: readonly number[]) => {
          const labels = [
            ...batch.map((n, i) => ({ n, kind: "batch", i })),
            ...contracted.map((n, i) => ({ n, kind: "contract", i })),
            ...free.map((n, i) => ({ n, kind: "free", i })),
          ].map((label, i) => ({ ...label, key: keys[i] as number }));
          labels.sort((a, b) => a.key - b.key);
          const at = (kind: string, list: Shape): number[] =>
            list.map((_, i) => labels.findIndex((l) => l.kind === kind && l.i === i));
          return {
            shape: labels.map((l) => l.n),
            batch: at("batch", batch),
            contract: at("contract", contracted),
          };
        };
        const x = arrange(left, mix.slice(0, 6));
        const y = arrange(right, mix.slice(6));
        return {
          p: { contract: [x.contract, y.contract], batch: [x.batch, y.batch] },
          operands: fc.tuple(draw.tensor(x.shape), draw.tensor(y.shape)),
        };
      }),
};

const overAxes = (values: typeof one, linear: boolean, dtypes = anything, minSize = 0): Domain => ({
  dtypes,
  ...(linear ? { linear: first } : {}),
  plan: (draw) =>
    draw.shape().chain((drawn) => {
      const shape = drawn.map((n) => Math.max(n, minSize));
      return someAxes(shape).map((axes) => values(draw, axes, shape));
    }),
});

const alongAxis = (
  values: typeof one,
  minSize: number,
  of: (axis: number) => fc.Arbitrary<unknown> = fc.constant,
  dtypes = anything,
): Domain => ({
  dtypes,
  plan: (draw) =>
    draw.shape(1).chain((drawn) => {
      const shape = drawn.map((n) => Math.max(n, minSize));
      return anyAxis(shape)
        .chain(of)
        .map((p) => values(draw, p, shape));
    }),
});

const collective = (p: unknown, linear: boolean, dtypes = anything): Domain => ({
  dtypes,
  axisName: "examples",
  ...(linear ? { linear: first } : {}),
  plan: (draw) => draw.shape(0, 3).map((shape) => distinctOne(draw, p, [collectiveSize, ...shape])),
});

const running: Domain = {
  ...alongAxis(
    (draw, p, shape) => {
      const { op } = p as { readonly op: string };
      return (op === "max" || op === "min" ? distinctOne : one)(draw, p, shape);
    },
    0,
    (axis) =>
      fc.record({
        op: fc.constantFrom("add", "mul", "max", "min"),
        axis: fc.constant(axis),
        reverse: fc.boolean(),
      }),
    numbers,
  ),
  linear: (p) => ((p as { readonly op: string }).op === "add" ? [[0]] : []),
};

/** Pairs of real and imaginary parts, and real parts alone. */
const transforms: Domain = {
  dtypes: ["float64", "float32"],
  linear: (_, count) => [count === 1 ? [0] : [0, 1]],
  plan: (draw) =>
    fc.tuple(draw.shape(1), fc.boolean(), fc.boolean()).map(([shape, inverse, isReal]) => ({
      p: inverse,
      operands: fc.tuple(draw.tensor(shape), ...(isReal ? [] : [draw.tensor(shape)])),
    })),
};

export const structuralDomains: Readonly<Record<string, Domain>> = {
  reshape: reshapings,
  permute: parameterized((shape) =>
    fc.shuffledSubarray(axesOf(shape), { minLength: shape.length, maxLength: shape.length }),
  ),
  reverse: parameterized(someAxes),
  broadcast: broadcasts,
  sum: overAxes(one, true),
  prod: overAxes(one, false),
  reduceMax: overAxes(distinctOne, false, anything, 1),
  reduceMin: overAxes(distinctOne, false, anything, 1),
  argMax: alongAxis(distinctOne, 1),
  argMin: alongAxis(distinctOne, 1),
  cumulative: running,
  sort: alongAxis(distinctOne, 0),
  argsort: alongAxis(distinctOne, 0),
  slice: slices,
  pad: paddings,
  concatenate: concatenations,
  dynamicSlice: dynamicSlices,
  dynamicUpdateSlice: dynamicUpdates,
  gather: gathers,
  scatterAdd: scatters([[0], [2], [0, 2]]),
  scatterSet: scatters(),
  scatterMul: scatters(undefined, "tensor"),
  scatterMin: scatters(),
  scatterMax: scatters(),
  dot: dots,
  dft: transforms,
  psum: collective("examples", true, numbers),
  pmax: collective("examples", false, numbers),
  pmin: collective("examples", false, numbers),
  allGather: collective({ axisName: "examples", size: collectiveSize }, true),
  axisIndex: {
    dtypes: ["int32"],
    axisName: "examples",
    plan: () => fc.constant({ p: "examples", operands: fc.constant([]) }),
  },
};
