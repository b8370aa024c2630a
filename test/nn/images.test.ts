/** Images resized, read between their elements, cut into patches, and windows reduced by functions: against loops. */
import { grad, jit, np, type Tensor, vmap } from "cotangent";
import * as nn from "cotangent/nn";
import { checkGrads } from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../support/runs.js";

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** Numbers without order, all different. */
const image = (shape: readonly number[], dtype: "float64" | "float32" | "int32" = "float64"): Tensor =>
  np.astype(
    np.reshape(
      np.array(
        Array.from({ length: size(shape) }, (_, i) => (dtype === "int32" ? (i * 7) % 23 : Math.sin(3 * i))),
      ),
      shape,
    ),
    dtype,
  );
const close = (got: Tensor, wanted: Tensor, tolerance = 1e-13): void => {
  expect(got.shape).toEqual(wanted.shape);
  expect(np.allclose(got, wanted, { rtol: tolerance, atol: tolerance }), `${got} is not ${wanted}`).toBe(
    true,
  );
};
/** What holds of any function of an image that is linear in it. */
const linearLaws = (f: (x: Tensor) => Tensor, x: Tensor): void => {
  checkGrads(f, [x], { order: 2 });
  expect(jit(f)(x).toArray()).toEqual(f(x).toArray());
  close(vmap(f)(np.stack([x, np.neg(x)])), np.stack([f(x), f(np.neg(x))]));
};

describe("resize", () => {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  const kernels: Readonly<Record<string, (x: number) => number>> = {
    linear: (x) => Math.max(0, 1 - x),
    cubic: (x) =>
      x <= 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0,
    lanczos3: (x) => (x < 3 ? sinc(x) * sinc(x / 3) : 0),
    lanczos5: (x) => (x < 5 ? sinc(x) * sinc(x / 5) : 0),
  };
  type Method = "linear" | "cubic" | "lanczos3" | "lanczos5";
  /** One row of n elements as m, by the definition. */
  const rowByLoops = (row: readonly number[], m: number, method: Method, antialias: boolean): number[] => {
    const step = row.length / m;
    const width = antialias && step > 1 ? step : 1;
    return Array.from({ length: m }, (_, j) => {
      const at = (j + 0.5) * step - 0.5;
      const weights = row.map((_, i) => (kernels[method] as (x: number) => number)(Math.abs(at - i) / width));
      const total = weights.reduce((a, b) => a + b, 0);
      return row.reduce((sum, v, i) => sum + (v * (weights[i] as number)) / total, 0);
    });
  };
  const sizes = fc.integer({ min: 1, max: 9 });
  const methods = fc.constantFrom<Method>("linear", "cubic", "lanczos3", "lanczos5");

  it("weighs elements by the kernel, along every axis by itself", () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, methods, fc.boolean(), (n, m, p, q, method, antialias) => {
        const x = image([n, p]);
        const rows = (x.toArray() as number[][]).map((row) => rowByLoops(row, q, method, antialias));
        const columns = Array.from({ length: q }, (_, j) =>
          rowByLoops(
            rows.map((row) => row[j] as number),
            m,
            method,
            antialias,
          ),
        );
        close(nn.resize(x, [m, q], { method, antialias }), np.transpose(np.array(columns)), 1e-12);
      }),
      { numRuns: 2 * runs },
    );
  });

  it("reads the element at the centre with nearest, in any dtype", () => {
    fc.assert(
      fc.property(sizes, sizes, (n, m) => {
        const x = image([2, n], "int32");
        const got = nn.resize(x, [2, m], { method: "nearest" });
        const wanted = Array.from({ length: m }, (_, j) => Math.floor((j + 0.5) * (n / m) + 1e-9));
        expect(got.dtype).toBe("int32");
        expect(got.toArray()).toEqual(np.take(x, wanted, { axis: 1 }).toArray());
      }),
      { numRuns: runs },
    );
  });

  it("keeps constants and axes that do not change, and is linear", () => {
    for (const method of ["nearest", "linear", "cubic", "lanczos3", "lanczos5"] as const) {
      close(nn.resize(np.full([3, 4, 2], 2.5), [7, 2, 2], { method }), np.full([7, 2, 2], 2.5));
      const x = image([4, 3]);
      expect(nn.resize(x, [4, 3], { method }).toArray()).toEqual(x.toArray());
      linearLaws((y) => nn.resize(y, [2, 5], { method }), x);
      const single = nn.resize(image([4, 3], "float32"), [2, 5], { method });
      expect(single.dtype).toBe("float32");
      close(np.astype(single, "float64"), nn.resize(x, [2, 5], { method }), 1e-6);
    }
    expect(nn.resize([1, 2, 3], [0]).shape).toEqual([0]);
    expect(nn.resize(np.zeros([0, 3]), [0, 5]).shape).toEqual([0, 5]);
    expect(nn.resize(5, []).item()).toBe(5);
    expect(nn.resize(image([3], "int32"), [6]).dtype).toBe("float64");
    for (const [name, same] of [
      ["bilinear", "linear"],
      ["bicubic", "cubic"],
    ] as const)
      expect(nn.resize([1, 5, 2], [7], { method: name }).toArray()).toEqual(
        nn.resize([1, 5, 2], [7], { method: same }).toArray(),
      );
  });
});

