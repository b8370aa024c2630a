/** The steps of a plan as JavaScript statements. */
import { type Scope, toStatements } from "../../expr/javascript.js";
import { rounded } from "../../expr/semantics.js";
import { matmul } from "../../kernel/matmul.js";
import { foldRow } from "../../kernel/reduce.js";
import { type DType, isFloat, roundTo, type Storage } from "../../tensor/dtype.js";
import { compact, compactData, type DenseTensor, type TensorType } from "../../tensor/tensor.js";
import { fillOf } from "../fills.js";
import type {
  Access,
  ChooseStep,
  ContractStep,
  ConvolveStep,
  FoldOp,
  LoopStep,
  OpaqueStep,
  Step,
} from "../plan.js";
import { fillRows, repeatRow } from "./fills.js";
import { literal, type Names } from "./names.js";

/** Loops of no more turns than this, of small programs, are written out. */
const unrolled = 4;
/** Nodes times turns of what is written out. */
const unrolledNodes = 64;

/** The parameters of a function but for the first. */
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

/** What generated code calls besides scalar functions, collected as it is written. */
export class Emitter {
  /** Values that the code closes over, by name. */
  readonly closed: Map<string, unknown> = new Map();
  /** Arrays written to by what has been emitted, fills aside. */
  readonly #written = new Set<string>();
  /** Loops and branches around. */
  #depth = 0;
  #next = 0;

  constructor(
    readonly names: Names,
    readonly scope: Scope,
  ) {}

