import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = join(dirname(fileURLToPath(import.meta.url)), "..", "adapters");
const node = (file, variant, nodeArgs = []) => ({ kind: "node", file: join(here, file), variant, nodeArgs });
const py = (threads) => ({ kind: "python", file: join(here, "torch.py"), threads });
/** Order is the order of rows. `largeOnly` adapters run only on cases marked large. */
export const registry = {
  hand: node("hand.mjs", "hand"),
  cotangent: node("cotangent.mjs", "cotangent"),
  "cotangent-jit": node("cotangent.mjs", "cotangent-jit"),
  "jaxjs-jit": node("jaxjs.mjs", "jaxjs-jit"),
  jaxjs: node("jaxjs.mjs", "jaxjs"),
  "tfjs-wasm": node("tfjs.mjs", "tfjs-wasm"),
  "tfjs-cpu": node("tfjs.mjs", "tfjs-cpu"),
  mathjs: node("mathjs.mjs", "mathjs"),
  numeric: node("numeric.mjs", "numeric"),
  torch: py(1),
  "torch-2t": { ...py(2), largeOnly: true },
};
