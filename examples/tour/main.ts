/** `npm start`: prints the tour; the exit status is 1 when a comparison does not hold. */
import { tour } from "./tour.js";

const { lines, failures } = tour();
console.log(lines.join("\n"));
if (failures > 0) process.exitCode = 1;
