/**
 * Builders of elementwise primitives: from a scalar expression and a tangent rule follow shape, kernel, JVP,
 * batching and lowering. Operands have equal shapes; broadcasting happened before.
 */
import {
  apply,
  call,
  define,
  type Expr,
  input,
  type ScalarDefinition,
  type ScalarFunctionRef,
  type ScalarOp,
} from "../expr/expr.js";
import { bindOne } from "../graph/context.js";
import {
  type Arity,
  type Batched,
  type Cotangent,
  type Dual,
  erase,
  type Lowering,
  type Many,
  type MappedAxis,
  NumberRule,
  type Operand,
  type Primitive,
  type Tangent,
  type TangentRule,
} from "../graph/primitive.js";
import { ElementwiseKernel } from "../kernel/elementwise.js";
import { type DType, isFloat, isInteger } from "../tensor/dtype.js";
import { DTypeError } from "../tensor/errors.js";
import { type DenseTensor, type Tensor, type TensorType, uniform } from "../tensor/tensor.js";
import { withBatchAxis } from "./batching.js";
import { checkOneDType, checkOneShape } from "./checks.js";
import {
  type Binary,
  binary,
  type Unary,
  type UnaryWith,
  unary,
  unaryWith,
  type VariadicWith,
  variadicWith,
} from "./define.js";

/** Which dtypes an operation takes. */
export type Accepts = "float" | "number" | "any" | "integer" | "bits";

const accepts: Record<Accepts, readonly [test: (dtype: DType) => boolean, wanted: string]> = {
  float: [isFloat, "float64 or float32"],
  number: [(dtype) => dtype !== "bool", "a float or integer dtype"],
  any: [() => true, "any dtype"],
  integer: [isInteger, "an integer dtype"],
  bits: [(dtype) => !isFloat(dtype), "an integer dtype or bool"],
};

interface Common {
  readonly name: string;
  readonly accepts: Accepts;
  /** Given where the result is not of the operands' dtype. */
  readonly result?: "bool";
}

type Transpose<In extends Arity, P> = (
  cts: Many<1, Tensor>,
  ins: Many<In, Operand>,
  p: P,
) => Many<In, Tangent>;

interface Spec<In extends Arity, P> extends Common {
  readonly arity: number;
  readonly expr: (p: P) => Expr;
  /** What distinguishes kernels of different parameters. */
  readonly key: (p: P) => string;
  /** "none": constant between jumps, the derivative is zero. */
  readonly tangents: readonly TangentRule<P>[] | "none";
  readonly transpose: Transpose<In, P> | "nonlinear";
  /** How tangents of several operands meet; absent for one. */
  readonly add?: () => Binary;
  /** The tangent where both operands are one value that moves: one product in place of two and a sum. */
  readonly same?: (dx: Tensor, x: Tensor) => Tensor;
  readonly outDType?: (dtype: DType, p: P) => DType;
}

