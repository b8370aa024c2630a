interface Job {
  readonly call: () => unknown;
}
interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** The library under measurement, and two of its rooms. */
export declare const use: (library: object, rooms: { readonly lax: object; readonly nn: object }) => void;
/** What is measured: each makes the program of a case, by name of its workload. */
export declare const workloads: Readonly<
  Record<
    string,
    (
      params: object,
      inputs: Readonly<Record<string, Input>>,
      kind: Float32ArrayConstructor | Float64ArrayConstructor,
      dtype: "f32" | "f64",
      variant: { readonly jit: boolean },
    ) => Job
  >
>;
