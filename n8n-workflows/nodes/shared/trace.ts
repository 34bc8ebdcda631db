// W3C Trace Context: requests of a workflow belong to the trace of the event that started it.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { IExecuteFunctions, ILoadOptionsFunctions } from "n8n-workflow";

const FORM = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRIGGER = /\.sluiceTrigger$/;

/** The header as it came; null where it is missing or invalid. */
export const validTraceparent = (header: unknown): string | null =>
  typeof header === "string" && FORM.test(header) ? header : null;

/** The trace of the item, or of the event that started the workflow; otherwise one for all requests of the execution. */
export function traceparentOf(
  caller: IExecuteFunctions | ILoadOptionsFunctions,
  item: number,
): string {
  const given = "getInputData" in caller
    ? validTraceparent(caller.getInputData()[item]?.json.traceparent) ?? ofTrigger(caller, item)
    : null;
  const execution = "getExecutionId" in caller ? caller.getExecutionId() : null;
  const trace = given?.slice(3, 35) ?? createHash("sha256")
    .update(`${caller.getInstanceId()} ${execution ?? randomUUID()}`)
    .digest("hex").slice(0, 32);
  return `00-${trace}-${randomBytes(8).toString("hex")}-01`;
}

function ofTrigger(caller: IExecuteFunctions, item: number): string | null {
  const trigger = caller.getParentNodes(caller.getNode().name)
    .find(({ type }) => TRIGGER.test(type));
  if (!trigger) return null;
  const name = JSON.stringify(trigger.name);
  return validTraceparent(
    caller.evaluateExpression(`{{ $(${name}).first().json.traceparent }}`, item),
  );
}
