// A chain of a million scalar operations, differentiated eagerly: prints value, derivative and peak memory in MB.
import { np, type Tensor, valueAndGrad } from "cotangent";

const steps: number = 1_000_000;
const [value, derivative] = valueAndGrad((x: Tensor): Tensor => {
  let y: Tensor = np.sin(x);
  for (let i = 1; i < steps; i++) y = np.sin(y);
  return y;
})(0.5);
console.log(JSON.stringify([value.item(), derivative.item(), process.resourceUsage().maxRSS / 1024]));