describe("mapCoordinates", () => {
  const mod = (i: number, n: number): number => ((i % n) + n) % n;
  /** The element that stands at a whole position, or undefined. */
  const places: Readonly<Record<string, (i: number, n: number) => number | undefined>> = {
    constant: (i, n) => (i >= 0 && i < n ? i : undefined),
    nearest: (i, n) => Math.min(Math.max(i, 0), n - 1),
    wrap: mod,
    mirror: (i, n) =>
      n === 1 ? 0 : mod(i, 2 * n - 2) < n ? mod(i, 2 * n - 2) : 2 * n - 2 - mod(i, 2 * n - 2),
    reflect: (i, n) => (mod(i, 2 * n) < n ? mod(i, 2 * n) : 2 * n - 1 - mod(i, 2 * n)),
  };
  type Mode = "constant" | "nearest" | "wrap" | "mirror" | "reflect";
  const modes = ["constant", "nearest", "wrap", "mirror", "reflect"] as const;
  const away = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));
  const byLoops = (x: Tensor, points: readonly number[], order: 0 | 1, mode: Mode, cval: number): number => {
    const data = x.toTypedArray();
    const walk = (axis: number, offset: number | undefined): number => {
      if (axis === x.ndim) return offset === undefined ? cval : (data[offset] as number);
      const n = x.shape[axis] as number;
      const at = points[axis] as number;
      const from = (i: number): number => {
        const place = places[mode]?.(i, n);
        return walk(axis + 1, place === undefined || offset === undefined ? undefined : offset * n + place);
      };
      if (order === 0) return from(away(at));
      const low = Math.floor(at);
      return (1 - (at - low)) * from(low) + (at - low) * from(low + 1);
    };
    return walk(0, 0);
  };
  const points = (rank: number): fc.Arbitrary<number[]> =>
    // quarters, so that whole ones and halves are among them
    fc.array(
      fc.integer({ min: -50, max: 50 }).map((k) => k / 4),
      { minLength: rank, maxLength: rank },
    );

  it("reads what its mode says beyond the edges, of rank 1 to 3", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    const settings = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        list: fc.array(points(shape.length), { minLength: 1, maxLength: 4 }),
        order: fc.constantFrom<0 | 1>(0, 1),
        mode: fc.constantFrom(...modes),
      }),
    );
    fc.assert(
      fc.property(settings, ({ shape, list, order, mode }) => {
        const x = image(shape);
        const coordinates = shape.map((_, axis) => list.map((point) => point[axis] as number));
        const options = { order, mode, cval: 2 };
        const got = nn.mapCoordinates(x, coordinates, options);
        close(got, np.array(list.map((point) => byLoops(x, point, order, mode, 2))), 1e-13);
        // one tensor of coordinates is the same as several
        expect(nn.mapCoordinates(x, np.array(coordinates), options).toArray()).toEqual(got.toArray());
      }),
      { numRuns: 3 * runs },
    );
  });

  it("has derivatives in the tensor and in the coordinates, maps and compiles", () => {
    const x = image([3, 4]);
    const [u, v] = [np.array([0.3, -1.4, 2.6]), np.array([1.7, 3.6, 9.3])];
    for (const mode of modes) {
      const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => nn.mapCoordinates(a, [b, c], { mode });
      checkGrads(f, [x, u, v], { order: 2 });
      expect(jit(f)(x, u, v).toArray()).toEqual(f(x, u, v).toArray());
      close(vmap(f, { inAxes: [null, 0, null] })(x, np.expandDims(u, 1), v), f(x, np.expandDims(u, 1), v));
      close(
        vmap(f)(np.stack([x, x]), np.stack([u, v]), np.stack([v, u])),
        np.stack([f(x, u, v), f(x, v, u)]),
      );
      checkGrads((a: Tensor) => nn.mapCoordinates(a, [u, v], { mode, order: 0 }), [x], { order: 2 });
      const single = nn.mapCoordinates(image([3, 4], "float32"), [u, v], { mode });
      expect(single.dtype).toBe("float32");
      close(np.astype(single, "float64"), f(x, u, v), 1e-6);
    }
  });

  it("has the slope on the right at whole coordinates, and none with order 0", () => {
    const at = (order: 0 | 1) => grad((c: Tensor) => nn.mapCoordinates([1, 3, 9], [c], { order }))(1).item();
    expect([at(0), at(1)]).toEqual([0, 6]);
  });

  it("rounds integers, broadcasts coordinates, and stays sane far out", () => {
    const whole = nn.mapCoordinates(new Int32Array([1, 2, -4, -5]), [[0.5, 2.5]]);
    expect([whole.dtype, whole.toArray()]).toEqual(["int32", [2, -5]]);
    expect(
      nn
        .mapCoordinates(np.eye(3), [
          [[0], [1]],
          [0, 1, 2],
        ])
        .toArray(),
    ).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(nn.mapCoordinates([1, 2], [[1e12, -1e12]]).toArray()).toEqual([0, 0]);
    expect(nn.mapCoordinates([1, 2], [[1e12, -1e12]], { mode: "nearest" }).toArray()).toEqual([2, 1]);
    expect(nn.mapCoordinates([1, 2, 3], [[3e12 + 1]], { mode: "wrap" }).toArray()).toEqual([2]);
    expect(nn.mapCoordinates(np.zeros([0, 2]), np.zeros([2, 0])).shape).toEqual([0]);
  });
});

