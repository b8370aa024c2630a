/**
 * The programs of the notebooks that this library set out from, all in float32: with tapes, as they were written, and
 * with functions of functions, side by side with what they print. Both must agree with it to the last bit.
 */
import { readFileSync } from "node:fs";
import {
  elementwiseGrad,
  grad,
  jacrev,
  jit,
  np,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import * as lax from "cotangent/lax";
import { GradientTape, leaf, TapeUsedError, Variable } from "cotangent/tape";
import { describe, expect, it } from "vitest";

/** A text stands for what is no number: a tensor as it prints, an error. */
type Value = Tensor | string | undefined;
type Data = number | readonly number[] | readonly (readonly number[])[];
const f32 = (data: Data): Tensor => np.array(data as number[], { dtype: "float32" });
const variable = (data: Data): Variable => new Variable(data as number[], { dtype: "float32" });
type Operand = Tensor | Variable;

const square = (x: Operand): Tensor => np.mul(x, x) as Tensor;
const fourth = (x: Operand): Tensor => square(square(x));
const quadratic = (x: Operand, a: Operand, b: Operand, c: Operand): Tensor =>
  np.add(np.add(np.mul(a, np.power(x, 2)), np.mul(b, x)), c) as Tensor;
const [a, b, c] = [f32(1), f32(-2), f32(1)];
const q = (x: Operand): Tensor => quadratic(x, a, b, c);
const range = np.arange(4, { dtype: "float32" }) as Tensor;
const column = np.reshape(range, [4, 1]) as Tensor;
const pairs = f32([
  [1, 2],
  [3, 4],
]);

/** Records `f` with everything in `watched` watched. */
const record = <R>(tape: GradientTape, watched: unknown, f: () => R): R =>
  tape.run(() => {
    tape.watch(watched);
    return f();
  });
/** First and second derivative by two tapes, one within the other. */
const twice = (f: (x: Operand) => Tensor, x: Operand): readonly Value[] => {
  const [outer, inner] = [new GradientTape(), new GradientTape()];
  const first = record(outer, x, () =>
    inner.gradient(
      record(inner, x, () => f(x)),
      x,
    ),
  );
  return [first, outer.gradient(first, x)];
};
const persistent = (): GradientTape => new GradientTape({ persistent: true });

const pieces = (x: Tensor): Tensor => {
  let y = np.mul(x, 2) as Tensor;
  while (np.norm(y).item() < 1000) y = np.mul(y, 2) as Tensor;
  return np.sum(y).item() > 0 ? y : np.mul(100, y);
};
const linearInPieces = (x: Tensor): readonly Value[] => {
  const tape = new GradientTape();
  const y = record(tape, x, () => pieces(x));
  const slope = tape.gradient(y, x) as Tensor;
  return [slope, np.equal(slope, np.div(y, x))];
};

const steps = 1000;
const descendByTape = (f: (x: Operand) => Tensor): readonly Value[] => {
  const x = variable(0);
  for (let step = 0; step < steps; step++) {
    const tape = new GradientTape();
    const y = tape.run(() => f(x));
    x.assignSub(np.mul(0.01, tape.gradient(y, x) as Tensor));
  }
  return [f(x), x.value];
};
const descendByGrad = (): readonly Value[] => {
  let x = f32(0);
  for (let step = 0; step < steps; step++) x = np.sub(x, np.mul(0.01, grad(q)(x)));
  return [q(x), x];
};

interface Row {
  readonly id: number;
  readonly what: string;
  /** As the notebook prints it, several values separated by blanks. */
  readonly prints: string;
  readonly tape: () => readonly Value[];
  /** Where a value does not depend on another it has zero for None. Undefined where there is nothing to compare. */
  readonly functional?: () => readonly Value[];
}

const first: readonly Row[] = [
  {
    id: 1,
    what: "a x^2 + b x + c at 0",
    prints: "-2.0",
    tape: () => {
      const [x, tape] = [variable(0), new GradientTape()];
      return [
        tape.gradient(
          tape.run(() => q(x)),
          x,
        ),
      ];
    },
    functional: () => [grad(q)(f32(0))],
  },
  {
    id: 2,
    what: "by x, a, b, c, of which x is a Variable",
    prints: "-2.0 0.0 0.0 1.0",
    tape: () => {
      const [x, tape] = [variable(0), new GradientTape()];
      return tape.gradient(
        record(tape, [a, b, c], () => q(x)),
        [x, a, b, c],
      );
    },
    functional: () => grad(quadratic as typeof quadratic, { argnums: [0, 1, 2, 3] })(f32(0), a, b, c),
  },
  {
    id: 3,
    what: "first and second derivative",
    prints: "-2.0 2.0",
    tape: () => twice(q, variable(0)),
    functional: () => [grad(q)(f32(0)), grad(grad(q))(f32(0))],
  },
  {
    id: 4,
    what: "y = x^2, z = y^2 at 3: y, z, z again",
    prints: "6.0 108.0 108.0",
    tape: () => {
      const [x, tape] = [f32(3), persistent()];
      const [y, z] = record(tape, x, () => {
        const y = square(x);
        return [y, square(y)];
      });
      return [y, z, z].map((target) => tape.gradient(target, x));
    },
    functional: () => {
      const [, back] = vjp((x: Tensor) => [square(x), fourth(x)] as const, [f32(3)]);
      return [back([f32(1), f32(0)]), back([f32(0), f32(1)]), back([f32(0), f32(1)])].map(([dx]) => dx);
    },
  },
  {
    id: 6,
    what: "x x, a Variable",
    prints: "6.0",
    tape: () => {
      const [x, tape] = [variable(3), new GradientTape()];
      return [
        tape.gradient(
          tape.run(() => square(x)),
          x,
        ),
      ];
    },
    functional: () => [grad(square)(f32(3))],
  },
  {
    id: 7,
    what: "x x, a constant that is watched",
    prints: "6.0",
    tape: () => {
      const [x, tape] = [f32(3), new GradientTape()];
      return [
        tape.gradient(
          record(tape, x, () => square(x)),
          x,
        ),
      ];
    },
    functional: () => [grad(square)(f32(3))],
  },
  {
    id: 8,
    what: "nested tapes, watch in both",
    prints: "6.0 2.0",
    tape: () => twice(square, f32(3)),
    functional: () => [grad(square)(f32(3)), grad(grad(square))(f32(3))],
  },
  {
    id: 9,
    what: "asked in the other order: y, z",
    prints: "6.0 108.0",
    tape: () => {
      const [x, tape] = [f32(3), persistent()];
      const [y, z] = record(tape, x, () => {
        const y = square(x);
        return [y, square(y)];
      });
      const dz = tape.gradient(z, x);
      return [tape.gradient(y, x), dz];
    },
    functional: () => [grad(square)(f32(3)), grad(fourth)(f32(3))],
  },
  {
    id: 10,
    what: "PyTorch: backward(), grad",
    prints: "tensor(6.)",
    tape: () => {
      const x = leaf(3, { dtype: "float32", requiresGrad: true });
      x.mul(x).backward();
      return [x.grad ?? undefined];
    },
    functional: () => [grad(square)(f32(3))],
  },
  {
    id: 12,
    what: "nested tapes at 5",
    prints: "10.0 2.0",
    tape: () => twice(square, f32(5)),
    functional: () => [grad(square)(f32(5)), grad(grad(square))(f32(5))],
  },
  {
    id: 13,
    what: "x^n has n x^(n-1), 21 pairs",
    prints: "True",
    tape: () => {
      const holds = [0, 1, 2, 3, 4, 5, 6].every((n) =>
        [0, 2, -3].every((at) => {
          const [x, tape] = [f32(at), new GradientTape()];
          const y = record(tape, x, () => np.power(x, n));
          const slope = tape.gradient(y, x, { unconnected: "zero" });
          return slope.item() === (n === 0 ? 0 : n * at ** (n - 1));
        }),
      );
      return [np.array(holds)];
    },
    functional: () => [
      np.array(
        [0, 1, 2, 3, 4, 5, 6].every((n) =>
          [0, 2, -3].every(
            (at) => grad((x: Tensor) => np.power(x, n))(f32(at)).item() === (n === 0 ? 0 : n * at ** (n - 1)),
          ),
        ),
      ),
    ],
  },
  {
    id: 14,
    what: "watchAccessedVariables: false",
    prints: "4.0 None",
    tape: () => {
      const [x, w] = [variable(2), variable(5)];
      const tape = new GradientTape({ watchAccessedVariables: false, persistent: true });
      const [y, z] = record(tape, x, () => [np.power(x, 2), np.power(w, 3)]);
      return [tape.gradient(y, x), tape.gradient(z, w)];
    },
    functional: () => grad((x: Tensor, _w: Tensor) => square(x), { argnums: [0, 1] })(f32(2), f32(5)),
  },
  {
    id: 15,
    what: "batchJacobian of x x",
    prints: "[[[2,0],[0,4]],[[6,0],[0,8]]]",
    tape: () => {
      const tape = new GradientTape();
      return [
        tape.batchJacobian(
          record(tape, pairs, () => square(pairs)),
          pairs,
        ),
      ];
    },
    functional: () => [vmap(jacrev(square))(pairs)],
  },
  {
    id: 16,
    what: "a batch, and rows of one Jacobian",
    prints: "[[1,2],[3,4]] [2,0] [0,4]",
    tape: () => {
      const [row, tape] = [np.slice(pairs, 0), new GradientTape()];
      const jacobian = tape.jacobian(
        record(tape, row, () => square(row)),
        row,
      ) as Tensor;
      return [pairs, np.slice(jacobian, 0), np.slice(jacobian, 1)];
    },
    functional: () => {
      const jacobian = jacrev(square)(np.slice(pairs, 0));
      return [pairs, np.slice(jacobian, 0), np.slice(jacobian, 1)];
    },
  },
  {
    id: 17,
    what: "reset() within the recording",
    prints: "None 12.0",
    tape: () => {
      const [x, tape] = [variable(2), persistent()];
      const [before, after] = tape.run(() => {
        const before = square(x);
        if (before.item() > 1) tape.reset();
        return [before, np.power(x, 3)];
      });
      return [tape.gradient(before, x), tape.gradient(after, x)];
    },
    functional: () => [undefined, grad((x: Tensor) => np.power(x, 3))(f32(2))],
  },
  {
    id: 18,
    what: "stopRecording: watched and not",
    prints: "None None",
    tape: () => {
      const at = (watched: readonly Tensor[], x: Tensor): Value => {
        const tape = new GradientTape();
        const y = record(tape, watched, () => tape.stopRecording(() => square(x)));
        return tape.gradient(y, x);
      };
      const x = f32(4);
      return [at([], x), at([x], x)];
    },
    functional: () => [grad((x: Tensor) => stopGradient(square(x)))(f32(4)), undefined],
  },
  {
    id: 19,
    what: "a Variable of range(4)",
    prints: "[0,1,2,3]",
    tape: () => [variable([0, 1, 2, 3]).value],
    functional: () => [range],
  },
];

const second: readonly Row[] = [
  {
    id: 20,
    what: "2 x.x, gradient asked inside",
    prints: "28.0 [0,4,8,12]",
    tape: () => {
      const x = variable([0, 1, 2, 3]);
      using tape = new GradientTape().start();
      const y = np.mul(2, np.tensordot(x, x, 1)) as Tensor;
      return [y, tape.gradient(y, x)];
    },
    functional: () => valueAndGrad((x: Tensor) => np.mul(2, np.tensordot(x, x, 1)) as Tensor)(range),
  },
  {
    id: 21,
    what: "which is 4 x",
    prints: "[True,True,True,True]",
    tape: () => {
      const [x, tape] = [variable([0, 1, 2, 3]), new GradientTape()];
      const y = tape.run(() => np.mul(2, np.tensordot(x, x, 1)));
      return [np.equal(tape.gradient(y, x) as Tensor, np.mul(4, x))];
    },
    functional: () => {
      const slope = grad((x: Tensor) => np.mul(2, np.tensordot(x, x, 1)) as Tensor)(range);
      return [np.equal(slope, np.mul(4, range))];
    },
  },
  {
    id: 22,
    what: "the sum of x",
    prints: "[1,1,1,1]",
    tape: () => {
      const [x, tape] = [variable([0, 1, 2, 3]), new GradientTape()];
      return [
        tape.gradient(
          tape.run(() => np.sum(x)),
          x,
        ),
      ];
    },
    functional: () => [grad((x: Tensor) => np.sum(x))(range)],
  },
  {
    id: 23,
    what: "x x, a target of four elements",
    prints: "[0,2,4,6]",
    tape: () => {
      const [x, tape] = [variable([0, 1, 2, 3]), new GradientTape()];
      return [
        tape.gradient(
          tape.run(() => square(x)),
          x,
        ),
      ];
    },
    functional: () => [elementwiseGrad(square)(range)],
  },
  {
    id: 24,
    what: "2 x'x of a column",
    prints: "[[28.]] [[0],[4],[8],[12]]",
    tape: () => {
      const tape = new GradientTape();
      const x = np.reshape(variable([0, 1, 2, 3]), [4, 1]) as Tensor;
      const y = record(tape, x, () => np.mul(2, np.matmul(np.transpose(x), x)));
      return [y, tape.gradient(y, x)];
    },
    functional: () => {
      const [y, back] = vjp((x: Tensor) => np.mul(2, np.matmul(np.transpose(x), x)) as Tensor, [column]);
      return [y, ...back(np.onesLike(y))];
    },
  },
  {
    id: 25,
    what: "u = stopGradient(x x): of u x, of x x",
    prints: "[0,1,4,9] [0,2,4,6]",
    tape: () => {
      const [x, tape] = [variable([0, 1, 2, 3]), persistent()];
      const [y, z] = tape.run(() => {
        const y = square(x);
        return [y, np.mul(stopGradient(y), x)];
      });
      return [tape.gradient(z, x), tape.gradient(y, x)];
    },
    functional: () => [
      elementwiseGrad((x: Tensor) => np.mul(stopGradient(square(x)), x))(range),
      elementwiseGrad(square)(range),
    ],
  },
  {
    id: 26,
    what: "x^4 and x^2, asked inside",
    prints: "[[0],[4],[32],[108]] [[0],[2],[4],[6]]",
    tape: () => {
      using tape = persistent().start();
      tape.watch(column);
      const y = square(column);
      const z = square(y);
      return [tape.gradient(z, column), tape.gradient(y, column)];
    },
    functional: () => [elementwiseGrad(fourth)(column), elementwiseGrad(square)(column)],
  },
  {
    id: 27,
    what: "while and if on values, x > 0",
    prints: "1024.0 True",
    tape: () => linearInPieces(f32(1.5)),
    functional: () => {
      const [y, slope] = valueAndGrad(pieces)(f32(1.5));
      return [slope, np.equal(slope, np.div(y, f32(1.5)))];
    },
  },
  {
    id: 28,
    what: "the same on [[x]], x < 0",
    prints: "[[102400.]] [[True]]",
    tape: () => linearInPieces(f32([[-1.5]])),
    functional: () => {
      const x = f32([[-1.5]]);
      const slope = elementwiseGrad(pieces)(x);
      return [slope, np.equal(slope, np.div(pieces(x), x))];
    },
  },
  {
    id: 29,
    what: "a tape in a function of integers, cast",
    prints: "-2.0 1.0 0.0 0.0",
    tape: () => {
      const f = (x: Tensor): readonly Value[] => {
        const y = np.astype(x, "float32");
        const tape = new GradientTape();
        const z = record(tape, y, () => quadratic(y, f32(1), f32(-2), f32(1)));
        return [tape.gradient(z, y), z];
      };
      return [0, 1].flatMap((x) => f(np.array(x, { dtype: "int32" })));
    },
    functional: () =>
      [0, 1].flatMap((x) => {
        const [y, slope] = valueAndGrad(q)(np.astype(np.array(x, { dtype: "int32" }), "float32"));
        return [slope, y];
      }),
  },
  {
    id: 30,
    what: "1,000 steps on a Variable: y, x",
    prints: "0.0 0.99999857",
    tape: () => descendByTape(q),
    functional: descendByGrad,
  },
  {
    id: 31,
    what: "the same of a loss without arguments",
    prints: "0.0 0.99999857",
    tape: () => {
      const x = variable(0);
      const loss = (): Tensor => q(x);
      const step = (): void => {
        const tape = new GradientTape();
        x.assignSub(np.mul(0.01, tape.gradient(tape.run(loss), x) as Tensor));
      };
      for (let i = 0; i < steps; i++) step();
      return [loss(), x.value];
    },
    functional: descendByGrad,
  },
];

/** What is compiled in the notebooks rounds once for several operations. */
const contract = { contract: true } as const;
const byTape = (x: Tensor): Tensor => {
  const tape = new GradientTape();
  const y = record(tape, x, () => q(x));
  return np.sub(x, np.mul(0.01, tape.gradient(y, x, { unconnected: "zero" })));
};
const byFunctions = (x: Tensor): Tensor => np.sub(x, np.mul(0.01, grad(q)(x)));
const inOneLoop = (step: (x: Tensor) => Tensor): readonly Value[] => {
  const train = (x: Tensor): Tensor =>
    lax.foriLoop(0, steps, ((_: Tensor, y: Tensor) => step(y)) as never, x as never) as unknown as Tensor;
  const x = jit(train, contract)(f32(0));
  return [q(x), x];
};
const inEpochs = (step: (x: Tensor) => Tensor): readonly Value[] => {
  const compiled = jit(step);
  const train = (epochs: number, x: Tensor): Tensor => {
    for (let epoch = 0; epoch < epochs; epoch++) x = compiled(x);
    return x;
  };
  const x = jit(train, { staticArgnums: 0, ...contract })(steps, f32(0));
  return [q(x), x];
};
const packageFile = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const third: readonly Row[] = [
  {
    id: 5,
    what: "a second gradient, not persistent",
    prints: "RuntimeError",
    tape: () => {
      const [x, tape] = [variable(3), new GradientTape()];
      const y = tape.run(() => square(x));
      tape.gradient(y, x);
      try {
        return [tape.gradient(y, x)];
      } catch (error) {
        return [error instanceof TapeUsedError ? "RuntimeError" : String(error)];
      }
    },
  },
  {
    id: 11,
    what: "one line installs it, nothing is built",
    prints: "True",
    tape: () => {
      const scripts = Object.keys(packageFile.scripts).filter((name) => /install$/.test(name));
      return [np.array(scripts.length === 0 && Object.keys(packageFile.dependencies).join() === "fp-ts")];
    },
  },
  {
    id: 32,
    what: "1,000 steps in one compiled loop: y, x",
    prints: "0.0 0.9999985",
    tape: () => inOneLoop(byTape),
    functional: () => inOneLoop(byFunctions),
  },
  {
    id: 33,
    what: "compiled within compiled, train(1000)",
    prints: "0.0 0.9999985",
    tape: () => inEpochs(byTape),
    functional: () => inEpochs(byFunctions),
  },
  {
    id: 34,
    what: "float32 is kept, and printed",
    prints: "tf.Tensor(-2.0,shape=(),dtype=float32)",
    tape: () => {
      const [x, tape] = [variable(0), new GradientTape()];
      const y = tape.run(() => q(x));
      return [String(tape.gradient(y, x)).replaceAll(" ", "")];
    },
    functional: () => [String(grad(q)(f32(0))).replaceAll(" ", "")],
  },
];

const rows = [...first, ...second, ...third].sort((one, other) => one.id - other.id);
const rounded = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(rounded) : typeof value === "number" ? Math.fround(value) : value;
/** What a notebook's text means, in float32. */
const meaning = (text: string): unknown => {
  if (text.startsWith("tf.")) return text.slice(3).replace("-2.0", "-2").replace("()", "[]");
  if (/Error$/.test(text)) return text;
  return rounded(
    JSON.parse(
      text
        .replace(/^tensor\((.*)\)$/, "$1")
        .replace("None", "null")
        .replaceAll("True", "true")
        .replace(/\.(?!\d)/g, ""),
    ),
  );
};
const values = (list: readonly Value[]): readonly unknown[] =>
  list.map((x) => (typeof x === "string" ? x : (x?.toArray() ?? null)));
const shown = (list: readonly Value[]): string =>
  values(list)
    .map((x) =>
      x === null ? "None" : typeof x === "string" ? x : JSON.stringify(x).replaceAll("true", "True"),
    )
    .join(" ");

describe("the notebooks", () => {
  const table: string[] = [];
  for (const { id, what, prints, tape, functional } of rows) {
    it(`${id}: ${what}`, () => {
      const [byTape, byFunctions] = [tape(), functional?.()];
      const wanted = prints.split(" ").map(meaning);
      table.push(
        [
          String(id).padStart(2),
          what.padEnd(38),
          prints.padEnd(38),
          shown(byTape).padEnd(38),
          byFunctions === undefined ? "-" : shown(byFunctions),
        ].join(" "),
      );
      expect(values(byTape)).toEqual(wanted);
      for (const x of byTape) if (typeof x === "object") expect(["float32", "bool"]).toContain(x.dtype);
      const orZero = (x: unknown): unknown => (x === null ? 0 : x);
      if (byFunctions !== undefined) expect(values(byFunctions).map(orZero)).toEqual(wanted.map(orZero));
    });
  }
  it("all agree", () => {
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 34 }, (_, i) => i + 1));
    expect(table).toHaveLength(rows.length);
    const head = [
      "  ",
      "program".padEnd(38),
      "the notebook prints".padEnd(38),
      "by tape".padEnd(38),
      "by functions",
    ];
    console.log([head.join(" "), ...table].join("\n"));
  });

  it("5: a tape that is not persistent answers once, and says what to do", () => {
    const [x, tape] = [variable(3), new GradientTape()];
    const y = tape.run(() => square(x));
    expect(tape.gradient(y, x)?.item()).toBe(6);
    expect(() => tape.gradient(y, x)).toThrow(TapeUsedError);
    expect(() => tape.gradient(y, x)).toThrow(/persistent: true/);
  });
  it("19, 34: Variables and tensors print their name, values, shape and dtype", () => {
    expect(String(variable([0, 1, 2, 3]))).toBe(
      'Variable "Variable": Tensor([0, 1, 2, 3], shape=[4], dtype=float32)',
    );
    const x = new Variable(0, { dtype: "float32", name: "x" });
    const tape = new GradientTape();
    expect(
      String(
        tape.gradient(
          tape.run(() => q(x)),
          x,
        ),
      ),
    ).toBe("Tensor(-2, shape=[], dtype=float32)");
    expect([x.name, x.shape, x.dtype, x.trainable]).toEqual(["x", [], "float32", true]);
  });
  it("30: to the notebook's last bit", () => {
    expect((descendByTape(q)[1] as Tensor).item()).toBe(0.9999985694885254);
  });
});
