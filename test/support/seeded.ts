/** Run before every file of tests: fast-check starts from the seed of this run. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.COTANGENT_SEED) });
