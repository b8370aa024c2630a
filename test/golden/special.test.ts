/** Special functions against mpmath: values and derivatives. */
import { type OperationCase, operationProblems } from "./derivatives.js";
import { goldenSuite } from "./suite.js";

goldenSuite<OperationCase>("special", operationProblems);
