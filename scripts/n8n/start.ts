// `npm run n8n:start`: n8n on loopback with every workflow, against the stack of `npm run dev` if it
// runs, else against its own; until Ctrl-C.
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { localPath } from "../dev/paths.ts";
import { openServer, type RunningServer } from "../dev/server.ts";
import { startStack } from "../dev/stack.ts";
import { freePort, isAlive, randomHex, readJson, writeJson } from "../dev/state.ts";
import { ensureApiKey, type LocalKey } from "./api_key.ts";
import { installNodes } from "./build_nodes.ts";
import { ensureN8nDatabase } from "./database.ts";
import { importWorkflows, N8nApi } from "./import.ts";
import { ensureInstalled } from "./install.ts";
import { N8nProcess } from "./process.ts";
import { type N8nSettings, n8nUrl, type WorkflowEnv } from "./settings.ts";
import { subscribeN8n } from "./subscribe.ts";
import { sequenceFiles, usableWorkflows, type WorkflowFile, workflowFiles } from "./workflows.ts";

const preferredPort = 5678;

/** State between runs, readable by the owner of the checkout only. */
interface N8nState {
  port: number;
  databasePassword: string;
  encryptionKey: string;
  ownerPassword: string;
  webhookSecret: string;
  /** Key of Sluice's API, made where there is one org and no SLUICE_API_KEY. */
  apiKey?: LocalKey;
  /** Key of n8n's own API, with which Sequence Start reads its workflow. */
  n8nApiKey?: { databaseId: string; key: string };
  /** Hash of each workflow file when it was imported last. */
  imported: Record<string, string>;
}

interface RunningStack {
  functionsUrl: string;
  databaseUrl: string;
  stop(): Promise<void>;
}

const statePath = () => localPath("n8n.json");
const say = (text: string) => console.log(text);

function readState(): N8nState {
  return readJson<N8nState>(statePath()) ?? {
    port: preferredPort,
    databasePassword: randomHex(16),
    encryptionKey: randomHex(16),
    ownerPassword: `Aa1${randomHex(8)}`,
    webhookSecret: `whsec_${Buffer.from(randomHex(32), "hex").toString("base64")}`,
    imported: {},
  };
}

async function findStack(): Promise<RunningStack> {
  const running = readJson<Omit<RunningStack, "stop"> & { pid: number }>(localPath("stack.json"));
  if (running && isAlive(running.pid)) return { ...running, stop: () => Promise.resolve() };
  say("Starting the stack …");
  const log = (line: string) => line.includes('"level":"info"') || say(line);
  return await startStack({ database: "main", worker: true, port: 54321, log });
}

/**
 * Variables about notices and uploads are passed to n8n as they are; the stack provides the others.
 */
function workflowEnv(stack: RunningStack, state: N8nState, databaseId: string): WorkflowEnv {
  const { n8nApiKey } = state;
  const given = Object.entries(process.env).filter(([name]) => name.startsWith("SLUICE_"));
  return {
    SLUICE_API_KEY: state.apiKey?.key,
    ...Object.fromEntries(given),
    SLUICE_URL: stack.functionsUrl,
    SLUICE_WEBHOOK_SECRET: state.webhookSecret,
    SLUICE_N8N_URL: n8nUrl(state),
    SLUICE_N8N_API_KEY: n8nApiKey?.databaseId === databaseId ? n8nApiKey.key : undefined,
  };
}

/** New or changed files; an unchanged one keeps the broker's edits in n8n. */
function changed(files: WorkflowFile[], state: N8nState, databaseId: string): WorkflowFile[] {
  return files.filter(({ file, hash }) => state.imported[`${databaseId}/${file}`] !== hash);
}

async function main(): Promise<void> {
  ensureInstalled(say);
  const state = readState();
  const server = await openServer();
  try {
    await run(state, server, await findStack());
  } finally {
    await server.release();
  }
}

async function run(state: N8nState, server: RunningServer, stack: RunningStack): Promise<void> {
  const databaseUrl = await ensureN8nDatabase(server, "n8n", state.databasePassword);
  const databaseId = createHash("sha256").update(databaseUrl).digest("hex").slice(0, 8);
  state.port = await freePort(state.port);
  if (!process.env.SLUICE_API_KEY) {
    state.apiKey = await ensureApiKey(stack.databaseUrl, state.apiKey);
  }
  const settings: N8nSettings = {
    folder: localPath("n8n"),
    port: state.port,
    runnerPort: await freePort(),
    databaseUrl,
    encryptionKey: state.encryptionKey,
    owner: { email: "owner@example.com", password: state.ownerPassword },
    workflowEnv: workflowEnv(stack, state, databaseId),
  };
  if (!settings.workflowEnv.SLUICE_API_KEY) {
    say(
      "The workflows have no API key, so that their requests fail. Make one and set SLUICE_API_KEY:",
    );
    say('  npx sluice key create "n8n" --org "ORG" --role admin --scopes outreach.dispatch,…');
    say("With one organisation, the next start makes a key.");
  }
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
  writeJson(statePath(), state);
  installNodes(settings.folder, say);

  const n8n = new N8nProcess(settings, say);
  try {
    const active = usableWorkflows(workflowFiles(), settings.workflowEnv);
    const fresh = changed([...active, ...sequenceFiles()], state, databaseId);
    if (fresh.length > 0) {
      say(`Importing ${fresh.length} workflows …`);
      await importWorkflows(settings, fresh);
    }
    say("Starting n8n …");
    await n8n.start();
    const api = await N8nApi.login(n8n, settings.owner);
    if (!settings.workflowEnv.SLUICE_N8N_API_KEY) {
      const key = await api.createReadKey();
      // Until the next start, which has it in its environment.
      await api.changeApiCredential({ n8nApiKey: key });
      state.n8nApiKey = { databaseId, key };
      writeJson(statePath(), state);
    }
    if (fresh.length > 0) {
      // A sequence is never active in n8n: Sluice runs it.
      const ids = fresh.filter((file) => active.includes(file)).map(({ workflow }) => workflow.id);
      await api.activate(ids);
      for (const { file, hash } of fresh) state.imported[`${databaseId}/${file}`] = hash;
      writeJson(statePath(), state);
    }
    const orgs = await subscribeN8n(stack.databaseUrl, n8n.url, state.webhookSecret);
    if (orgs === 0) say("No organisation exists yet: create one and start again.");
    say(`
n8n        ${n8n.url}
           ${settings.owner.email}, password in ${statePath()} (ownerPassword)
Sluice     ${stack.functionsUrl}, ${orgs} organisations send events to n8n

Press Ctrl-C to stop.`);
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve());
      void n8n.ended().then(resolve);
    });
  } finally {
    await n8n.stop();
    await stack.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
