interface Case {
  readonly id: string;
  readonly workload: string;
  readonly params: object;
  /** Preferred first. */
  readonly dtypes: readonly ["f32" | "f64", ...("f32" | "f64")[]];
  readonly inputs: () => Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float64Array }>
  >;
}

/** What the benchmark measures. */
export declare const cases: readonly Case[];
