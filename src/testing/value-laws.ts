/**
 * Laws about values: the shape rule agrees with the kernel, memory layout does not matter, a staged program gives
 * the eager result bit for bit, a batch is a loop over examples, float32 is rounded float64.
 */
import fc from "fast-check";
import { checkGraph } from "../graph/check.js";
import type { AnyPrimitive } from "../graph/primitive.js";
import { evaluateGraph } from "../interpreters/evaluate.js";
import { permute, reverse } from "../primitives/reshape.js";
import { isFloat } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import { DenseTensor, type Tensor, type TensorType } from "../tensor/tensor.js";
import { densely, expectNone, listDifference, narrowed, reordered } from "./compare.js";
import { filled } from "./differences.js";
import { collectiveSize, type Domain } from "./domains.js";
import { cases, compiled, example, graphOf, instances, mapped, stacked } from "./subject.js";
import { layouts, sameValues } from "./views.js";

/** One law: a property of a primitive over its domain, or undefined where it says nothing about it. */
export interface Law {
  readonly name: string;
  readonly property: (primitive: AnyPrimitive, domain: Domain) => fc.IRawProperty<unknown> | undefined;
}

const weakened = (x: DenseTensor): DenseTensor =>
  new DenseTensor({ ...x.type, weak: true }, x.data, x.value, x.strides, x.offset);

const exampleType = (type: TensorType, domain: Domain): TensorType =>
  domain.axisName === undefined ? type : { ...type, shape: type.shape.slice(1) };

const shapeLaw: Law = {
  name: "the shape rule tells shape, dtype and weakness of the result",
  property: (primitive, domain) =>
    fc.property(
      instances(primitive, domain, domain.dtypes, false),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      ({ apply, p, ins }, weak) => {
        const operands = ins.map((x, i) => (weak[i % 4] === true ? weakened(x) : x));
        const expected = primitive.shape(
          operands.map((x) => exampleType(x.type, domain)),
          p,
        );
        const outs = apply(operands);
        if (outs.length !== expected.length)
          throw new Error(`${expected.length} results expected, got ${outs.length}`);
        outs.forEach((out, i) => {
          const want = expected[i] as TensorType;
          const got = exampleType(out.type, domain);
          // a broadcast result of a collective is as weak as its operand
          if (!sameShape(want.shape, got.shape) || want.dtype !== got.dtype || want.weak !== got.weak) {
            throw new Error(
              `the shape rule says ${JSON.stringify(want)}, the result is ${JSON.stringify(got)}`,
            );
          }
          const { data } = densely(out);
          if (
            data !== null &&
            filled({ ...want, shape: [0] }, () => 0).data?.constructor !== data.constructor
          ) {
            throw new Error(`a result of ${want.dtype} lies in a ${data.constructor.name}`);
          }
        });
      },
    ),
};

const layoutLaw: Law = {
  name: "permuted, reversed, gapped and repeated memory gives the same result",
  property: (primitive, domain) =>
    fc.property(
      instances(primitive, domain, domain.dtypes, false),
      fc.array(layouts, { minLength: 4, maxLength: 4 }),
      ({ apply, ins }, chosen) => {
        const pairs = ins.map((x, i) => sameValues(x, chosen[i % 4] as (typeof chosen)[number]));
        const plain = apply(pairs.map(([copy]) => copy));
        const strided = apply(pairs.map(([, view]) => view));
        expectNone(listDifference("on views", plain, strided, reordered));
      },
    ),
};

const stagedLaw: Law = {
  name: "staged and evaluated equals eager, bit for bit, by a well-formed graph",
  property: (primitive, domain) =>
    fc.property(instances(primitive, domain, domain.dtypes, false), ({ apply, once, around, ins }) => {
      const expected = apply(ins);
      const graph = graphOf(apply, ins);
      checkGraph(graph);
      expectNone(listDifference("staged", expected, evaluateGraph(graph, ins), "bits"));
      const within = around((xs) => {
        const inner = graphOf(once, xs);
        checkGraph(inner);
        return evaluateGraph(inner, xs);
      })(ins);
      expectNone(listDifference("staged within vmap", expected, within, "bits"));
    }),
};

const compiledLaw: Law = {
  name: "compiled equals eager, bit for bit, by itself and among others",
  property: (primitive, domain) =>
    fc.property(instances(primitive, domain, domain.dtypes, false), ({ apply, ins }) => {
      const expected = apply(ins);
      expectNone(listDifference("compiled", expected, compiled(apply)(ins), "bits"));
      // operands and results that are made within the program, and so in memory of the compiler's choice
      const within = (xs: readonly Tensor[]): readonly Tensor[] =>
        apply(xs.map((x) => reverseAll(reverseAll(x)))).map((out) => reverseAll(out));
      expectNone(listDifference("compiled within", within(ins), compiled(within)(ins), "bits"));
    }),
};

/** The elements of every axis from the end. */
const reverseAll = (x: Tensor): Tensor => reverse(x, [...x.shape.keys()]);

/** All non-empty choices of `count` operands. */
const subsets = (count: number): readonly (readonly boolean[])[] =>
  Array.from({ length: 2 ** count - 1 }, (_, n) =>
    Array.from({ length: count }, (_, i) => (((n + 1) >> i) & 1) === 1),
  );