describe("patches", () => {
  const pair = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<[T, T]> => fc.tuple(of, of);
  const settings = fc.record({
    positions: pair(fc.integer({ min: 1, max: 6 })),
    features: fc.integer({ min: 1, max: 3 }),
    window: pair(fc.integer({ min: 1, max: 3 })),
    strides: pair(fc.integer({ min: 1, max: 3 })),
    padding: fc.oneof(
      fc.constantFrom<"SAME" | "SAME_LOWER" | "VALID">("SAME", "SAME_LOWER", "VALID"),
      pair(pair(fc.integer({ min: -1, max: 2 }))),
    ),
    imageDilation: pair(fc.constantFrom(1, 1, 2)),
    windowDilation: pair(fc.constantFrom(1, 1, 2)),
  });

  it("times a window they are its convolution", () => {
    fc.assert(
      fc.property(settings, ({ positions, features, window, ...options }) => {
        const x = image([2, ...positions, features]);
        const w = image([...window, features, 3]);
        const cut = nn.patches(x, window, options);
        // features slowest: [h, w, c, out] -> [c, h, w, out]
        const flat = np.reshape(np.moveaxis(w, 2, 0), [features * size(window), 3]);
        close(np.matmul(cut, flat), nn.convGeneralDilated(x, w, options), 1e-12);
      }),
      { numRuns: 2 * runs },
    );
  });

  it("are read, not multiplied: any dtype, infinity, exact derivatives", () => {
    const whole = nn.patches(image([1, 4, 2], "int32"), 3, { padding: 1 });
    expect([whole.dtype, whole.shape]).toEqual(["int32", [1, 4, 6]]);
    expect(nn.patches([[[Infinity], [1]]], 2).toArray()).toEqual([[[Infinity, 1]]]);
    const first = nn.patches(image([1, 2, 3, 3]), [2, 2], { dimensionNumbers: ["NCHW", "HWIO", "NCHW"] });
    expect(first.shape).toEqual([1, 8, 2, 2]);
    linearLaws((y) => nn.patches(y, [2, 2], { strides: [1, 2], padding: "SAME" }), image([1, 3, 4, 2]));
    linearLaws((y) => nn.patches(y, [2, 3], { strides: [2, 3] }), image([1, 4, 6, 2]));
    expect(nn.patches(np.zeros([0, 4, 2]), 2).shape).toEqual([0, 3, 4]);
  });
});

