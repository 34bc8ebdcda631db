// The baseline of the webhook endpoint: n8n's Webhook node, whose next node inserts the body into Postgres
// and whose response waits for that. Measured with both of n8n's expression engines, where n8n is installed.
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { N8nApi } from "../n8n/import.ts";
import { isInstalled } from "../n8n/install.ts";
import { N8nProcess, runN8n } from "../n8n/process.ts";
import type { N8nSettings, WorkflowEnv } from "../n8n/settings.ts";
import { connect, createDatabase } from "../dev/database.ts";
import { localPath } from "../dev/paths.ts";
import { openServer } from "../dev/server.ts";
import { freePort } from "../dev/state.ts";
import { accepted, load } from "./http_load.ts";

const ID = "benchwebhook0001";
const CREDENTIAL = { id: "benchpostgres001", name: "Bench Postgres" };

const ENGINES = [
  { engine: "default engine", goal: 20, env: {} },
  { engine: "legacy engine", goal: 10, env: { N8N_EXPRESSION_ENGINE: "legacy" } },
];

const workflow = {
  id: ID,
  name: "Bench webhook",
  settings: { executionOrder: "v1", saveDataSuccessExecution: "none" },
  nodes: [
    {
      id: "a1",
      webhookId: ID,
      name: "Webhook",
      type: "n8n-nodes-base.webhook",
      typeVersion: 2.1,
      position: [0, 0],
      parameters: { httpMethod: "POST", path: "bench", responseMode: "lastNode", options: {} },
    },
    {
      id: "a2",
      name: "Store",
      type: "n8n-nodes-base.postgres",
      typeVersion: 2.6,
      position: [200, 0],
      credentials: { postgres: CREDENTIAL },
      parameters: {
        operation: "executeQuery",
        query: "insert into bench_inbox (body) values ($1::jsonb) returning id",
        options: { queryReplacement: "={{ [JSON.stringify($json.body)] }}" },
      },
    },
  ],
  connections: { Webhook: { main: [[{ node: "Store", type: "main", index: 0 }]] } },
};

export async function measureN8nWebhook(
  connections: number,
  milliseconds: number,
  progress: (text: string) => void,
): Promise<{ engine: string; perSecond: number; goal: number }[]> {
  if (!isInstalled()) {
    progress("n8n is not installed (npm run n8n:start installs it): no baseline");
    return [];
  }
  const server = await openServer();
  const name = `sluice_bench_n8n_${process.pid}`;
  const folder = localPath("bench", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Owned by the server's owner: other programs know the password of the role of the workflows' n8n.
  const database = await createDatabase(server, name);
  try {
    const databaseUrl = database.url;
    const base: N8nSettings = {
      folder,
      port: await freePort(),
      runnerPort: await freePort(),
      databaseUrl,
      encryptionKey: randomBytes(24).toString("hex"),
      owner: { email: "owner@example.com", password: `A1${randomBytes(12).toString("hex")}` },
      workflowEnv: {} as WorkflowEnv,
    };
    const sql = connect(databaseUrl, 1);
    await sql`create table bench_inbox (id bigint generated always as identity primary key,
      body jsonb not null, at timestamptz not null default now())`;
    await sql.end();
    await bringIn(base);
    const results = [];
    for (const { engine, goal, env } of ENGINES) {
      const settings = { ...base, workflowEnv: env as unknown as WorkflowEnv };
      const n8n = new N8nProcess(settings);
      try {
        await n8n.start();
        await (await N8nApi.login(n8n, settings.owner)).activate([ID]);
        const next = () => ({
          path: "/webhook/bench",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: `MessageSid=SM${
            randomBytes(16).toString("hex")
          }&MessageStatus=delivered&To=%2B12135550101`,
        });
        await answering(settings.port);
        await load(settings.port, connections, next, milliseconds / 2);
        const run = await load(settings.port, connections, next, milliseconds);
        if (accepted(run) === 0) {
          throw new Error(`n8n answered ${JSON.stringify([...run.answers])}`);
        }
        results.push({ engine, goal, perSecond: accepted(run) / run.seconds });
        progress(`n8n, ${engine}: ${(accepted(run) / run.seconds).toFixed(0)}/s`);
      } finally {
        await n8n.stop();
      }
    }
    return results;
  } finally {
    await database.drop();
    await server.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bringIn(settings: N8nSettings): Promise<void> {
  const url = new URL(settings.databaseUrl);
  const file = (name: string, content: unknown) => {
    const path = join(settings.folder, name);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return `--input=${path}`;
  };
  const data = {
    host: url.hostname,
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ssl: "disable",
  };
  const quiet = () => {};
  await runN8n(
    settings,
    ["import:credentials", file("credentials.json", [{ ...CREDENTIAL, type: "postgres", data }])],
    quiet,
  );
  await runN8n(settings, ["import:workflow", file("workflow.json", [workflow])], quiet);
}

/** n8n is ready before its webhooks are registered. */
async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { status } = await fetch(`http://127.0.0.1:${port}/webhook/bench`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The n8n webhook does not respond.");
}
