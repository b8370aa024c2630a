// What: the core of the library in 200 lines that import nothing: jvp, grad and vmap, nested to any depth.
// Why: to read in one sitting. An operation goes to the interpreter in charge, whose rules are programs again.
// Prints: 0.540302306 -0.841470985 -0.540302306, hessian [6,0,0,12], slope of a loop 1024

type Shape = readonly number[];
/** Row-major numbers. */
interface Arr {
  readonly shape: Shape;
  readonly data: readonly number[];
}
type Value = Arr | Tracer;
/** A tangent or cotangent; null is a zero that costs nothing. */
type Tangent = Value | null;

/** An operation and its whole calculus. */
interface Primitive {
  readonly shape: (...shapes: Shape[]) => Shape;
  /** The elements of the result, whose shape is given. */
  readonly impl: (shape: Shape, ...ins: (readonly number[])[]) => readonly number[];
  /** The result, and its derivative along the tangents. */
  readonly jvp: (tangents: readonly [Tangent, Tangent], ...ins: Value[]) => readonly [Value, Tangent];
  /** Cotangents of the operands in which the operation is linear: those that are null. */
  readonly transpose: (ct: Value, ...ins: (Value | null)[]) => readonly Tangent[];
  /** The same operation on operands with one more axis in front. */
  readonly batch: (...ins: Value[]) => Value;
}
type Interpreter = (p: Primitive, ins: readonly Value[]) => Value;

/** What stands for an array while an interpreter looks on. */
class Tracer {
  constructor(
    readonly owner: Interpreter,
    readonly shape: Shape,
    readonly value: Value | null,
    readonly tangent: Tangent = null,
  ) {}
}
const isOf = (owner: Interpreter, x: Value): x is Tracer => x instanceof Tracer && x.owner === owner;

// The one piece of state: who interprets. With nobody in charge, operations compute.
let current: Interpreter | null = null;
const under = <T>(interpreter: Interpreter | null, run: () => T): T => {
  const before = current;
  current = interpreter;
  try {
    return run();
  } finally {
    current = before;
  }
};
const bind = (p: Primitive, ...ins: readonly Value[]): Value => {
  if (current !== null) return current(p, ins);
  const shape = p.shape(...ins.map((x) => x.shape));
  return array(p.impl(shape, ...ins.map((x) => (x as Arr).data)), shape);
};

// Primitives -------------------------------------------------------------------------------------------

export const array = (data: readonly number[], shape: Shape = [data.length]): Arr => ({ shape, data });
const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const full = (shape: Shape, x: number): Arr => array(new Array<number>(count(shape)).fill(x), shape);
const plus = (a: Tangent, b: Tangent): Tangent => (a === null ? b : b === null ? a : add(a, b));

type Rules = Pick<Primitive, "jvp" | "transpose">;
const elementwise = (f: (...xs: number[]) => number, rules: Rules): Primitive => {
  const p: Primitive = {
    shape: (shape: Shape) => shape,
    impl: (shape, ...ins) => Array.from({ length: count(shape) }, (_, i) => f(...ins.map((x) => x[i]!))),
    batch: (...ins) => bind(p, ...ins),
    ...rules,
  };
  return p;
};

type Binary = (x: Value | number, y: Value | number) => Value;
/** A number takes the shape of the other operand. */
const binary = (f: (x: number, y: number) => number, rules: Rules): Binary => {
  const p = elementwise(f as (...xs: number[]) => number, rules);
  const shapeOf = (x: Value | number): Shape => (typeof x === "number" ? [] : x.shape);
  const lift = (x: Value | number, y: Value | number) => (typeof x === "number" ? full(shapeOf(y), x) : x);
  return (x, y) => bind(p, lift(x, y), lift(y, x));
};
export const add: Binary = binary((x, y) => x + y, {
  jvp: ([dx, dy], x: Value, y: Value) => [add(x, y), plus(dx, dy)],
  transpose: (ct) => [ct, ct],
});
export const mul: Binary = binary((x, y) => x * y, {
  jvp: ([dx, dy], x: Value, y: Value) => [mul(x, y), plus(dx && mul(dx, y), dy && mul(x, dy))],
  transpose: (ct, x, y) => [y ? mul(ct, y) : null, x ? mul(ct, x) : null],
});

type Unary = (x: Value) => Value;
/** A smooth function of numbers, with its slope in terms of operand and result. */
const smooth = (f: (x: number) => number, slope: (x: Value, y: Value) => Value): Unary => {
  const self: Unary = (x) => bind(p, x);
  const p = elementwise(f, {
    jvp: ([dx], x: Value) => {
      const y = self(x);
      return [y, dx && mul(dx, slope(x, y))];
    },
    transpose: () => [], // only linear operations are ever transposed
  });
  return self;
};
export const sin: Unary = smooth(Math.sin, (x) => cos(x));
export const cos: Unary = smooth(Math.cos, (x) => mul(-1, sin(x)));
export const exp: Unary = smooth(Math.exp, (_, y) => y);
export const tanh: Unary = smooth(Math.tanh, (_, y) => add(1, mul(-1, mul(y, y))));

