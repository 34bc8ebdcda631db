// What n8n gives a node, as far as n8n-nodes-sluice asks for it, with a Sluice (and an n8n) that answers as told.

export interface Sent {
  method: string;
  baseURL: string;
  url: string;
  qs?: Record<string, unknown>;
  headers: Record<string, string>;
  body?: unknown;
  /** The credential that n8n adds; null for none. */
  credential: string | null;
}

export interface Reply {
  statusCode: number;
  body: unknown;
}

export interface Given {
  parameters?: Record<string, unknown>;
  credentials?: Record<string, string>;
  items?: Record<string, unknown>[];
  answer?: (sent: Sent) => Reply;
  executionId?: string;
  runIndex?: number;
  continueOnFail?: boolean;
  instanceId?: string;
  /** The trace of the event that started the workflow. */
  ofTrigger?: string;
  /** Types of the nodes before this one. */
  before?: string[];
  file?: { content: string; fileName?: string };
  request?: { headers: Record<string, string>; body: string };
}

const node = {
  id: "00000000-0000-4000-8000-0000000000aa",
  name: "Step",
  type: "n8n-nodes-sluice.sluice",
  parameters: {},
};

export function context(given: Given = {}) {
  const sent: Sent[] = [];
  const response = { status: 0, body: null as unknown };
  const credentials = {
    url: "https://sluice.example.com/functions/v1/",
    apiKey: "slk_test",
    n8nUrl: "https://n8n.example.com/",
    n8nApiKey: "n8n_test",
    ...given.credentials,
  };
  const reply = (credential: string | null, options: Omit<Sent, "credential">) => {
    const one = { ...options, credential };
    sent.push(one);
    return Promise.resolve(given.answer?.(one) ?? { statusCode: 200, body: {} });
  };
  const self = {
    getNode: () => node,
    getNodeParameter: (name: string, ...rest: unknown[]) => given.parameters?.[name] ?? rest.at(-1),
    getCredentials: () => Promise.resolve(credentials),
    getInputData: () => given.items ?? [{ json: {} }],
    getExecutionId: () => given.executionId ?? "17",
    getInstanceId: () => given.instanceId ?? "instance",
    evaluateExpression: (text: string) =>
      text.includes("traceparent") ? given.ofTrigger : given.runIndex ?? 0,
    continueOnFail: () => given.continueOnFail ?? false,
    getWorkflow: () => ({ id: "workflow1", name: "A sequence" }),
    getParentNodes: () => (given.before ?? []).map((type) => ({ type, name: type })),
    getRequestObject: () => ({ rawBody: Buffer.from(given.request?.body ?? "") }),
    getHeaderData: () => given.request?.headers ?? {},
    getResponseObject: () => ({
      status(status: number) {
        response.status = status;
        return this;
      },
      json(body: unknown) {
        response.body = body;
        return this;
      },
      end: () => {},
    }),
    helpers: {
      httpRequestWithAuthentication(name: string, options: Omit<Sent, "credential">) {
        return reply(name, options);
      },
      httpRequest: (options: Omit<Sent, "credential">) => reply(null, options),
      returnJsonArray: (rows: unknown[]) => rows.map((json) => ({ json })),
      assertBinaryData: () => ({ fileName: given.file?.fileName }),
      getBinaryDataBuffer: () => Promise.resolve(Buffer.from(given.file?.content ?? "")),
    },
  };
  return { self, sent, response };
}
