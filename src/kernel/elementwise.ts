/**
 * Elementwise kernels: one loop per expression, dtypes and layout, generated when it is first needed. A loop
 * shared by several operations would turn megamorphic and run some five times slower.
 */
import { type ScalarFunction, toClosure } from "../expr/closure.js";
import type { Expr } from "../expr/expr.js";
import { Scope, toStatements } from "../expr/javascript.js";
import { programOf, type ScalarProgram } from "../expr/program.js";
import { allocate, type DType } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { collapse, forEachIndex, stridesOf } from "./layout.js";

/** The result of a program on tensors of one shape, not all of them numbers; null where there is no better way. */
export type LongLoops = (
  program: ScalarProgram,
  type: TensorType,
  ins: readonly DenseTensor[],
) => DenseTensor | null;

let longLoops: LongLoops | undefined;

/** Gives another way for large tensors; the same each time, so that nothing but time depends on who comes first. */
export const provideLongLoops = (f: LongLoops): void => {
  longLoops = f;
};

type Loop = (...args: readonly unknown[]) => void;

/** Code over operands of these names, made of the statements of a program and the expression of its result. */
const generate = <F>(
  program: ScalarProgram,
  parameters: readonly string[],
  operands: readonly string[],
  body: (statements: string, value: string) => string,
): F | undefined => {
  const scope = new Scope();
  const { text, results } = toStatements(program, operands, scope);
  return scope.compile<F>(parameters, body(text, results[0] as string));
};

/** The program as a function of numbers, or undefined where the engine forbids to generate code. */
export const scalarFunction = (program: ScalarProgram): ScalarFunction | undefined => {
  const names = program.inputs.map((_, i) => `x${i}`);
  return generate(program, names, names, (text, value) => `${text}return ${value};`);
};

export class ElementwiseKernel {
  /** The operation on numbers that are elements of the operands' dtypes. */
  readonly scalar: ScalarFunction;
  /** Whether this engine lets us generate code; if not, `scalar` is applied element by element. */
  readonly #compiles: boolean;
  readonly #loops = new Map<string, Loop>();
  readonly #program: ScalarProgram;

  constructor(
    expr: Expr,
    dtypes: readonly DType[],
    readonly out: DType,
  ) {
    this.#program = programOf(expr, dtypes, out);
    const compiled = scalarFunction(this.#program);
    this.#compiles = compiled !== undefined;
    this.scalar = compiled ?? toClosure(this.#program);
  }

  /** Applies the kernel to tensors of one shape, which is that of `type`. */
  run(type: TensorType, ins: readonly DenseTensor[]): DenseTensor {
    let arrays = 0;
    let flat = true;
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as DenseTensor;
      if (x.data === null) continue;
      arrays++;
      if (x.strides !== null) flat = false;
    }
    if (arrays === 0) return uniform(type, this.scalar(...ins.map((x) => x.value)));
    const made = longLoops?.(this.#program, type, ins);
    if (made) return made;
    if (!this.#compiles) return this.#interpret(type, ins);
    return flat ? this.#flat(type, ins) : this.#strided(type, ins);
  }

  #flat(type: TensorType, ins: readonly DenseTensor[]): DenseTensor {
    const n = sizeOf(type.shape);
    const out = allocate(this.out, n);
    const args: unknown[] = [1, n, out, 0];
    let key = "";
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as DenseTensor;
      if (x.data === null) {
        key += "n";
        args.push(x.value);
      } else {
        key += "A";
        args.push(x.data, x.offset, 0);
      }
    }
    this.#loop(key)(...args);
    return compact(type, out);
  }

  #strided(type: TensorType, ins: readonly DenseTensor[]): DenseTensor {
    const n = sizeOf(type.shape);
    const out = allocate(this.out, n);
    if (n === 0) return compact(type, out);
    const { shape, strides } = collapse(type.shape, ins.map(stridesOf));
    const inner = shape.pop() ?? 1;
    const innerStrides = strides.map((s) => s.pop() ?? 0);
    const outer = shape.pop() ?? 1;
    const outerStrides = strides.map((s) => s.pop() ?? 0);
    let key = "";
    const args: unknown[] = [outer, inner, out, 0];
    const slots: number[] = [];
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as DenseTensor;
      const stride = innerStrides[i] as number;
      if (x.data === null) {
        key += "n";
        args.push(x.value);
        slots.push(-1);
      } else {
        key += stride === 1 ? "A" : stride === 0 ? "N" : "S";
        slots.push(args.length + 1);
        args.push(x.data, 0, outerStrides[i]);
        if (stride !== 1 && stride !== 0) args.push(stride);
      }
    }
    const loop = this.#loop(key);
    let at = 0;
    const starts = ins.map((x) => x.offset);
    forEachIndex(shape, strides, starts, (positions) => {
      args[3] = at;
      for (let i = 0; i < slots.length; i++)
        if ((slots[i] as number) >= 0) args[slots[i] as number] = positions[i];
      loop(...args);
      at += inner * outer;
    });
    return compact(type, out);
  }

  #loop(key: string): Loop {
    let loop = this.#loops.get(key);
    if (loop === undefined) {
      loop = this.#compile(key);
      this.#loops.set(key, loop);
    }
    return loop;
  }

  /**
   * Two nested loops for a layout key, a letter an operand, by the inner stride: A = 1, N = 0, S = any; n = one number.
   */
  #compile(key: string): Loop {
    const parameters = ["m", "n", "out", "at"];
    let once = "";
    let reads = "";
    let step = "";
    const letters = [...key];
    letters.forEach((letter, i) => {
      if (letter === "n") {
        parameters.push(`x${i}`);
        return;
      }
      parameters.push(`d${i}`, `p${i}`, `t${i}`);
      if (letter === "S") parameters.push(`s${i}`);
      if (letter === "N") once += `const x${i} = d${i}[p${i}]; `;
      else reads += `const x${i} = d${i}[p${i} + i${letter === "S" ? ` * s${i}` : ""}]; `;
      step += `p${i} += t${i}; `;
    });
    const names = letters.map((_, i) => `x${i}`);
    return generate<Loop>(
      this.#program,
      parameters,
      names,
      (text, value) =>
        `for (let j = 0; j < m; j++) { ${once}for (let i = 0; i < n; i++) { ${reads}${text}out[at + i] = ${value}; } at += n; ${step}}`,
    ) as Loop;
  }

  /** Element by element, without generated code. */
  #interpret(type: TensorType, ins: readonly DenseTensor[]): DenseTensor {
    const out = allocate(this.out, sizeOf(type.shape));
    for (let i = 0; i < out.length; i++) out[i] = this.scalar(...ins.map((x) => x.at(i)));
    return compact(type, out);
  }
}
