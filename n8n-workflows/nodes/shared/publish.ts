// Publishing the workflow of a Sequence start to Sluice.
import {
  type IDataObject,
  type IExecuteFunctions,
  type JsonObject,
  NodeApiError,
  NodeOperationError,
} from "n8n-workflow";
import { type Call, CREDENTIAL, executionOf, idempotencyKey, refusal, request } from "./call.ts";

export interface Canvas extends IDataObject {
  name: string;
  nodes: IDataObject[];
  connections: IDataObject;
}

export interface Problem {
  node: string | null;
  reason: string;
}

/** The workflow as n8n has saved it, by n8n's public API. */
export async function savedCanvas(node: IExecuteFunctions): Promise<Canvas> {
  const { id } = node.getWorkflow();
  const { n8nUrl, n8nApiKey } = await node.getCredentials(CREDENTIAL);
  if (!n8nUrl || !n8nApiKey) {
    throw new NodeOperationError(node.getNode(), "The credential has no n8n URL and n8n API key.", {
      description:
        "Sluice Sequence Start reads the workflow with them: make a key in n8n's settings, and put it into the credential.",
    });
  }
  return await readWorkflow(node, String(n8nUrl).replace(/\/+$/, ""), String(n8nApiKey), id);
}

async function readWorkflow(
  node: IExecuteFunctions,
  baseURL: string,
  key: string,
  id: string | undefined,
): Promise<Canvas> {
  const response = await node.helpers.httpRequest({
    method: "GET",
    baseURL,
    url: `/api/v1/workflows/${encodeURIComponent(String(id))}`,
    headers: { "X-N8N-API-KEY": key, accept: "application/json" },
    json: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    timeout: 30_000,
  }) as { statusCode: number; body: IDataObject };
  if (response.statusCode === 200) return onlyCanvas(response.body as Canvas);
  throw new NodeApiError(node.getNode(), { status: response.statusCode } as JsonObject, {
    message: response.statusCode === 404
      ? "n8n has not saved this workflow yet: save it first."
      : `n8n's public API answered ${response.statusCode}.`,
    description: "Check n8n URL and n8n API key of the credential.",
    httpCode: String(response.statusCode),
  });
}

/** What Sluice reads: no credentials, settings, data, or persons of n8n. */
function onlyCanvas({ name, nodes, connections }: Canvas): Canvas {
  const kept = nodes.map(({ id, name, type, typeVersion, parameters, position, disabled }) => ({
    ...{ id, name, type, typeVersion, parameters, position },
    ...(disabled ? { disabled } : {}),
  }));
  return { name, nodes: kept, connections };
}

/** One sentence for each problem, with the name of its node. */
export function sentences(problems: Problem[]): string[] {
  return problems.map(({ node, reason }) => node ? `${node}: ${reason}` : reason);
}

/**
 * Publishes the saved workflow, or only checks it. Problems and a newer version in Sluice are errors:
 * nothing is replaced silently.
 */
export async function publish(node: IExecuteFunctions, dryRun: boolean): Promise<IDataObject> {
  const workflow = await savedCanvas(node);
  // Looked at by a person. Sluice adds what this workflow published last.
  const version = Number(node.getNodeParameter("replacesVersion", 0, 0)) || null;
  const origin = `n8n ${node.getInstanceId()} ${node.getWorkflow().id}`;
  const of: Call = {
    method: "POST",
    path: "/sequences/publish",
    body: { workflow, version, origin, dry_run: dryRun },
  };
  const key = dryRun ? undefined : idempotencyKey(executionOf(node, 0), of);
  const answer = await request(node, of, key);
  const problems = (answer.body.problems ?? []) as unknown as Problem[];
  if (problems.length > 0) {
    const list = sentences(problems);
    throw new NodeOperationError(node.getNode(), list.join(" "), {
      description: list.length === 1
        ? "Sluice refuses the sequence."
        : `Sluice refuses the sequence for ${list.length} reasons.`,
    });
  }
  if (answer.status === 409) throw newerVersion(node, answer.body);
  if (answer.status < 200 || answer.status > 299) throw refusal(node, answer);
  return answer.body;
}

function newerVersion(node: IExecuteFunctions, body: IDataObject): NodeOperationError {
  const detail = String(body.detail ?? "The sequence has changed in Sluice.");
  const { version } = body;
  return new NodeOperationError(node.getNode(), detail, {
    description: version === undefined
      ? "Look at the sequence in Sluice first."
      : `Sluice has version ${version}. Look at it in the desk, bring over what should stay, and set “Replaces Version” to ${version}.`,
  });
}
