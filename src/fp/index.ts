/** The library in fp-ts' manner: what stands under `cotangent/fp`. */
export {
  eq,
  getField,
  getRing,
  getVectorSpace,
  show,
  type TensorSpecOptions,
  type VectorSpace,
} from "./instances.js";
export { safe } from "./safe.js";
export {
  checkpoint,
  elementwiseGrad,
  evalShape,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  jvp,
  linearize,
  makeGraph,
  valueAndGrad,
  vjp,
  vmap,
} from "./transforms.js";
