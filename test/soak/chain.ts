// A chain of a million scalar operations, differentiated eagerly: prints value, derivative and peak memory in MB.
import { np, type TensorLike, valueAndGrad } from "cotangent";

const steps = 1_000_000;
const [value, derivative] = valueAndGrad((x: TensorLike) => {
  let y = np.sin(x);
  for (let i = 1; i < steps; i++) y = np.sin(y);
  return y;
})(0.5);
console.log(JSON.stringify([value.item(), derivative.item(), process.resourceUsage().maxRSS / 1024]));
