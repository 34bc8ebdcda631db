// Requests to Sluice, with errors in n8n's form.
import { createHash } from "node:crypto";
import {
  type IDataObject,
  type IExecuteFunctions,
  type IHttpRequestMethods,
  type IHttpRequestOptions,
  type ILoadOptionsFunctions,
  type JsonObject,
  NodeApiError,
} from "n8n-workflow";
import { traceparentOf } from "./trace.ts";

export const CREDENTIAL = "sluiceApi";

export interface Call {
  method: IHttpRequestMethods;
  /** Below `/FUNCTION/v1`. */
  path: string;
  /** `api` if not given. */
  function?: "api" | "outreach";
  query?: IDataObject;
  body?: IDataObject | Buffer;
  contentType?: string;
}

type Caller = IExecuteFunctions | ILoadOptionsFunctions;

export interface Answer {
  status: number;
  body: IDataObject;
}

/**
 * The same for each repetition of a request within an execution, so that a retry does nothing twice;
 * another one for another item, loop, or content.
 */
export function idempotencyKey(
  of: { instanceId: string; executionId: string; nodeId: string; run: number; item: number },
  { method, path, query, body }: Call,
): string {
  const content = createHash("sha256");
  const parts = [of.instanceId, of.executionId, of.nodeId, of.run, of.item, method, path];
  content.update(JSON.stringify([...parts, query ?? {}]));
  content.update(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? {}));
  return `n8n-${of.executionId}-${of.item}-${content.digest("hex").slice(0, 32)}`;
}

/** What tells an item of an execution from all others. */
export const executionOf = (node: IExecuteFunctions, item: number) => ({
  instanceId: node.getInstanceId(),
  executionId: node.getExecutionId(),
  nodeId: node.getNode().id,
  run: Number(node.evaluateExpression("{{ $runIndex }}", item) ?? 0),
  item,
});

/** Answers with an error status are returned, too. */
export async function request(
  caller: Caller,
  { method, path, query, body, contentType, function: of = "api" }: Call,
  key?: string,
  item = 0,
): Promise<Answer> {
  const { url } = await caller.getCredentials(CREDENTIAL);
  const options: IHttpRequestOptions = {
    method,
    baseURL: `${String(url).replace(/\/+$/, "")}/${of}/v1`,
    url: path,
    qs: query,
    headers: {
      accept: "application/json",
      traceparent: traceparentOf(caller, item),
      ...(key ? { "Idempotency-Key": key } : {}),
      ...(contentType ? { "content-type": contentType } : {}),
    },
    body,
    // A file is sent as it is.
    json: !Buffer.isBuffer(body),
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    // Functions end after 150 s.
    timeout: 160_000,
  };
  const response = await caller.helpers.httpRequestWithAuthentication.call(
    caller,
    CREDENTIAL,
    options,
  ) as { statusCode: number; body: unknown };
  return { status: response.statusCode, body: parsed(response.body) };
}

function parsed(body: unknown): IDataObject {
  if (body && typeof body === "object" && !Buffer.isBuffer(body)) return body as IDataObject;
  try {
    return JSON.parse(String(body ?? "")) as IDataObject;
  } catch {
    return {};
  }
}

/** Sluice's refusal: `detail` is a plain sentence, `code` for programs. */
export function refusal(
  caller: Caller,
  { status, body }: Answer,
  itemIndex?: number,
): NodeApiError {
  const detail = String(body.detail ?? body.title ?? `Sluice answered ${status}.`);
  const code = String(body.code ?? "unknown");
  const advice = status === 429 || status === 503
    ? " The request may be repeated: switch on “Retry On Fail”."
    : "";
  return new NodeApiError(caller.getNode(), { ...body, status } as JsonObject, {
    message: detail,
    description: `Code: ${code}.${advice}`,
    httpCode: String(status),
    itemIndex,
  });
}

/** As `request`, but an error status is an error. */
export async function call(
  caller: Caller,
  of: Call,
  { key, itemIndex }: { key?: string; itemIndex?: number } = {},
): Promise<IDataObject> {
  const answer = await request(caller, of, key, itemIndex);
  if (answer.status < 200 || answer.status > 299) throw refusal(caller, answer, itemIndex);
  return answer.body;
}