const elementwiseRecord = <In extends Arity, P>(spec: Spec<In, P>): Primitive<In, 1, P> => {
  const { name, tangents } = spec;
  const [isAccepted, wanted] = accepts[spec.accepts];
  const outDType = (dtype: DType, p: P): DType => spec.outDType?.(dtype, p) ?? spec.result ?? dtype;
  const kernels = new Map<string, Kernel>();
  // The kernel used last: most calls repeat the dtype and the parameters.
  let last: Kernel | undefined;
  const rules = tangents === "none" ? [] : [...tangents];
  if (spec.same !== undefined) rules.push((d, ins) => spec.same?.(d, ins[0] as Tensor) ?? null);
  const kernelFor = (dtype: DType, p: P): Kernel => {
    if (last !== undefined && last.operand === dtype && last.rule.p === p) return last;
    const key = dtype + spec.key(p);
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      kernel = new Kernel(
        spec.expr(p),
        spec.arity,
        dtype,
        outDType(dtype, p),
        rules as readonly TangentRule[],
        p,
      );
      kernels.set(key, kernel);
    }
    last = kernel;
    return kernel;
  };
  const outType = (x: TensorType, y: TensorType | undefined, p: P): TensorType => {
    const type = x.weak && y !== undefined ? y : x;
    const dtype = outDType(type.dtype, p);
    // a dtype that was asked for, or the bool of a comparison, is no longer that of a bare number
    const kept = dtype === type.dtype && (spec.outDType === undefined || !type.weak);
    return kept ? type : { shape: type.shape, dtype, weak: false };
  };
  const record: Primitive<In, 1, P> = {
    name,
    shape: (ins, p) => {
      const types = ins as readonly TensorType[];
      const first = types[0] as TensorType;
      if (!isAccepted(first.dtype)) throw DTypeError.unsupported(name, first.dtype, wanted);
      checkOneDType(name, types);
      checkOneShape(name, types);
      return [outType(first, types[1], p)] as unknown as Many<1, TensorType>;
    },
    impl: (ins, p) => {
      const operands = ins as readonly DenseTensor[];
      const x = operands[0] as DenseTensor;
      const y = operands[1];
      const kernel = kernelFor(x.type.dtype, p);
      const type = outType(x.type, y?.type, p);
      if (x.data !== null || (y !== undefined && y.data !== null) || operands.length > 2)
        return [kernel.run(type, operands)];
      return [uniform(type, y === undefined ? kernel.scalar(x.value) : kernel.scalar(x.value, y.value))];
    },
    jvp: (primals, tangents_, p) => {
      const ins = primals as readonly Tensor[];
      const out = bindOne(self, ins, p);
      if (tangents === "none") return [[out], [null]] as Dual<1>;
      let tangent: Tangent = null;
      const given = tangents_ as readonly Tangent[];
      const [first] = given;
      if (spec.same !== undefined && first && first === given[1] && ins[0] === ins[1])
        return [[out], [spec.same(first, ins[0] as Tensor)]] as Dual<1>;
      for (let i = 0; i < given.length; i++) {
        const d = given[i] as Tangent;
        if (d === null) continue;
        const term = (tangents[i] as TangentRule<P>)(d, ins, out, p);
        if (term === null) continue;
        tangent = tangent === null ? term : (spec.add as () => Binary)()(tangent, term);
      }
      return [[out], [tangent]] as Dual<1>;
    },
    transpose:
      spec.transpose === "nonlinear"
        ? "nonlinear"
        : (cts, ins, p) => (spec.transpose as Transpose<In, P>)(cts as Many<1, Tensor>, ins, p),
    batch: (ins, p, { size }: MappedAxis) => {
      const operands = ins as readonly Batched[];
      return [
        {
          value: bindOne(
            self,
            operands.map((x) => withBatchAxis(x, size)),
            p,
          ),
          mapped: true,
        },
      ];
    },
    lower: (_, p): Lowering => ({ kind: "map", expr: spec.expr(p) }),
    ...(tangents === "none" || spec.arity > 2 || spec.outDType !== undefined || spec.result !== undefined
      ? {}
      : { onNumbers: (dtype: DType, p: P) => kernelFor(dtype, p).rule }),
  };
  const self = erase(record);
  return record;
};

/** A kernel for operands of one dtype, and its operation on numbers. */
class Kernel extends ElementwiseKernel {
  readonly rule: NumberRule;
  constructor(
    expr: Expr,
    arity: number,
    readonly operand: DType,
    out: DType,
    tangents: readonly TangentRule[],
    p: unknown,
  ) {
    super(expr, new Array<DType>(arity).fill(operand), out);
    this.rule = new NumberRule(this.scalar, out, tangents, p);
  }
}

/** What an elementwise operation computes: a scalar operation, a function made of them, or one of numbers. */
type Computation = ScalarOp | ScalarDefinition | ScalarFunctionRef;

const applied = (op: Computation, ...args: readonly Expr[]): Expr =>
  typeof op === "string" ? apply(op, ...args) : "f" in op ? call(op, ...args) : define(op, ...args);