  #note(id: number): void {
    if (!this.names.isNumber(id)) this.#written.add(this.names.array(id).name);
  }

  #close(prefix: string, value: unknown): string {
    const name = `${prefix}${this.#next++}`;
    this.closed.set(name, value);
    return name;
  }

  steps(steps: readonly Step[]): string {
    return steps.map((step) => this.step(step)).join("\n");
  }

  step(step: Step): string {
    switch (step.kind) {
      case "loop":
        return this.#fill(step) ?? this.#loop(step);
      case "contract":
        this.#note(step.out);
        return this.#contract(step);
      case "convolve":
        this.#note(step.out);
        return this.#convolve(step);
      case "opaque":
        step.outs.forEach((id) => {
          this.#note(id);
        });
        return this.#opaque(step);
      case "copy":
        this.#note(step.to);
        return this.#copy(step.from, step.to);
      case "repeat":
        return this.#within(() => this.#repeat(step));
      default:
        return this.#within(() => this.#choose(step));
    }
  }

  #within(emit: () => string): string {
    this.#depth++;
    const text = emit();
    this.#depth--;
    return text;
  }

  #choose(step: ChooseStep): string {
    const index = this.names.element({ buffer: step.index, offset: 0, strides: [] }, []);
    const last = step.branches.length - 1;
    const cases = step.branches.map((branch, i) =>
      i === last ? `default: {\n${this.steps(branch)}\n}` : `case ${i}: {\n${this.steps(branch)}\nbreak; }`,
    );
    return `switch (${index} < 0 ? 0 : ${index} > ${last} ? ${last} : ${index}) {\n${cases.join("\n")}\n}`;
  }

  /** A loop that only fills an array, by the engine's own means; undefined where the array is a single number. */
  #fill(step: LoopStep): string | undefined {
    const fill = fillOf(step);
    if (fill === null || this.names.isNumber(fill.to.buffer)) return undefined;
    const { outer, rows, length, stride, to, from } = fill;
    const fresh = this.#isFresh(to.buffer);
    const counters = outer.map((_, d) => `i${d}`);
    const start = (access: Access): string => {
      const { name, start: at } = this.names.position(access, [...counters, "0", "0"]);
      return `${name}, ${at}`;
    };
    if (from.kind === "known" || this.names.isNumber(from.access.buffer)) {
      if (rows !== 1) return undefined;
      const value = from.kind === "known" ? literal(from.value) : this.names.number(from.access.buffer);
      if (fresh && value === "0") return "";
      const { name, start: first } = this.names.position(to, [...counters, "0", "0"]);
      return looped(outer, `${name}.fill(${value}, ${first}, ${first} + ${length});`);
    }
    const run = this.#close("fill", from.kind === "row" ? repeatRow(fresh) : fillRows(fresh));
    const by = from.kind === "row" ? 0 : from.step;
    return looped(
      outer,
      `${run}(${start(from.access)}, ${by}, ${start(to)}, ${stride}, ${rows}, ${length});`,
    );
  }

  /** Whether a buffer is a new array of which no element has been written that may be written again. */
  #isFresh(id: number): boolean {
    const { place } = this.names.plan.buffers[id] as { readonly place: { readonly kind: string } };
    return this.#depth === 0 && place.kind === "output" && !this.#written.has(this.names.array(id).name);
  }

  #loop(step: LoopStep): string {
    for (const { access } of [...step.stores, ...step.folds]) this.#note(access.buffer);
    const { shape, folded } = step;
    const turns = shape.reduce((n, m) => n * m, 1);
    const outer = folded ? shape.slice(0, -1) : shape;
    if (turns <= unrolled && turns * step.body.nodes.length <= unrolledNodes && !folded)
      return everyIndex(shape)
        .map((index) => `{ ${this.#turn(step, index.map(String))} }`)
        .join("\n");
    const counters = outer.map((_, d) => `i${d}`);
    const inner = folded ? this.#fold(step, counters) : this.#turn(step, counters);
    const text = looped(outer, inner);
    return outer.length === 0 ? `{ ${text} }` : text;
  }

  /** The body at one index: loads, the scalar program, stores. `then` sees the values of the program. */
  #turn(
    step: LoopStep,
    counters: readonly string[],
    then: (values: readonly string[]) => string = () => "",
  ): string {
    const used = new Set(step.body.nodes.flatMap((node) => (node.kind === "input" ? [node.index] : [])));
    const loads = step.loads.map((access, i) => {
      if (!used.has(i)) return ["", ""] as const;
      const element = this.names.element(access, counters);
      return this.names.isNumber(access.buffer)
        ? ([element, ""] as const)
        : ([`x${i}`, `const x${i} = ${element}; `] as const);
    });
    const operands = loads.map(([name]) => name);
    const { text, results } = toStatements(step.body, operands, this.scope);
    // a result may stand for a load or for shared code: all are computed before any is stored
    const values = results.map((result, i) => (results.length === 1 ? result : `y${i}`));
    const named =
      results.length === 1 ? "" : results.map((result, i) => `const y${i} = ${result}; `).join("");
    const stores = step.stores.map(
      ({ value, access }) => `${this.names.element(access, counters)} = ${values[value]}; `,
    );
    return `${loads.map(([, load]) => load).join("")}${text}${named}${stores.join("")}${then(values)}`;
  }

  /** The loop over the folded axis: short float sums in a variable, others by way of a row of doubles. */
  #fold(step: LoopStep, counters: readonly string[]): string {
    const n = step.shape.at(-1) as number;
    const last = `i${counters.length}`;
    const before: string[] = [];
    const within: ((values: readonly string[]) => string)[] = [];
    const after: string[] = [];
    step.folds.forEach(({ op, value, access }, k) => {
      const dtype = this.#dtype(access);
      const target = this.names.element(access, counters);
      if (op === "add" && isFloat(dtype) && n < 8) {
        before.push(`let f${k} = -0; `);
        within.push((values) => `f${k} += ${values[value]}; `);
        after.push(`${target} = ${this.#rounded(dtype, `f${k}`)}; `);
        return;
      }
      const row = this.#close("row", new Float64Array(n));
      const fold = this.#close("fold", foldOf(op, dtype));
      within.push((values) => `${row}[${last}] = ${values[value]}; `);
      after.push(`${target} = ${fold}(${row}); `);
    });
    const turn = this.#turn(step, [...counters, last], (values) => within.map((f) => f(values)).join(""));
    return `${before.join("")}for (let ${last} = 0; ${last} < ${n}; ${last}++) { ${turn}} ${after.join("")}`;
  }

  #dtype({ buffer }: Access): DType {
    return (this.names.plan.buffers[buffer] as { readonly dtype: DType }).dtype;
  }

  #rounded(dtype: DType, text: string): string {
    const source = rounded(dtype, text);
    this.scope.use(source);
    return source;
  }

  #contract({ batch, m, k, n, left, right, out }: ContractStep): string {
    const product = this.#close("product", matmul);
    const view = (x: ContractStep["left"]): string => {
      const { name, start } = this.names.array(x.buffer);
      const offset = start === "" ? String(x.offset) : `${start} + ${x.offset}`;
      return `{ data: ${name}, offset: ${offset}, batchStride: ${x.batchStride}, rowStride: ${x.rowStride}, columnStride: ${x.columnStride} }`;
    };
    const { name, start } = this.names.array(out);
    const size = batch * m * n;
    const whole = start === "";
    const target = whole ? name : `${name}.subarray(${start}, ${start} + ${size})`;
    return `${product}(${view(left)}, ${view(right)}, ${target}, ${batch}, ${m}, ${k}, ${n});`;
  }

  #convolve({ form, kernel, image, window, out }: ConvolveStep): string {
    const product = this.#close("convolve", (...rest: Rest<typeof kernel>) => kernel(form, ...rest));
    const given = [image, window, { buffer: out, offset: 0 }].map(({ buffer, offset }) => {
      const { name, start } = this.names.array(buffer);
      return `${name}, ${start === "" ? offset : `${start} + ${offset}`}`;
    });
    return `${product}(${given.join(", ")});`;
  }

  #opaque({ primitive, p, ins, outs }: OpaqueStep): string {
    const types = ins.map((x) => x.type);
    const impl = this.#close("kernel", (arrays: readonly Storage[]): readonly Storage[] =>
      primitive
        .impl(
          arrays.map((data, i) => compact(types[i] as TensorType, data)),
          p,
        )
        .map((out: DenseTensor) => compactData(out)),
    );
    const given = ins.map(({ buffer }) => {
      const { name, start } = this.names.array(buffer);
      const { size } = this.names.plan.buffers[buffer] as { readonly size: number };
      // the kernel may keep its operands in its results: windows and reused bytes are copied for it
      return this.#isLasting(buffer)
        ? name
        : start === ""
          ? `${name}.slice()`
          : `${name}.slice(${start}, ${start} + ${size})`;
    });
    const results = `r${this.#next++}`;
    const stores = outs.map((id, i) => {
      const { name, start } = this.names.array(id);
      return `${name}.set(${results}[${i}]${start === "" ? "" : `, ${start}`});`;
    });
    return `const ${results} = ${impl}([${given.join(", ")}]); ${stores.join(" ")}`;
  }

  /** Operands and constants are never written again. */
  #isLasting(id: number): boolean {
    const { place } = this.names.plan.buffers[id] as { readonly place: { readonly kind: string } };
    return place.kind === "input" || place.kind === "constant";
  }

  #copy(from: number, to: number): string {
    const { size } = this.names.plan.buffers[to] as { readonly size: number };
    if (size === 0) return "";
    if (size <= unrolled || this.names.isNumber(from) || this.names.isNumber(to))
      return Array.from({ length: size }, (_, i) => {
        const at = (buffer: number): string => this.names.element({ buffer, offset: i, strides: [] }, []);
        return `${at(to)} = ${at(from)};`;
      }).join(" ");
    const source = this.names.array(from);
    const target = this.names.array(to);
    const part =
      source.start === ""
        ? source.name
        : `${source.name}.subarray(${source.start}, ${source.start} + ${size})`;
    return `${target.name}.set(${part}${target.start === "" ? "" : `, ${target.start}`});`;
  }

  #repeat({
    counter,
    length,
    reverse,
    test,
    condition,
    body,
  }: Extract<Step, { readonly kind: "repeat" }>): string {
    const c = `c${counter}`;
    const head = reverse
      ? `for (let ${c} = ${length - 1}; ${c} >= 0; ${c}--)`
      : `for (let ${c} = 0; ${length === Infinity ? "" : `${c} < ${length}`}; ${c}++)`;
    const check =
      condition === null
        ? ""
        : `${this.steps(test)}\nif (${this.names.element({ buffer: condition, offset: 0, strides: [] }, [])} === 0) break;\n`;
    return `${head} {\n${check}${this.steps(body)}\n}`;
  }
}

/** Text within loops, whose counters are i0, i1 and so on. */
const looped = (sizes: readonly number[], text: string): string =>
  sizes.reduceRight((body, n, d) => `for (let i${d} = 0; i${d} < ${n}; i${d}++) { ${body} }`, text);

const everyIndex = (shape: readonly number[]): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (found, n) => found.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );

/** A fold of a row of doubles, rounded to the dtype. */
const foldOf = (op: FoldOp, dtype: DType): ((row: Float64Array) => number) => {
  const fold = foldRow(op, dtype);
  return (row) => roundTo(dtype, fold(row));
};
