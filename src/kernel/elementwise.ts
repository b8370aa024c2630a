/**
 * Elementwise kernels: one loop per expression, dtypes and layout, generated when it is first needed. A loop
 * shared by several operations would turn megamorphic and run some five times slower.
 */
import type { Expr } from "../expr/expr.js";
import { compileSource, type ScalarFunction, toClosure, toSource } from "../expr/javascript.js";
import { allocate, type DType, type Storage } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { compact, type DenseTensor, type TensorType, uniform } from "../tensor/tensor.js";
import { collapse, forEachIndex, stridesOf } from "./layout.js";

type Loop = (...args: readonly unknown[]) => void;

export class ElementwiseKernel {
  /** The operation on numbers that are elements of the operands' dtypes. */
  readonly scalar: ScalarFunction;
  readonly #loops = new Map<string, Loop>();

  constructor(
    readonly expr: Expr,
    readonly dtypes: readonly DType[],
    readonly out: DType,
  ) {
    const names = dtypes.map((_, i) => `x${i}`);
    this.scalar =
      compileSource<ScalarFunction>(expr, names, `return ${toSource(expr, names, dtypes, out)};`) ??
      toClosure(expr, dtypes, out);
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
    if (arrays === 0) return uniform(type, this.#onNumbers(ins));
    return flat ? this.#flat(type, ins) : this.#strided(type, ins);
  }

  #onNumbers(ins: readonly DenseTensor[]): number {
    const [a, b, c] = ins;
    if (b === undefined) return this.scalar((a as DenseTensor).value);
    if (c === undefined) return this.scalar((a as DenseTensor).value, b.value);
    return this.scalar(...ins.map((x) => x.value));
  }

  #flat(type: TensorType, ins: readonly DenseTensor[]): DenseTensor {
    const n = sizeOf(type.shape);
    const out = allocate(this.out, n);
    const args: unknown[] = [n, out];
    let key = "";
    for (let i = 0; i < ins.length; i++) {
      const x = ins[i] as DenseTensor;
      if (x.data === null) {
        key += "n";
        args.push(x.value);
      } else {
        key += "a";
        args.push(x.data, x.offset);
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
    let key = "o";
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

  /**
   * The loop for a layout key, a letter an operand. Flat: a = array from an offset, n = number. After "o", two
   * nested loops over strided operands, by the inner stride: A = 1, N = 0, S = any; n = number.
   */
  #loop(key: string): Loop {
    let loop = this.#loops.get(key);
    if (loop === undefined) {
      loop =
        (key.startsWith("o") ? this.#compileStrided(key.slice(1)) : this.#compileFlat(key)) ??
        this.#interpret(key);
      this.#loops.set(key, loop);
    }
    return loop;
  }

  #value(arity: number): string {
    const names = Array.from({ length: arity }, (_, i) => `x${i}`);
    return toSource(this.expr, names, this.dtypes, this.out);
  }

  #compileFlat(letters: string): Loop | undefined {
    const parameters = ["n", "out"];
    let reads = "";
    [...letters].forEach((letter, i) => {
      if (letter === "n") parameters.push(`x${i}`);
      else {
        parameters.push(`d${i}`, `p${i}`);
        reads += `const x${i} = d${i}[p${i} + i]; `;
      }
    });
    return compileSource<Loop>(
      this.expr,
      parameters,
      `for (let i = 0; i < n; i++) { ${reads}out[i] = ${this.#value(letters.length)}; }`,
    );
  }

  #compileStrided(letters: string): Loop | undefined {
    const parameters = ["m", "n", "out", "at"];
    let once = "";
    let reads = "";
    let step = "";
    [...letters].forEach((letter, i) => {
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
    return compileSource<Loop>(
      this.expr,
      parameters,
      `for (let j = 0; j < m; j++) { ${once}for (let i = 0; i < n; i++) { ${reads}out[at + i] = ${this.#value(letters.length)}; } at += n; ${step}}`,
    );
  }

  #interpret(key: string): Loop {
    const strided = key.startsWith("o");
    const letters = [...(strided ? key.slice(1) : key)];
    const { scalar } = this;
    return (...args) => {
      let next = 0;
      const m = strided ? (args[next++] as number) : 1;
      const n = args[next++] as number;
      const out = args[next++] as Storage;
      let at = strided ? (args[next++] as number) : 0;
      const operands = letters.map((letter) => {
        const data = args[next++] as Storage | number;
        if (typeof data === "number") return { data, start: 0, outer: 0, inner: 0 };
        const start = args[next++] as number;
        const outer = strided ? (args[next++] as number) : 0;
        const inner = letter === "S" ? (args[next++] as number) : letter === "N" ? 0 : 1;
        return { data, start, outer, inner };
      });
      const values = operands.map(({ data }) => (typeof data === "number" ? data : 0));
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < n; i++) {
          operands.forEach(({ data, start, outer, inner }, k) => {
            if (typeof data !== "number") values[k] = data[start + j * outer + i * inner] as number;
          });
          out[at++] = scalar(...values);
        }
      }
    };
  }
}
