// Controls a sandbox of another process over HTTP: received requests, webhook URL, faults, people.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox } from "./sandbox.ts";

export interface Control {
  url: string;
  stop(): Promise<void>;
}

// deno-lint-ignore no-explicit-any -- only this machine can reach the control server
type Body = any;

const routes: Record<string, (sandbox: Sandbox, body: Body) => unknown> = {
  "GET /": (sandbox) => ({ received: sandbox.received, waiting: sandbox.waiting() }),
  "POST /webhooks": (sandbox, { url }) => sandbox.setWebhooksUrl(url ?? null),
  "POST /fault": (sandbox, fault) => void sandbox.fault(fault),
  "POST /faults/clear": (sandbox) => sandbox.clearFaults(),
  "POST /write": (sandbox, mail) =>
    sandbox.write({ ...mail, at: mail.at ? new Date(mail.at) : undefined }),
  "POST /book": (sandbox, wish) =>
    sandbox.book({ ...wish, start: new Date(wish.start), at: undefined }),
  "POST /drain": (sandbox) => sandbox.drain(),
};

export async function startControl(sandbox: Sandbox, port = 0): Promise<Control> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(body ?? {}) + "\n");
    const route = routes[`${request.method} ${request.url}`];
    if (!route) return say(404, { error: "see node scripts/sandbox/main.ts --help" });
    try {
      const text = Buffer.concat(chunks).toString("utf8");
      say(200, await route(sandbox, text === "" ? {} : JSON.parse(text)));
    } catch (error) {
      say(400, { error: error instanceof Error ? error.message : String(error) });
    }
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
}
