// `node scripts/sandbox/main.ts`: the providers' sandbox as a process of its own, steered over HTTP.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { startSandbox } from "./sandbox.ts";

const usage =
  `Usage: node scripts/sandbox/main.ts [--webhooks URL] [--port PORT] [--seed N] [--json]

  --webhooks URL   …/functions/v1/webhooks/ORG_ID, where signed webhooks go
  --port PORT      of the control server (free one unless given); the providers get the next five
  --seed N         course of ids, shares and shuffles
  --json           prints the environment as one JSON object

Control:  GET  /            what was received, how many webhooks wait
          POST /webhooks    {"url": "…"}                                where webhooks go
          POST /fault       {"provider": "twilio", "share": 0.05, "then": {"status": 429}}
          POST /faults/clear
          POST /write       {"channel": "sms", "from": "+1…", "text": "STOP"}
          POST /book        {"name": "…", "email": "…", "start": "2026-12-01T18:00:00Z"}
          POST /drain       sends every webhook that waits, whenever due
`;

const { values: options } = parseArgs({
  options: {
    webhooks: { type: "string" },
    port: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<void> {
  const first = options.port ? Number(options.port) : null;
  const names = ["sendgrid", "twilio", "vapi", "calcom", "openai"] as const;
  const sandbox = await startSandbox({
    webhooksUrl: options.webhooks,
    seed: options.seed ? Number(options.seed) : undefined,
    deliverEvery: 200,
    ports: first === null
      ? undefined
      : Object.fromEntries(names.map((name, index) => [name, first + 1 + index])),
  });
  const control = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(body) + "\n");
    try {
      const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString("utf8")) : {};
      switch (`${request.method} ${request.url}`) {
        case "GET /":
          return say(200, { received: sandbox.received, waiting: sandbox.waiting() });
        case "POST /webhooks":
          sandbox.setWebhooksUrl(body.url ?? null);
          return say(200, {});
        case "POST /fault":
          sandbox.fault(body);
          return say(200, {});
        case "POST /faults/clear":
          sandbox.clearFaults();
          return say(200, {});
        case "POST /write":
          sandbox.write({ ...body, at: body.at ? new Date(body.at) : undefined });
          return say(200, {});
        case "POST /book":
          sandbox.book({ ...body, start: new Date(body.start), at: undefined });
          return say(200, {});
        case "POST /drain":
          return say(200, await sandbox.drain());
        default:
          return say(404, { error: "see --help" });
      }
    } catch (error) {
      return say(400, { error: error instanceof Error ? error.message : String(error) });
    }
  });
  await new Promise<void>((done, failed) => {
    control.once("error", failed);
    control.listen(first ?? 0, "127.0.0.1", done);
  });
  const address = control.address();
  const url = `http://127.0.0.1:${address && typeof address === "object" ? address.port : first}`;
  if (options.json) console.log(JSON.stringify({ control: url, env: sandbox.env }));
  else {
    console.log(`# Control: ${url}`);
    for (const [name, value] of Object.entries(sandbox.env)) console.log(`${name}=${value}`);
  }
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done());
  });
  control.closeAllConnections();
  control.close();
  await sandbox.stop();
}

if (options.help) console.log(usage);
else await main();