describe("windows reduced by functions of two scalars", () => {
  it("are those reduced by name, where the function is the same", () => {
    const setting = fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 2 }),
      window: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      strides: fc.integer({ min: 1, max: 3 }),
      windowDilation: fc.integer({ min: 1, max: 2 }),
      baseDilation: fc.integer({ min: 1, max: 2 }),
      padding: fc.constantFrom<"SAME" | "VALID" | number>("SAME", "VALID", 1),
    });
    fc.assert(
      fc.property(setting, ({ shape, ...options }) => {
        const x = image(shape);
        const named = nn.reduceWindow(x, "max", options);
        const own = nn.reduceWindow(x, np.maximum, { ...options, initial: -Infinity });
        expect(own.toArray()).toEqual(named.toArray());
        close(nn.reduceWindow(x, np.add, { ...options, initial: 0 }), nn.reduceWindow(x, "sum", options));
      }),
      { numRuns: runs },
    );
  });

  it("see scalars, and have derivatives", () => {
    const f = (x: Tensor): Tensor =>
      nn.reduceWindow(x, (a, b) => np.logsumexp(np.stack([a, b])), { window: [3], initial: -Infinity });
    close(f(np.array([1, 2, 3, 4])), np.log(nn.reduceWindow(np.exp([1, 2, 3, 4]), "sum", { window: [3] })));
    checkGrads(f, [np.array([0.3, 1, -0.4, 2])], { order: 2 });
  });

  it("pools have windows with holes", () => {
    const x = np.reshape(np.array([1, 9, 2, 8, 3]), [1, 5, 1]);
    const options = { strides: 1, windowDilation: 2 };
    expect([...nn.maxPool(x, 2, options).toTypedArray()]).toEqual([2, 9, 3]);
    expect([...nn.avgPool(x, 2, options).toTypedArray()]).toEqual([1.5, 8.5, 2.5]);
    const same = { ...options, padding: "SAME" } as const;
    expect([...nn.avgPool(x, 2, { ...same, countPadding: false }).toTypedArray()]).toEqual([
      9, 1.5, 8.5, 2.5, 8,
    ]);
  });
});

describe("groups of examples", () => {
  it("meet each their own features that go out", () => {
    const [x, w] = [image([6, 4, 3]), image([2, 3, 4])];
    const got = nn.convGeneralDilated(x, w, { batchGroups: 2 });
    const cut = (t: Tensor, axis: number, i: number): Tensor => np.split(t, 2, { axis })[i] as Tensor;
    const parts = [0, 1].map((i) => nn.convGeneralDilated(cut(x, 0, i), cut(w, 2, i)));
    close(got, np.concatenate(parts, { axis: -1 }));
    checkGrads((a: Tensor, b: Tensor) => nn.convGeneralDilated(a, b, { batchGroups: 2 }), [x, w], {
      order: 2,
    });
  });

  it("SAME_LOWER has the odd zero before", () => {
    expect(nn.convGeneralDilated([[[1], [2]]], [[[1]], [[10]]], { padding: "SAME_LOWER" }).toArray()).toEqual(
      [[[10], [21]]],
    );
  });
});
