/** The laws are no law if nothing breaks them: for each, a primitive with one wrong rule, which it must find. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bindOne } from "../../src/graph/context.js";
import type { AnyPrimitive, Batched, Cotangent } from "../../src/graph/primitive.js";
import { add, convert, mul, neg, stopGradient, sub } from "../../src/primitives/arithmetic.js";
import { withBatchAxis } from "../../src/primitives/batching.js";
import { broadcast, sum } from "../../src/primitives/broadcast.js";
import { catalogue } from "../../src/primitives/catalogue.js";
import { psum } from "../../src/primitives/collective.js";
import { max } from "../../src/primitives/compare.js";
import { permute, reverse } from "../../src/primitives/reshape.js";
import { cos, exp, sin } from "../../src/primitives/transcendental.js";
import { roundTo } from "../../src/tensor/dtype.js";
import { compact, DenseTensor, type Tensor, uniform } from "../../src/tensor/tensor.js";
import { filled } from "../../src/testing/differences.js";
import { type Domain, elementwiseDomain, floats } from "../../src/testing/domains.js";
import { checkLaw, checkPrimitive, laws } from "../../src/testing/laws.js";
import { elementwiseDomains } from "../laws/elementwise-domains.js";
import { structuralDomains } from "../laws/structural-domains.js";

const domains: Readonly<Record<string, Domain>> = { ...elementwiseDomains, ...structuralDomains };
const domainOf = (primitive: AnyPrimitive): Domain => domains[primitive.name] as Domain;

/** A primitive with some rules replaced; `self` is the new one, so that its programs use the wrong rules again. */
const planted = (
  primitive: AnyPrimitive,
  change: (self: AnyPrimitive) => Partial<AnyPrimitive>,
): AnyPrimitive => {
  const self: { -readonly [K in keyof AnyPrimitive]: AnyPrimitive[K] } = { ...primitive };
  Object.assign(self, change(self));
  return self;
};

const valueOf = (x: Batched | undefined): Tensor => (x as Batched).value;

/** sin with a tangent of its own. */
const sine = (tangent: (dx: Tensor, x: Tensor) => Tensor): AnyPrimitive =>
  planted(sin.primitive, (self) => ({
    jvp: ([x], [dx]) => [[bindOne(self, [x as Tensor], null)], [dx ? tangent(dx, x as Tensor) : null]],
  }));

/** A linear primitive of one operand, its own pushforward, with a transpose rule of its own. */
const linear = (
  primitive: AnyPrimitive,
  transpose: (ct: Tensor, p: unknown, self: AnyPrimitive) => Cotangent,
): AnyPrimitive =>
  planted(primitive, (self) => ({
    jvp: ([x], [dx], p) => [[bindOne(self, [x as Tensor], p)], [dx ? bindOne(self, [dx], p) : null]],
    transpose: ([ct], _, p) => [ct ? transpose(ct, p, self) : null],
  }));

