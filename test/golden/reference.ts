/** Reading the reference files of `test/reference`, and comparing what the library gives with what stands there. */
import { readFileSync } from "node:fs";
import { type DType, np, Tensor } from "cotangent";

export type Element = number | boolean | "nan" | "inf" | "-inf";

/** A tensor in a file: flat row-major data; numbers that are not finite are words. */
export interface ReferenceTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly Element[];
}

/** `x` agrees with `r` where |x - r| <= atol + rtol |r|. */
export type Tolerance = readonly [rtol: number, atol: number];

export interface ReferenceFile<Case> {
  readonly n: number;
  readonly cases: readonly Case[];
}

export const readReference = <Case>(name: string): ReferenceFile<Case> =>
  JSON.parse(
    readFileSync(new URL(`../reference/${name}.json`, import.meta.url), "utf8"),
  ) as ReferenceFile<Case>;

const words: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };

export const toNumber = (element: Element): number =>
  typeof element === "string" ? (words[element] as number) : Number(element);

export const toTensor = ({ dtype, shape, data }: ReferenceTensor): Tensor => {
  const flat = dtype === "bool" ? data.map(Boolean) : data.map(toNumber);
  return np.reshape(np.array(flat, { dtype }), shape);
};

export const isReference = (x: unknown): x is ReferenceTensor =>
  typeof x === "object" && x !== null && "dtype" in x && "shape" in x && "data" in x;

const agrees = (x: number, r: number, [rtol, atol]: Tolerance, signed: boolean): boolean => {
  if (Number.isNaN(r)) return Number.isNaN(x);
  if (!Number.isFinite(r)) return x === r;
  if (signed && x === 0 && r === 0) return Object.is(x, r);
  return Math.abs(x - r) <= atol + rtol * Math.abs(r);
};

const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** Where `got` differs from `expected` in shape, dtype or elements, in sentences; none where they agree. */
export const differences = (
  what: string,
  got: unknown,
  expected: ReferenceTensor,
  tolerance: Tolerance,
  signedZero = false,
): readonly string[] => {
  if (!(got instanceof Tensor)) return [`${what}: no tensor but ${String(got)}`];
  const type = (x: { readonly dtype: string; readonly shape: readonly number[] }): string =>
    `${x.dtype}[${x.shape.join(", ")}]`;
  if (type(got) !== type(expected)) return [`${what}: ${type(got)} instead of ${type(expected)}`];
  const flat = got.toTypedArray();
  const wrong = expected.data.flatMap((element, i) => {
    // float32 stands in the file as the shortest decimal that rounds to it
    const r = expected.dtype === "float32" ? Math.fround(toNumber(element)) : toNumber(element);
    const x = flat[i] as number;
    return agrees(x, r, tolerance, signedZero) ? [] : [`${what}: ${show(x)} instead of ${show(r)} at ${i}`];
  });
  return wrong.length > 3 ? [...wrong.slice(0, 3), `${what}: ${wrong.length - 3} more`] : wrong;
};

/** The same for one number. */
export const numberDifferences = (
  what: string,
  got: number,
  expected: Element,
  tolerance: Tolerance,
): readonly string[] => {
  const r = toNumber(expected);
  return agrees(got, r, tolerance, false) ? [] : [`${what}: ${show(got)} instead of ${show(r)}`];
};

/** Numbers, booleans and null in nested arrays and objects. */
export type Nested = number | boolean | null | readonly Nested[] | { readonly [key: string]: Nested };

const leaves = (x: unknown, path: string): readonly (readonly [path: string, leaf: unknown])[] => {
  const plain = x instanceof Tensor ? x.toArray() : x;
  if (typeof plain !== "object" || plain === null) return [[path, plain]];
  return Object.entries(plain).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
};

/** The same for tensors in containers, against plain data: leaf by leaf, without dtypes. */
export const nestedDifferences = (
  got: unknown,
  expected: Nested,
  tolerance: Tolerance,
): readonly string[] => {
  const [ours, theirs] = [leaves(got, "result"), leaves(expected, "result")];
  if (ours.length !== theirs.length) return [`${ours.length} numbers instead of ${theirs.length}`];
  return theirs.flatMap(([path, r], i) => {
    const [where, x] = ours[i] as readonly [string, unknown];
    if (path !== where) return [`${where} instead of ${path}`];
    if (typeof r === "number" && typeof x === "number") return numberDifferences(path, x, r, tolerance);
    return Object.is(x, r) ? [] : [`${path}: ${String(x)} instead of ${String(r)}`];
  });
};
