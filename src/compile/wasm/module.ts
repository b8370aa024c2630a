/**
 * A module under construction: functions call each other and what they import by name; numbers are filled in when all
 * are known.
 */
import {
  type Code,
  encodeModule,
  unsigned,
  type ValueType,
  type WasmFunction,
  type WasmImport,
} from "../../kernel/wasm.js";
import { callIndex } from "./control.js";

/** Calls a function of the module by name, which may be added later. */
export type Call = (name: string, ...operands: readonly Code[]) => Code;

/** A function of another module that may be called. */
export interface Offer {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly binding: unknown;
}

/** Such functions by name. */
export type Offers = (name: string) => Offer | undefined;

export class ModuleBuilder {
  readonly #functions: WasmFunction[] = [];
  readonly #imports = new Map<string, WasmImport>();
  readonly #bindings: Record<string, unknown> = {};
  readonly #open: { readonly name: string; readonly place: number[] }[] = [];

  /** What is not among the module's own functions is imported from these when it is first called. */
  constructor(readonly offers: Offers = () => undefined) {}

  readonly call: Call = (name, ...operands) => {
    const place: number[] = [];
    this.#open.push({ name, place });
    return callIndex(place, ...operands);
  };

  add(f: WasmFunction): void {
    this.#functions.push(f);
  }

  import(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    binding: unknown,
  ): void {
    this.#imports.set(name, { name, parameters, results });
    this.#bindings[name] = binding;
  }

  /** What the module's instances are given beside the memory. */
  get bindings(): Readonly<Record<string, unknown>> {
    return this.#bindings;
  }

  get functions(): readonly WasmFunction[] {
    return this.#functions;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const own = new Set(this.#functions.map(({ name }) => name));
    for (const { name } of this.#open) {
      if (own.has(name) || this.#imports.has(name)) continue;
      const offer = this.offers(name);
      if (offer !== undefined) this.import(name, offer.parameters, offer.results, offer.binding);
    }
    const imports = [...this.#imports.values()];
    const numbers = new Map<string, number>();
    for (const { name } of [...imports, ...this.#functions]) numbers.set(name, numbers.size);
    for (const { name, place } of this.#open.splice(0)) {
      const index = numbers.get(name);
      if (index === undefined) throw new TypeError(`no function ${name} in this module`);
      place.push(...unsigned(index));
    }
    return encodeModule(this.#functions, imports);
  }
}