/** A smooth or constant function of one operand: d f(x) = tangent(dx, x, f(x)). */
export interface UnarySpec extends Common {
  readonly op: Computation;
  readonly tangent: ((dx: Tensor, x: Tensor, y: Tensor) => Tensor) | "none";
  /** Given where the function is linear: the cotangent of the operand. */
  readonly transpose?: (ct: Tensor) => Tensor;
}

/* @__NO_SIDE_EFFECTS__ */
export const elementwise = (spec: UnarySpec): Unary =>
  unary(unaryRecord<null>({ ...spec, expr: () => applied(spec.op, input(0)), key: () => "" }));

/** The same with a static parameter: kernels are kept by `key`. */
export interface UnaryWithSpec<P> extends Common {
  readonly expr: (p: P) => Expr;
  readonly key: (p: P) => string;
  readonly tangent: ((dx: Tensor, x: Tensor, y: Tensor, p: P) => Tangent) | "none";
  readonly transpose?: (ct: Tensor, x: Operand, p: P) => Cotangent;
  readonly outDType?: (dtype: DType, p: P) => DType;
}

const unaryRecord = <P>(spec: UnaryWithSpec<P>): Primitive<1, 1, P> => {
  const { tangent, transpose } = spec;
  return elementwiseRecord<1, P>({
    ...spec,
    arity: 1,
    tangents: tangent === "none" ? "none" : [(d, ins, out, p) => tangent(d, ins[0] as Tensor, out, p)],
    transpose: transpose === undefined ? "nonlinear" : ([ct], [x], p) => [transpose(ct, x, p)],
  });
};

/* @__NO_SIDE_EFFECTS__ */
export const elementwiseWith = <P>(spec: UnaryWithSpec<P>): UnaryWith<P> => unaryWith(unaryRecord(spec));

/** A function of two operands: the contributions of either tangent, and how they meet (`add`). */
export interface BinarySpec extends Common {
  readonly op: Computation;
  readonly tangents:
    | readonly [
        left: (dx: Tensor, x: Tensor, y: Tensor, out: Tensor) => Tensor,
        right: (dy: Tensor, x: Tensor, y: Tensor, out: Tensor) => Tensor,
      ]
    | "none";
  readonly same?: (dx: Tensor, x: Tensor) => Tensor;
  readonly transpose?: (ct: Tensor, x: Operand, y: Operand) => readonly [Cotangent, Cotangent];
}

/** Builder for functions of two operands; `add` is the addition by which tangents meet. */
/* @__NO_SIDE_EFFECTS__ */
export const elementwise2 = (spec: BinarySpec, add: () => Binary): Binary => {
  const { tangents, transpose } = spec;
  return binary(
    elementwiseRecord<2, null>({
      ...spec,
      arity: 2,
      expr: () => applied(spec.op, input(0), input(1)),
      key: () => "",
      add,
      tangents:
        tangents === "none"
          ? "none"
          : tangents.map(
              (rule): TangentRule<null> =>
                (d, ins, out) =>
                  rule(d, ins[0] as Tensor, ins[1] as Tensor, out),
            ),
      transpose: transpose === undefined ? "nonlinear" : ([ct], [x, y]) => transpose(ct, x, y),
    }),
  );
};

/** A function of any number of operands with a static parameter, by a scalar function: one rule for each tangent. */
export interface SeveralWithSpec<P> extends Common {
  readonly arity: number;
  /** The scalar function for a parameter; its name tells functions of different parameters apart. */
  readonly callee: (p: P) => ScalarFunctionRef;
  readonly tangents: readonly TangentRule<P>[];
}

/* @__NO_SIDE_EFFECTS__ */
export const elementwiseSeveral = <P>(spec: SeveralWithSpec<P>, add: () => Binary): VariadicWith<P> =>
  variadicWith(
    elementwiseRecord<"many", P>({
      ...spec,
      expr: (p) => call(spec.callee(p), ...Array.from({ length: spec.arity }, (_, i) => input(i))),
      key: (p) => spec.callee(p).name,
      add,
      transpose: "nonlinear",
    }),
  );
