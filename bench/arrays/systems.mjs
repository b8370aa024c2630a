/** The array libraries under measurement, each loaded when first asked for. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { peerImport, peerRequire } from "../lib/peers.mjs";

const once = (load) => {
  let loaded;
  return () => (loaded ??= load());
};

const dist = join(process.env.PROJECT_DIR || process.cwd(), "dist");

/** The library as it was built: `room("fft")` is `cotangent/fft`. */
export const cotangent = once(async () => {
  if (!existsSync(join(dist, "index.js"))) throw new Error("build first: npm run build");
  const load = (...path) => import(pathToFileURL(join(dist, ...path)).href);
  return { ...(await load("index.js")), room: (name) => load(name, "index.js") };
});

export const peer = async (name) => {
  const module = await peerImport(name);
  return module.default ?? module;
};

export const jaxjs = once(async () => {
  // Node 20 has no Float16Array
  globalThis.Float16Array ??= class Float16Array {};
  const jax = await peerImport("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
});

export const tfjs = once(async () => {
  const { log, warn } = console;
  console.log = console.warn = () => {};
  const tf = peerRequire("@tensorflow/tfjs");
  const wasm = peerRequire("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(`${dirname(peerRequire.resolve("@tensorflow/tfjs-backend-wasm/package.json"))}/dist/`);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await tf.setBackend("wasm");
  await tf.ready();
  Object.assign(console, { log, warn });
  return tf;
});
