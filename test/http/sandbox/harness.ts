// A server that records the webhooks of a sandbox, and the installed SDKs.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sendgridMail from "@sendgrid/mail";
import type { RequestClient as TwilioRequestClient } from "twilio";
import twilio from "twilio";
import { VapiClient } from "@vapi-ai/server-sdk";
import OpenAI from "openai";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../../scripts/sandbox/sandbox.ts";

export interface Caught {
  path: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface Listener {
  url: string;
  caught: Caught[];
  /** Status of responses (default: 200). */
  status: (caught: Caught) => number;
  stop(): Promise<void>;
}

export async function startListener(): Promise<Listener> {
  const caught: Caught[] = [];
  const listener = { status: () => 200 } as unknown as Listener;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "/";
    const one = {
      ...{ path, url: `http://${request.headers.host}${path}`, headers: request.headers },
      body: Buffer.concat(chunks),
    };
    caught.push(one);
    response.writeHead(listener.status(one)).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(listener, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/functions/v1/webhooks/org`,
    caught,
    stop: () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  });
}

export interface Clients {
  sandbox: Sandbox;
  listener: Listener;
  mail: typeof sendgridMail;
  twilio: ReturnType<typeof twilio>;
  vapi: VapiClient;
  openai: OpenAI;
  stop(): Promise<void>;
}

/** Twilio's SDK accepts hosts only; this request client connects to the sandbox. */
export function twilioClient(sandbox: Sandbox): ReturnType<typeof twilio> {
  const client: TwilioRequestClient = new twilio.RequestClient();
  const request = client.request.bind(client);
  client.request = (options) =>
    request({ ...options, uri: options.uri.replace(/^https:\/\/[^/]+/, sandbox.twilio.url) });
  const { accountSid, authToken } = sandbox.twilio;
  return twilio(accountSid, authToken, { httpClient: client });
}

/** Points SendGrid's client to a URL. Setting a key resets the base URL, so the key comes first. */
export function pointMail(apiKey: string, url: string): void {
  sendgridMail.setApiKey(apiKey);
  // The type of the client lacks this documented method.
  (sendgridMail as unknown as { client: { setDefaultRequest(key: string, value: string): void } })
    .client.setDefaultRequest("baseUrl", url);
}

export async function startClients(options: SandboxOptions = {}): Promise<Clients> {
  const listener = await startListener();
  const sandbox = await startSandbox({ webhooksUrl: listener.url, ...options });
  pointMail(sandbox.sendgrid.apiKey, sandbox.sendgrid.url);
  return {
    ...{ sandbox, listener, mail: sendgridMail, twilio: twilioClient(sandbox) },
    vapi: new VapiClient({ token: sandbox.vapi.apiKey, baseUrl: sandbox.vapi.url, maxRetries: 0 }),
    openai: new OpenAI({
      ...{ apiKey: sandbox.openai.apiKey, baseURL: sandbox.openai.url, maxRetries: 0 },
    }),
    stop: async () => {
      await sandbox.stop();
      await listener.stop();
    },
  };
}