const vmapLaw: Law = {
  name: "vmap equals a loop over the examples, whichever operands are mapped",
  property: (primitive, domain) =>
    fc.property(
      fc
        .tuple(cases(primitive, domain, domain.dtypes, false, 24), fc.constantFrom(0, 1, 3))
        .chain(([c, size]) =>
          fc
            .array(c.operands, { minLength: Math.max(1, size), maxLength: Math.max(1, size) })
            .map((draws) => ({
              ...c,
              draws,
              size,
              toString: () => `${size} times ${draws.map(String).join(" | ")} ${JSON.stringify(c.p)}`,
            })),
        ),
      ({ apply, once, around, draws, size }) => {
        const first = draws[0] as readonly DenseTensor[];
        const examples = draws.slice(0, size);
        for (const chosen of subsets(Math.min(first.length, 4))) {
          const isMapped = (i: number): boolean => chosen[i % 4] === true;
          const ins = first.map((x, i) =>
            isMapped(i)
              ? stacked(
                  examples.map((draw) => draw[i] as Tensor),
                  x,
                )
              : x,
          );
          const inAxes = first.map((_, i) => (isMapped(i) ? 0 : null));
          const loop = draws.map((draw) =>
            apply(first.map((x, i) => (isMapped(i) ? (draw[i] as Tensor) : x))),
          );
          const expected = (loop[0] as readonly Tensor[]).map((like, k) =>
            stacked(
              loop.slice(0, size).map((outs) => outs[k] as Tensor),
              like,
            ),
          );
          const what = `mapped [${inAxes.map((axis) => axis !== null).join(", ")}] of ${size}`;
          expectNone(listDifference(what, expected, mapped(apply, inAxes)(ins), reordered));
          if (domain.axisName === undefined || size === 0) continue;
          // within the named axis: [size, 3, ...] as [3, size, ...]
          const swapped = ins.map((x, i) => (isMapped(i) ? swap(x) : x));
          const within = around(mapped(once, inAxes))(swapped).map(swap);
          expectNone(listDifference(`${what}, within`, expected, within, reordered));
        }
      },
    ),
};

const swap = (x: Tensor): Tensor => permute(x, [1, 0, ...x.shape.map((_, axis) => axis).slice(2)]);

const nestedVmapLaw: Law = {
  name: "two nested vmaps equal two nested loops",
  property: (primitive, domain) =>
    fc.property(
      fc
        .tuple(
          cases(primitive, domain, domain.dtypes, false, 12),
          fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 4 }),
        )
        .chain(([c, masks]) =>
          fc.array(c.operands, { minLength: 6, maxLength: 6 }).map((draws) => ({ ...c, masks, draws })),
        ),
      ({ apply, masks, draws }) => {
        const [outer, inner] = [2, 3];
        const first = draws[0] as readonly DenseTensor[];
        if (first.length === 0) return;
        const mask = first.map((_, i) => masks[i % 4] as readonly [boolean, boolean]);
        if (!mask.some(([o]) => o) || !mask.some(([, i]) => i)) return;
        const at = (i: number, a: number, b: number): Tensor => {
          const [o, n] = mask[i] as readonly [boolean, boolean];
          return (draws[(o ? a : 0) * inner + (n ? b : 0)] as readonly DenseTensor[])[i] as Tensor;
        };
        const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
        const ins = first.map((x, i) => {
          const [o, n] = mask[i] as readonly [boolean, boolean];
          const row = (a: number): Tensor =>
            n
              ? stacked(
                  range(inner).map((b) => at(i, a, b)),
                  x,
                )
              : at(i, a, 0);
          return o ? stacked(range(outer).map(row), row(0)) : row(0);
        });
        const rows = range(outer).map((a) =>
          range(inner).map((b) => apply(first.map((_, i) => at(i, a, b)))),
        );
        const count = (rows[0]?.[0] ?? []).length;
        const expected = range(count).map((k) => {
          const lines = rows.map((row) =>
            stacked(
              row.map((outs) => outs[k] as Tensor),
              row[0]?.[k] as Tensor,
            ),
          );
          return stacked(lines, lines[0] as Tensor);
        });
        const axes = (which: 0 | 1): (number | null)[] => mask.map((m) => (m[which] ? 0 : null));
        const got = mapped(mapped(apply, axes(1)), axes(0))(ins);
        expectNone(listDifference(`mapped ${JSON.stringify(mask)}`, expected, got, reordered));
      },
    ),
};

const narrowLaw: Law = {
  name: "float32 agrees with float64",
  property: (primitive, domain) =>
    domain.dtypes.includes("float32") && domain.dtypes.includes("float64")
      ? fc.property(instances(primitive, domain, ["float32"], true), ({ apply, ins }) => {
          const wide = ins.map((x) =>
            x.dtype === "float32" ? filled({ ...x.type, dtype: "float64" }, (i) => x.at(i)) : x,
          );
          const widened = (x: Tensor): Tensor =>
            isFloat(x.dtype) ? filled({ ...x.type, dtype: "float64" }, (i) => densely(x).at(i)) : x;
          expectNone(
            listDifference("in float32", apply(wide).map(widened), apply(ins).map(widened), narrowed),
          );
        })
      : undefined,
};

const emptyAxisLaw: Law = {
  name: "a collective needs the vmap with its name",
  property: (primitive, domain) =>
    domain.axisName === undefined
      ? undefined
      : fc.property(instances(primitive, domain, domain.dtypes, false), ({ once, ins }) => {
          const one = ins.map((x) => example(x, collectiveSize - 1));
          let refused = false;
          try {
            once(one);
          } catch {
            refused = true;
          }
          if (!refused) throw new Error(`${primitive.name} gave a result without an enclosing vmap`);
        }),
};

export const valueLaws: readonly Law[] = [
  shapeLaw,
  layoutLaw,
  stagedLaw,
  compiledLaw,
  vmapLaw,
  nestedVmapLaw,
  narrowLaw,
  emptyAxisLaw,
];
