/** The page of results, as a function of the JSON of a run of programs and of one of functions of arrays. */
export declare const page: (programs: unknown, arrays: unknown) => string;
