/** NumPy's own answers: shapes, dtypes, values, and what must throw. */
import { CotangentError, Tensor } from "cotangent";
import { calls } from "./array-api.js";
import { differences, isReference, type ReferenceTensor, type Tolerance, toTensor } from "./reference.js";
import { goldenSuite } from "./suite.js";

interface NumpyCase {
  readonly id: string;
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly out: ReferenceTensor | readonly ReferenceTensor[];
  readonly error?: string;
}

const tolerance: Tolerance = [1e-9, 1e-11];

/** An argument as the file writes it. */
const argument = (x: unknown): unknown => {
  if (Array.isArray(x)) return x.map(argument);
  if (typeof x !== "object" || x === null) return x;
  if ("array" in x && isReference(x.array)) return toTensor(x.array);
  if ("tuple" in x) return x.tuple;
  if ("ellipsis" in x) return "...";
  return x;
};

const problems = ({ fn, args, kwargs, out, error }: NumpyCase): readonly string[] => {
  const call = calls[fn];
  if (call === undefined) return [`no function ${fn}`];
  const keywords = Object.fromEntries(Object.entries(kwargs).map(([name, x]) => [name, argument(x)]));
  const run = (): unknown => call(args.map(argument), keywords as Record<string, never>);
  if (error !== undefined) {
    try {
      return [`no error but ${String(run())}`];
    } catch (thrown) {
      return thrown instanceof CotangentError ? [] : [`not an error of the library: ${String(thrown)}`];
    }
  }
  const got = run();
  const [results, expected] = [
    got instanceof Tensor ? [got] : (got as readonly Tensor[]),
    isReference(out) ? [out] : out,
  ];
  if (results.length !== expected.length) return [`${results.length} results instead of ${expected.length}`];
  return expected.flatMap((r, i) => differences(`result ${i}`, results[i], r, tolerance));
};

goldenSuite<NumpyCase>("numpy", problems);
