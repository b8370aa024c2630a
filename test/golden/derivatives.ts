/** One case of an operation: its value, its derivatives in both modes, and its Hessian by all pairs of modes. */
import { CotangentError, hessian, jacfwd, jacrev, jvp, linearize, np, type Tensor, vjp } from "cotangent";
import { type Operation, operations, type Params } from "./operations.js";
import { differences, type ReferenceTensor, type Tolerance, toTensor } from "./reference.js";

type OneOrMany<T> = T | readonly T[];
type Optional = ReferenceTensor | null;

export interface OperationCase {
  readonly id: string;
  readonly op: string;
  readonly args: readonly ReferenceTensor[];
  readonly params: Params;
  readonly error?: true;
  readonly out: OneOrMany<ReferenceTensor>;
  readonly diff?: readonly number[];
  readonly jvp?: { readonly tangents: readonly Optional[]; readonly out: OneOrMany<Optional> };
  readonly vjp?: { readonly cotangent: OneOrMany<Optional>; readonly grads: readonly Optional[] };
  readonly hessian?: ReferenceTensor;
  readonly hessian_arg?: number;
  readonly hessian_full?: ReferenceTensor;
  readonly tol: { readonly out: Tolerance; readonly d: Tolerance };
  readonly signed_zero?: boolean;
}

const list = <T>(x: OneOrMany<T>): readonly T[] => (Array.isArray(x) ? x : [x as T]);

const compare = (
  what: string,
  got: readonly unknown[],
  expected: readonly Optional[],
  tolerance: Tolerance,
  signedZero = false,
): readonly string[] => [
  ...(got.length === expected.length ? [] : [`${what}: ${got.length} instead of ${expected.length}`]),
  ...expected.flatMap((r, i) =>
    r === null ? [] : differences(`${what} ${i}`, got[i], r, tolerance, signedZero),
  ),
];

const errorProblems = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    return error instanceof CotangentError ? [] : [`not an error of the library: ${String(error)}`];
  }
  return ["no error"];
};

const sumOf = (outs: OneOrMany<Tensor>): Tensor =>
  list(outs)
    .map((x) => np.sum(x))
    .reduce((a, b) => np.add(a, b));

const pairsOfModes = {
  "forward over reverse": hessian,
  "forward over forward": (f: (...xs: Tensor[]) => Tensor) => jacfwd(jacfwd(f)),
  "reverse over forward": (f: (...xs: Tensor[]) => Tensor) => jacrev(jacfwd(f)),
  "reverse over reverse": (f: (...xs: Tensor[]) => Tensor) => jacrev(jacrev(f)),
} as unknown as Readonly<Record<string, (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor>>;

/** The differentiated arguments as parameters, the others held. */
const varying = (operation: Operation, theCase: OperationCase, args: readonly Tensor[]) => {
  const diff = theCase.diff ?? [];
  const f = (...varied: readonly Tensor[]): OneOrMany<Tensor> =>
    operation(
      args.map((x, i) => (diff.includes(i) ? (varied[diff.indexOf(i)] as Tensor) : x)),
      theCase.params,
    );
  const chosen = <T>(xs: readonly T[]): T[] => diff.map((i) => xs[i] as T);
  return { f, chosen };
};

export const operationProblems = (theCase: OperationCase): readonly string[] => {
  const operation = operations[theCase.op];
  if (operation === undefined) return [`no operation ${theCase.op}`];
  const args = theCase.args.map(toTensor);
  if (theCase.error === true) return errorProblems(() => operation(args, theCase.params));

  const { tol } = theCase;
  const outs = list(operation(args, theCase.params));
  const found = [...compare("value", outs, list(theCase.out), tol.out, theCase.signed_zero)];
  const { f, chosen } = varying(operation, theCase, args);
  const primals = chosen(args);

  if (theCase.jvp !== undefined) {
    const tangents = chosen(theCase.jvp.tangents).map((x) => toTensor(x as ReferenceTensor));
    const expected = list(theCase.jvp.out);
    const [value, tangent] = jvp(f, primals, tangents);
    found.push(...compare("value under jvp", list(value), list(theCase.out), tol.out, theCase.signed_zero));
    found.push(...compare("jvp", list(tangent), expected, tol.d));
    const [, push] = linearize(f, primals);
    found.push(...compare("linearize", list(push(...tangents)), expected, tol.d));
  }
  if (theCase.vjp !== undefined) {
    const [value, pullback] = vjp(f, primals);
    const cotangents = list(theCase.vjp.cotangent).map((ct, i) =>
      ct === null ? np.zerosLike(outs[i] as Tensor) : toTensor(ct),
    );
    const isList = Array.isArray(value);
    const grads = (pullback as (ct: OneOrMany<Tensor>) => readonly Tensor[])(
      isList ? cotangents : (cotangents[0] as Tensor),
    );
    found.push(...compare("value under vjp", list(value), list(theCase.out), tol.out, theCase.signed_zero));
    found.push(...compare("vjp", grads, chosen(theCase.vjp.grads), tol.d));
  }
  if (theCase.hessian !== undefined) {
    const at = theCase.hessian_arg as number;
    const g = (x: Tensor): Tensor =>
      sumOf(
        operation(
          args.map((y, i) => (i === at ? x : y)),
          theCase.params,
        ),
      );
    for (const [name, second] of Object.entries(pairsOfModes)) {
      found.push(...differences(`Hessian, ${name}`, second(g)(args[at] as Tensor), theCase.hessian, tol.d));
    }
  }
  if (theCase.hessian_full !== undefined) {
    const both = np.stack(args);
    const g = (x: Tensor): Tensor => sumOf(operation([np.slice(x, 0), np.slice(x, 1)], theCase.params));
    for (const [name, second] of Object.entries(pairsOfModes)) {
      found.push(...differences(`full Hessian, ${name}`, second(g)(both), theCase.hessian_full, tol.d));
    }
  }
  return found;
};
