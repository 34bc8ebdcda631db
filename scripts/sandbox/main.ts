// `node scripts/sandbox/main.ts`: the providers' sandbox as a separate process, controlled over HTTP.
import { parseArgs } from "node:util";
import { startControl } from "./control.ts";
import { PROVIDERS } from "./providers.ts";
import { startSandbox } from "./sandbox.ts";

const usage =
  `Usage: node scripts/sandbox/main.ts [--webhooks URL] [--port PORT] [--seed N] [--json]

  --webhooks URL   …/functions/v1/webhooks/ORG_ID, where signed webhooks go
  --port PORT      of the control server (default: a free port); providers use the next five
  --seed N         seed of ids, shares and shuffles
  --json           print the environment as one JSON object

Control:  GET  /            received requests and number of waiting webhooks
          POST /webhooks    {"url": "…"}                                URL of webhooks
          POST /fault       {"provider": "twilio", "share": 0.05, "then": {"status": 429}}
          POST /faults/clear
          POST /write       {"channel": "sms", "from": "+1…", "text": "STOP"}
          POST /book        {"name": "…", "email": "…", "start": "2026-12-01T18:00:00Z"}
          POST /drain       sends all waiting webhooks, due or not
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
  const sandbox = await startSandbox({
    webhooksUrl: options.webhooks,
    seed: options.seed ? Number(options.seed) : undefined,
    deliverEvery: 200,
    ports: first === null
      ? undefined
      : Object.fromEntries(PROVIDERS.map((name, index) => [name, first + 1 + index])),
  });
  const control = await startControl(sandbox, first ?? 0);
  if (options.json) console.log(JSON.stringify({ control: control.url, env: sandbox.env }));
  else {
    console.log(`# Control: ${control.url}`);
    for (const [name, value] of Object.entries(sandbox.env)) console.log(`${name}=${value}`);
  }
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done());
  });
  await control.stop();
  await sandbox.stop();
}

if (options.help) console.log(usage);
else await main();