const law = (part: string): (typeof laws)[number] => {
  const found = laws.filter(({ name }) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} laws are called ...${part}...`);
  return found[0] as (typeof laws)[number];
};

/** A fixed axis: right for one batch axis in front, wrong for two. */
const sumsOfRows: Domain = {
  dtypes: floats,
  plan: (draw) => draw.shape(1, 3).map((shape) => ({ p: [0], operands: fc.tuple(draw.tensor(shape)) })),
};

let count = 0;

/** [law, what is wrong, the primitive, its domain if it has one of its own] */
const plants: readonly (readonly [law: string, wrong: string, primitive: AnyPrimitive, domain?: Domain])[] = [
  [
    "the shape rule",
    "the dtype",
    planted(exp.primitive, () => ({ shape: ([x]) => [{ ...(x as Tensor["type"]), dtype: "float64" }] })),
  ],
  ["the shape rule", "the shape", planted(sum.primitive, () => ({ shape: ([x]) => [x as Tensor["type"]] }))],
  [
    "the shape rule",
    "weakness",
    planted(neg.primitive, () => ({ shape: ([x]) => [{ ...(x as Tensor["type"]), weak: false }] })),
  ],
  [
    "permuted, reversed",
    "a kernel that reads memory as it lies",
    planted(neg.primitive, () => ({
      impl: ([x]) => [
        x?.data
          ? compact(
              x.type,
              x.data.slice(0, x.size).map((v) => roundTo(x.dtype, -v)),
            )
          : uniform((x as Tensor).type, roundTo((x as Tensor).dtype, -(x as DenseTensor).value)),
      ],
    })),
  ],
  [
    "staged and evaluated",
    "a kernel that counts its calls",
    planted(exp.primitive, () => ({ impl: ([x]) => [filled((x as Tensor).type, () => count++)] })),
  ],
  ["staged and evaluated", "a shape rule that refuses", planted(exp.primitive, () => ({ shape: () => [] }))],
  [
    "vmap equals",
    "a forgotten batch axis",
    planted(sum.primitive, (self) => ({
      batch: ([x], p) => [{ value: bindOne(self, [valueOf(x)], p), mapped: true }],
    })),
  ],
  [
    "vmap equals",
    "one example for all",
    planted(exp.primitive, (self) => ({
      batch: ([x]) => [{ value: bindOne(self, [valueOf(x)], null), mapped: false }],
    })),
  ],
  [
    "vmap equals",
    "operands in the wrong order",
    planted(sub.primitive, (self) => ({
      batch: ([x, y], _, { size }) => [
        {
          value: bindOne(
            self,
            [y, x].map((z) => withBatchAxis(z as Batched, size)),
            null,
          ),
          mapped: true,
        },
      ],
    })),
  ],
  [
    "two nested",
    "a batch axis hard-coded",
    planted(sum.primitive, (self) => ({
      batch: ([x]) => [{ value: bindOne(self, [valueOf(x)], [1]), mapped: true }],
    })),
    sumsOfRows,
  ],
  [
    "float32 agrees",
    "a coarse float32 kernel",
    planted(exp.primitive, () => ({
      impl: ([x]) => [
        filled(
          (x as Tensor).type,
          (i) => Math.exp((x as DenseTensor).at(i)) * (x?.dtype === "float32" ? 1.0001 : 1),
        ),
      ],
    })),
  ],
  [
    "a collective needs",
    "a result of one example alone",
    planted(psum.primitive, () => ({ impl: ([x]) => [x as DenseTensor] })),
  ],
  ["the lowering", "another expression", planted(exp.primitive, () => ({ lower: sin.primitive.lower }))],
  [
    "the lowering",
    "a view of other axes",
    planted(reverse.primitive, () => ({
      lower: (types, p) =>
        broadcast.primitive.lower(types, {
          shape: types[0]?.shape,
          axes: types[0]?.shape.map((_, i) => i),
          p,
        }),
    })),
  ],
  [
    "the lowering",
    "another fold",
    planted(sum.primitive, () => ({ lower: (_, p) => ({ kind: "fold", op: "max", axes: p as number[] }) })),
    { ...domainOf(sum.primitive), dtypes: floats },
  ],
  [
    "compiled equals eager",
    "another expression",
    planted(exp.primitive, () => ({ lower: sin.primitive.lower })),
  ],
  ["linear in the tangents", "a tangent squared", sine((dx, x) => mul(mul(dx, dx), cos(x)))],
  ["linear in the tangents", "a tangent with a constant", sine((dx, x) => add(mul(dx, cos(x)), cos(x)))],
  ["what differences say", "the sign", sine((dx, x) => neg(mul(dx, cos(x))))],
  [
    "what differences say",
    "a factor of 1.000001",
    sine((dx, x) =>
      mul(
        dx,
        mul(
          cos(x),
          filled(x.type, () => 1.000001),
        ),
      ),
    ),
  ],
  [
    "what differences say",
    "the value",
    planted(sin.primitive, () => ({
      jvp: ([x], [dx]) => [[cos(x as Tensor)], [dx ? mul(dx, cos(x as Tensor)) : null]],
    })),
  ],
  [
    "what differences say",
    "a tangent forgotten",
    planted(mul.primitive, () => ({
      jvp: ([x, y], [dx]) => [[mul(x as Tensor, y as Tensor)], [dx ? mul(dx, y as Tensor) : null]],
    })),
  ],
  [
    "what differences say",
    "a tie for one, where none is",
    planted(max.primitive, () => ({
      jvp: ([x, y], [dx]) => [[max(x as Tensor, y as Tensor)], [dx ?? null]],
    })),
  ],
  [
    "pushforward staged",
    "a rule that looks whether it is traced",
    sine((dx, x) => (dx instanceof DenseTensor ? mul(dx, cos(x)) : dx)),
  ],
  [
    "linearize agrees",
    "a rule that looks whether the tangent is known",
    sine((dx, x) => (dx instanceof DenseTensor ? mul(dx, cos(x)) : dx)),
  ],
  ["derivatives of float32", "a constant of float64", sine((dx, x) => convert(mul(dx, cos(x)), "float64"))],
  [
    "derivatives of float32",
    "a tangent rounded to few bits",
    sine((dx, x) =>
      mul(
        dx,
        x.dtype === "float32"
          ? mul(
              cos(x),
              filled(x.type, () => 1.001),
            )
          : cos(x),
      ),
    ),
  ],
  ["the pullback is dual", "the sign of a transpose", linear(neg.primitive, (ct) => ct)],
  [
    "the pullback is dual",
    "an order not inverted",
    linear(permute.primitive, (ct, p, self) => bindOne(self, [ct], p)),
    structuralDomains.permute as Domain,
  ],
  ["the pullback is dual", "a cotangent dropped", linear(neg.primitive, () => null)],
  [
    "transposed twice",
    "the transpose of the transpose",
    linear(neg.primitive, (ct) =>
      bindOne(
        linear(neg.primitive, (again) => again),
        [ct],
        null,
      ),
    ),
  ],
  [
    "the transpose rule is dual",
    "the sign of the second operand",
    planted(sub.primitive, () => ({ transpose: ([ct]) => [ct as Tensor, ct as Tensor] })),
  ],
  [
    "the transpose rule is dual",
    "a rule that the domain does not know of",
    reverse.primitive,
    { dtypes: floats, plan: (structuralDomains.reverse as Domain).plan },
  ],
  ["Hessians by all", "a constant derivative", sine((dx, x) => mul(dx, stopGradient(cos(x))))],
];

for (const [name, wrong, primitive, domain = domainOf(primitive)] of plants) {
  describe(`"${law(name).name}"`, () => {
    it(`finds ${wrong}`, () => {
      expect(() => checkLaw(law(name), primitive, domain, { runs: 100, seed: 1 })).toThrow(/Property failed/);
      expect(() => checkPrimitive(primitive, domain, { runs: 100, seed: 1 })).toThrow(/breaks a law/);
    });
  });
}

it("every law has something that breaks it", () => {
  const broken = plants.map(([name]) => law(name).name);
  expect(laws.map(({ name }) => name).filter((name) => !broken.includes(name))).toEqual([]);
});

it("right primitives pass, a user's own among them", () => {
  checkPrimitive(sin.primitive, domainOf(sin.primitive), { runs: 5 });
  checkPrimitive(
    sine((dx, x) => mul(dx, cos(x))),
    elementwiseDomain(1),
    { runs: 5 },
  );
  checkPrimitive(
    linear(permute.primitive, (ct, p) => permute(ct, inverse(p as number[]))),
    structuralDomains.permute as Domain,
    { runs: 5 },
  );
});

const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

it("every primitive that laws are planted in is of the catalogue", () => {
  for (const [, , primitive] of plants) expect(catalogue.map(({ name }) => name)).toContain(primitive.name);
});
