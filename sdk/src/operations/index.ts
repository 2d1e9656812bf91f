export { decodeExecute, encodeCalls, encodeExecute, type Execution } from "./executions.ts";
