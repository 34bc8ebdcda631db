// A fake provider: answers as instructed, and records the requests it received.
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type {
  OutgoingMessage,
  SendRequest,
} from "../../../edge-functions/_shared/providers/types.ts";

export interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  /** Close the connection after the request was read, before or during the answer. */
  breaks?: "before" | "within";
  /** Never answer. */
  silent?: boolean;
}

export async function startFake(reply: (seen: Seen) => Reply) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const one = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body,
    };
    seen.push(one);
    const { status = 200, headers = {}, json, breaks, silent } = reply(one);
    if (silent) return;
    if (breaks === "before") return void request.socket.destroy();
    const text = json === undefined ? "" : JSON.stringify(json);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text) + (breaks === "within" ? 10 : 0),
      ...headers,
    });
    response.write(text, () => {
      if (breaks === "within") request.socket.destroy();
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export const ORG = "0193a000-0000-7000-8000-000000000001";
export const MESSAGE = "0193a000-0000-7000-8000-0000000000aa";
/** The page's link, and the function's URL for the header. */
export const UNSUBSCRIBE = "https://pages.example.com/unsubscribe/index.html#abc";
export const ONE_CLICK = "https://sluice.example.com/functions/v1/unsubscribe?u=abc";

export function sendRequest(over: Partial<SendRequest> = {}): SendRequest {
  return {
    provider: "sendgrid",
    channel: "email",
    to: "ann@example.com",
    sender: { address: "team@example.org", name: "Org A", reply_to: "desk@example.org" },
    template: { subject: "Hello", text: "Hello" },
    variables: {
      lead: { first_name: "Ann" },
      sender: { name: "Org A", postal_address: "1 Main St, Phoenix, AZ 85001" },
    },
    idempotency_key: MESSAGE,
    correlation_id: "c-1",
    categories: ["campaign"],
    ...over,
  };
}

export function outgoing(over: Partial<SendRequest> = {}, text = "Hello Ann"): OutgoingMessage {
  const request = sendRequest(over);
  return {
    orgId: ORG,
    messageId: MESSAGE,
    request,
    content: { subject: "Hello", text, html: null },
    unsubscribe: request.channel === "email" ? { link: UNSUBSCRIBE, oneClick: ONE_CLICK } : null,
  };
}

export const now = () => new Date("2026-11-23T18:00:00Z");
