/** Functions of vectors and matrices as functions of whole arrays of them, by NumPy's rules of broadcasting. */
import { moved } from "../numpy/along.js";
import { asTensor } from "../numpy/door.js";
import { optionsOf } from "../numpy/options.js";
import { reshape } from "../primitives/reshape.js";
import { ArgumentError, describe, ShapeError } from "../tensor/errors.js";
import { broadcastShapes, normalizeAxis, orThrow, type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { checkFunction, rejectPromise } from "./arguments.js";
import { vmap } from "./vmap.js";

export interface VectorizeOptions {
  /** Positions of arguments that are handed on as they are, whatever they are. */
  readonly excluded?: readonly number[];
}

/** Arguments that may be tensors may be arrays of them; others stay what they are. */
type Spread<A extends readonly unknown[]> = {
  [K in keyof A]: A[K] extends Tensor ? TensorLike : Tensor extends A[K] ? TensorLike : A[K];
};
/** A tensor for a tensor, a list of as many for a list. */
type Results<R> = R extends Tensor | number | boolean
  ? Tensor
  : R extends readonly unknown[]
    ? { [K in keyof R]: Tensor }
    : Tensor;

export type VectorizeFunction = <
  A extends readonly unknown[] = Tensor[],
  R extends TensorLike | readonly TensorLike[] = Tensor,
>(
  f: (...args: A) => R,
  signature?: string,
  options?: VectorizeOptions,
) => (...args: Spread<A>) => Results<R>;

/** Names of the core axes of every argument and every result. */
interface Signature {
  readonly ins: readonly (readonly string[])[];
  readonly outs: readonly (readonly string[])[];
}

/** Lists of names in parentheses, commas between them. */
const lists = /^(?:\((?:\w+(?:,\w+)*)?\)(?:,(?=\()|$))*$/;

const parse = (signature: unknown): Signature => {
  const sides = typeof signature === "string" ? signature.replace(/\s+/g, "").split("->") : [];
  if (sides.length !== 2 || sides[1] === "" || !sides.every((side) => lists.test(side))) {
    throw ArgumentError.invalid(
      "vectorize",
      `the signature is ${describe(signature)}`,
      'It names the axes of arguments and results, as in "(n,m),(m)->(n)".',
    );
  }
  const [ins, outs] = sides.map((side) =>
    [...side.matchAll(/\(([^)]*)\)/g)].map(([, names]) => (names === "" ? [] : (names as string).split(","))),
  );
  return { ins, outs } as Signature;
};

const excludedOf = (options: VectorizeOptions | undefined): ReadonlySet<number> => {
  const { excluded = [] } = optionsOf("vectorize", options, ["excluded"]);
  if (Array.isArray(excluded) && excluded.every((n) => Number.isInteger(n) && n >= 0))
    return new Set(excluded);
  throw ArgumentError.invalid(
    "vectorize",
    `excluded is ${describe(excluded)}`,
    "It is a list of positions of arguments, from 0 on.",
  );
};

type Sizes = Map<string, number>;

/** Sizes of named axes, which must be the same wherever the name stands; a number stands for itself. */
const measure = (what: string, shape: Shape, names: readonly string[], sizes: Sizes): void => {
  if (shape.length < names.length) {
    throw ShapeError.mismatch(
      "vectorize",
      `${what} has fewer axes than the signature's (${names.join(",")})`,
      [shape],
      "The axes of the signature come last, any others before them.",
    );
  }
  names.forEach((name, i) => {
    const n = shape[shape.length - names.length + i] as number;
    const known = /^\d+$/.test(name) ? Number(name) : sizes.get(name);
    if (known !== undefined && known !== n) {
      throw ShapeError.mismatch(
        "vectorize",
        `axis ${name} of the signature has size ${known}, and ${n} in ${what}`,
        [shape],
        "Axes of one name have one size; they do not broadcast.",
      );
    }
    sizes.set(name, n);
  });
};

const ordinal = (what: string, i: number, count: number): string =>
  count === 1 ? `the ${what}` : `${what} ${i}`;

/** What `f` returned for one set of examples, as the signature says: each result has its own axes and no others. */
const checkResults = (
  returned: unknown,
  outs: Signature["outs"] | null,
  sizes: Sizes,
): Tensor | readonly Tensor[] => {
  rejectPromise("vectorize", returned);
  const several = outs === null ? Array.isArray(returned) : outs.length > 1;
  const results = several ? returned : [returned];
  if (!Array.isArray(results) || (outs !== null && results.length !== outs.length)) {
    throw ArgumentError.invalid(
      "vectorize",
      `the function returns ${describe(returned)}, the signature has ${outs?.length} results`,
      "Return them in an array.",
    );
  }
  const tensors = results.map((x) => asTensor("vectorize", x as TensorLike));
  const found = new Map(sizes);
  tensors.forEach((x, i) => {
    const names = outs === null ? [] : (outs[i] as readonly string[]);
    const what = ordinal("result", i, tensors.length);
    measure(what, x.shape, names, found);
    if (x.ndim > names.length) {
      throw ShapeError.mismatch(
        "vectorize",
        `${what} has more axes than the signature's (${names.join(",")})`,
        [x.shape],
        'Say in the signature what the function gives, as in "(n)->(n)".',
      );
    }
  });
  return several ? tensors : (tensors[0] as Tensor);
};

/**
 * A function of vectors and matrices made one of whole arrays of them. The signature names the axes that `f` sees, the last of
 * each argument, and those of its results ("(n,m),(m)->(n)"; without one all are scalars); all axes before them broadcast as
 * NumPy's do, and stand before the axes of the results. The function is mapped, not looped over: it is called once.
 *
 * @throws ArgumentError for a signature that is none, and another number of arguments or results
 * @throws ShapeError where named axes differ in size, or a result is not what the signature says
 * @example vectorize(np.vdot, "(n),(n)->()")([[1, 2], [3, 4]], [1, 10]).toArray() // [21, 43]
 * @see jax.numpy.vectorize
 */
export const vectorize: VectorizeFunction = ((
  f: (...args: readonly unknown[]) => unknown,
  signature?: string,
  options?: VectorizeOptions,
) => {
  checkFunction("vectorize", f);
  const parsed = signature === undefined ? null : parse(signature);
  const excluded = excludedOf(options);
  return (...args: readonly unknown[]) => {
    const mapped = args.map((_, i) => i).filter((i) => !excluded.has(i));
    const tensors = mapped.map((i) => asTensor("vectorize", args[i] as TensorLike));
    if (parsed !== null && parsed.ins.length !== tensors.length) {
      throw ArgumentError.invalid(
        "vectorize",
        `${tensors.length} arguments are mapped, the signature has ${parsed.ins.length}`,
        "Name the axes of each; others are handed on with { excluded }.",
      );
    }
    const sizes: Sizes = new Map();
    const cores = tensors.map((x, i) => {
      const names = parsed?.ins[i] ?? [];
      measure(`argument ${mapped[i]}`, x.shape, names, sizes);
      return names.length;
    });
    const before = tensors.map((x, i) => x.shape.slice(0, x.ndim - (cores[i] as number)));
    const loops = orThrow(broadcastShapes("vectorize", [], ...before));
    // along each axis those arguments are mapped that have it; the others are shared
    const has = (i: number, axis: number): boolean => {
      const own = before[i] as Shape;
      const at = axis - (loops.length - own.length);
      return at >= 0 && own[at] !== 1;
    };
    const squeezed = tensors.map((x, i) =>
      reshape(x, [
        ...loops.filter((_, axis) => has(i, axis)),
        ...x.shape.slice(x.ndim - (cores[i] as number)),
      ]),
    );
    let g = (...examples: Tensor[]): Tensor | readonly Tensor[] => {
      const full = [...args];
      mapped.forEach((at, i) => {
        full[at] = examples[i];
      });
      return checkResults(f(...full), parsed?.outs ?? null, sizes);
    };
    for (let axis = loops.length - 1; axis >= 0; axis--) {
      const inAxes = tensors.map((_, i) => (has(i, axis) ? 0 : null));
      if (inAxes.includes(0)) g = vmap(g, { inAxes }) as typeof g;
    }
    const skipped = loops.filter((_, axis) => tensors.some((_, i) => has(i, axis))).length;
    const whole = (x: Tensor): Tensor => reshape(x, [...loops, ...x.shape.slice(skipped)]);
    const out = g(...squeezed);
    return out instanceof Tensor ? whole(out) : out.map(whole);
  };
}) as VectorizeFunction;

/**
 * A function of vectors applied along one axis of a tensor; what it gives, of any rank, stands in the place of the axis. More
 * arguments are handed on. The function is mapped, not looped over: it is called once.
 *
 * @throws AxisError
 * @example applyAlongAxis((v) => np.stack([np.min(v), np.max(v)]), 0, [[1, 5], [4, 2]]).toArray() // [[1, 2], [4, 5]]
 * @see numpy.apply_along_axis
 */
export const applyAlongAxis = <Rest extends readonly unknown[]>(
  f: (vector: Tensor, ...rest: Rest) => TensorLike,
  axis: number,
  x: TensorLike,
  ...rest: Rest
): Tensor => {
  checkFunction("applyAlongAxis", f);
  const t = asTensor("applyAlongAxis", x);
  const at = orThrow(normalizeAxis("applyAlongAxis", axis, t.ndim));
  const last = moved(t, [at], [t.ndim - 1]);
  const others = last.shape.slice(0, -1);
  const vectors = reshape(last, [sizeOf(others), last.shape.at(-1) as number]);
  const out = vmap((v: Tensor) => {
    const returned = f(v, ...rest);
    rejectPromise("applyAlongAxis", returned);
    return asTensor("applyAlongAxis", returned);
  })(vectors);
  const own = out.shape.slice(1);
  // [others..., own...]: own between the others before and after the axis
  const from = own.map((_, i) => others.length + i);
  return moved(
    reshape(out, [...others, ...own]),
    from,
    own.map((_, i) => at + i),
  );
};