/** Removes an axis by summing, or inserts one by repeating: each is the other's transpose. */
const along = (isSum: boolean, x: Value, axis: number, size: number): Value => {
  const p: Primitive = {
    shape: (shape: Shape) =>
      isSum ? shape.filter((_, i) => i !== axis) : [...shape.slice(0, axis), size, ...shape.slice(axis)],
    impl: (shape, data: readonly number[]) => {
      const inner = count(shape.slice(isSum ? axis : axis + 1));
      const short = (i: number): number => Math.floor(i / (inner * size)) * inner + (i % inner);
      const out = [...full(shape, 0).data];
      if (!isSum) return out.map((_, i) => data[short(i)]!);
      for (const [i, value] of data.entries()) out[short(i)]! += value;
      return out;
    },
    jvp: ([dx], v: Value) => [along(isSum, v, axis, size), dx && along(isSum, dx, axis, size)],
    transpose: (ct) => [along(!isSum, ct, axis, size)],
    batch: (v: Value) => along(isSum, v, axis + 1, size),
  };
  return bind(p, x);
};
export const sum = (x: Value, axis = 0): Value => along(true, x, axis, x.shape[axis]!);
export const spread = (x: Value, axis: number, size: number): Value => along(false, x, axis, size);

// Interpreters: each does its part and leaves the rest to the one below, `parent` --------------------------

/** Forward mode, by dual numbers: the value and the derivative along `dx`. */
export const jvp = (f: Unary, x: Value, dx: Tangent): readonly [Value, Tangent] => {
  const parent = current;
  const forward: Interpreter = (p, ins) => {
    const primals = ins.map((v) => (isOf(forward, v) ? v.value! : v));
    const tangents = ins.map((v) => (isOf(forward, v) ? v.tangent : null)) as [Tangent, Tangent];
    const [y, dy] = under(parent, () => p.jvp(tangents, ...primals));
    return new Tracer(forward, y.shape, y, dy);
  };
  const y = under(forward, () => f(new Tracer(forward, x.shape, x, dx)));
  return isOf(forward, y) ? [y.value!, y.tangent] : [y, null];
};

/** Reverse mode: forward mode along an unknown tangent, what depends on it recorded, and read backwards. */
export const grad =
  (f: Unary): Unary =>
  (x) => {
    const parent = current;
    const record: (readonly [out: Tracer, p: Primitive, ins: readonly Value[]])[] = [];
    const recorder: Interpreter = (p, ins) => {
      if (!ins.some((v) => isOf(recorder, v))) return under(parent, () => bind(p, ...ins));
      const out = new Tracer(recorder, p.shape(...ins.map((v) => v.shape)), null);
      record.push([out, p, ins]);
      return out;
    };
    const unknown = new Tracer(recorder, x.shape, null);
    const [y, dy] = under(recorder, () => jvp(f, x, unknown));
    if (y.shape.length > 0) throw new Error("grad needs a scalar result");
    const cotangents = new Map<Value | null, Tangent>([[dy, full([], 1)]]);
    for (const [out, p, ins] of record.reverse()) {
      const ct = cotangents.get(out);
      if (!ct) continue;
      const found = p.transpose(ct, ...ins.map((v) => (isOf(recorder, v) ? null : v)));
      ins.forEach((v, i) => {
        if (isOf(recorder, v)) cotangents.set(v, plus(cotangents.get(v) ?? null, found[i]!));
      });
    }
    return cotangents.get(unknown) ?? full(x.shape, 0);
  };

/** A function of one, applied to all along the first axis at once. */
export const vmap =
  (f: Unary): Unary =>
  (xs) => {
    const parent = current;
    const all = (v: Value): Value =>
      isOf(mapper, v) ? v.value! : under(parent, () => spread(v, 0, xs.shape[0]!));
    const mapper: Interpreter = (p, ins) => {
      const batched = ins.map(all);
      const y = under(parent, () => p.batch(...batched));
      return new Tracer(mapper, y.shape.slice(1), y);
    };
    return all(under(mapper, () => f(new Tracer(mapper, xs.shape.slice(1), xs))));
  };

/** The number in a scalar, for `if` and `while`; under vmap there are many, and it is NaN. */
export const item = (x: Value): number => (x instanceof Tracer ? item(x.value!) : Number(x.data));

const at = (f: Unary, x: number): number => item(f(array([x], [])));
console.log([sin, grad(sin), grad(grad(sin))].map((f) => at(grad(f), 1).toFixed(9)).join(" "));
const eye = array([1, 0, 0, 1], [2, 2]);
const cubes: Unary = (x) => sum(mul(x, mul(x, x)));
const hessian: Unary = (x) => vmap((e) => jvp(grad(cubes), x, e)[1]!)(eye);
console.log("hessian", JSON.stringify((hessian(array([1, 2])) as Arr).data));
/** Doubles until above 1000: plain control flow, which sees the numbers below the tracers. */
const doubled: Unary = (x) => (item(x) < 1000 ? doubled(mul(2, x)) : x);
console.log("slope of a loop", at(grad(doubled), 1.5));
