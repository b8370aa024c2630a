/** How many cases a property is tried on: few by default, COTANGENT_RUNS of them in the deep run. */
export const runs: number = Number(process.env.COTANGENT_RUNS ?? 20);
