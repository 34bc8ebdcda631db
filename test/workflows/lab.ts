// A real n8n with every workflow, its own database, a mailbox, and the relay in place of Sluice.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signRequest } from "../../edge-functions/_shared/platform/crypto/signature.ts";
import { installNodes } from "../../scripts/n8n/build_nodes.ts";
import { ensureN8nDatabase } from "../../scripts/n8n/database.ts";
import { importWorkflows, N8nApi } from "../../scripts/n8n/import.ts";
import { N8nProcess } from "../../scripts/n8n/process.ts";
import { type N8nSettings, n8nUrl } from "../../scripts/n8n/settings.ts";
import {
  apiCredentialId,
  sequenceFiles,
  webhookPaths,
  type Workflow,
  workflowFiles,
} from "../../scripts/n8n/workflows.ts";
import { dropDatabase } from "../../scripts/dev/database.ts";
import { local, localPath } from "../../scripts/dev/paths.ts";
import { openServer, type RunningServer } from "../../scripts/dev/server.ts";
import { freePort, isAlive, randomHex } from "../../scripts/dev/state.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { mailedLists, openPostbox, type Postbox } from "./postbox.ts";
import { openRelay, type Relay } from "./relay.ts";
import { pace, until } from "./wait.ts";

/** What workflow 09 asks for. */
export const enrichedKinds = ["verify_email", "verify_phone"];

export interface Lab {
  server: RunningServer;
  n8n: N8nProcess;
  relay: Relay;
  mailbox: Mailbox;
  postbox: Postbox;
  secrets: {
    current: string;
    previous: string;
    apiKey: string;
  };
  folder: string;
  dropFolder: string;
  databaseUrl: string;
  /** n8n's own API, as its owner. */
  api(): N8nApi;
  credentialId: string;
  /** Key of n8n's public API, which may read workflows. */
  n8nApiKey: string;
  /** Another key of Sluice's API for the nodes. */
  useApiKey(key: string): Promise<void>;
  /** Saves a workflow that a person has edited; returns nothing, and activates nothing. */
  edit(id: string, change: (workflow: Workflow) => void): Promise<void>;
  /** Executes a workflow as a person does in the editor; returns its state and what n8n kept of it. */
  execute(id: string, from: string): Promise<{ status: string; data: string }>;
  /** The output of n8n. */
  log: string[];
  /** Starts n8n again and waits until every webhook is registered. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const secret = () => `whsec_${Buffer.from(randomHex(24), "hex").toString("base64")}`;

/** The original files with schedules of seconds, so that no test waits for minutes. */
function inSeconds(workflow: Workflow): string {
  for (const node of workflow.nodes) {
    if (node.type !== "n8n-nodes-base.scheduleTrigger") continue;
    node.parameters = {
      rule: { interval: [{ field: "seconds", secondsInterval: Math.min(5 * pace, 59) }] },
    };
  }
  return JSON.stringify(workflow);
}

const folderPrefix = "n8n-test-";

/** Folders of killed runs. Their databases are dropped when the next test database is created. */
function dropStaleFolders(): void {
  for (const name of readdirSync(local)) {
    if (!name.startsWith(folderPrefix) || isAlive(Number(name.slice(folderPrefix.length)))) {
      continue;
    }
    rmSync(join(local, name), { recursive: true, force: true });
  }
}

export async function openLab(): Promise<Lab> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    const server = await openServer();
    closing.push(() => server.release());
    const database = `sluice_test_${process.pid}_n8n`;
    closing.push(() => dropDatabase(server, database));
    const databaseUrl = await ensureN8nDatabase(server, database, randomHex(16));
    const relay = await openRelay();
    closing.push(() => relay.close());
    const mailbox = await openMailbox();
    closing.push(() => mailbox.close());
    const postbox = await openPostbox();
    closing.push(() => postbox.close());
    dropStaleFolders();
    const folder = localPath(`${folderPrefix}${process.pid}`);
    const dropFolder = join(folder, "drop");
    mkdirSync(dropFolder, { recursive: true, mode: 0o700 });
    closing.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));

    const apiKey = `slk_${randomHex(8)}_${randomHex(24)}`;
    const secrets = { current: secret(), previous: secret(), apiKey };
    const port = await freePort();
    const settings: N8nSettings = {
      folder,
      port,
      runnerPort: await freePort(),
      databaseUrl,
      encryptionKey: randomHex(16),
      owner: { email: "owner@example.com", password: `Aa1${randomHex(8)}` },
      workflowEnv: {
        SLUICE_URL: relay.url,
        SLUICE_API_KEY: apiKey,
        SLUICE_N8N_URL: n8nUrl({ port }),
        SLUICE_WEBHOOK_SECRET: `${secrets.current} ${secrets.previous}`,
        SLUICE_DESK_URL: "https://desk.example.com/leads/{lead_id}",
        SLUICE_NOTICE_TO: "broker@example.com",
        SLUICE_NOTICE_FROM: "sluice@example.com",
        SLUICE_SMTP_HOST: "127.0.0.1",
        SLUICE_SMTP_PORT: String(mailbox.port),
        SLUICE_DROP_FOLDER: dropFolder,
        SLUICE_UPLOAD_SOURCE: "drop-folder",
        ...mailedLists(postbox),
        SLUICE_ENRICH_KINDS: enrichedKinds.join(", "),
        SLUICE_ENRICH_UP_TO_USD: "25",
      },
    };
    const files = [...workflowFiles(), ...sequenceFiles()].map(({ file, workflow }) => ({
      file,
      text: inSeconds(structuredClone(workflow)),
    }));
    installNodes(folder);
    await importWorkflows(settings, files);

    const log: string[] = [];
    const n8n = new N8nProcess(settings, (line) => log.push(line));
    closing.push(() => n8n.stop());
    await n8n.start(180_000 * pace);
    let api = await N8nApi.login(n8n, settings.owner);
    const n8nApiKey = await api.createReadKey();
    await api.changeApiCredential({ n8nApiKey });
    const { workflows, paths } = parts();
    await api.activate(workflows);
    await webhooksAnswer(n8n, paths);
    const restart = async () => {
      await n8n.start(180_000 * pace);
      // A start of n8n ends the sessions of its owner.
      api = await N8nApi.login(n8n, settings.owner);
      await webhooksAnswer(n8n, paths);
    };
    const edit = async (id: string, change: (workflow: Workflow) => void) => {
      const workflow = await api.call<Workflow & { versionId: string }>("GET", `/workflows/${id}`);
      const { name, nodes, connections, settings, versionId } = workflow;
      const edited = { name, nodes, connections, settings, versionId };
      change(edited as unknown as Workflow);
      await api.call("PATCH", `/workflows/${id}`, edited);
    };
    const execute = async (id: string, from: string) => {
      const { executionId } = await api.call<{ executionId: string }>(
        "POST",
        `/workflows/${id}/run`,
        { triggerToStartFrom: { name: from } },
      );
      return await until("the execution", async () => {
        const found = await api.call<{ status: string; finished: boolean; data: string }>(
          "GET",
          `/executions/${executionId}`,
        );
        return !["new", "running"].includes(found.status) && found;
      });
    };
    return {
      ...{
        api: () => api,
        credentialId: apiCredentialId,
        n8nApiKey,
        useApiKey: (apiKey: string) => api.changeApiCredential({ n8nApiKey, apiKey }),
        edit,
        execute,
        server,
        n8n,
        relay,
        mailbox,
        postbox,
        secrets,
        folder,
        dropFolder,
        databaseUrl,
        log,
        restart,
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function parts() {
  const files = workflowFiles();
  return {
    workflows: files.map(({ workflow }) => workflow.id),
    paths: webhookPaths(files).map(({ path }) => path),
  };
}

/** A ready n8n may still respond with 404, because its webhooks are registered a little later. */
async function webhooksAnswer(n8n: N8nProcess, paths: string[]): Promise<void> {
  for (const path of paths) {
    await until(`the webhook ${path}`, async () => {
      const response = await fetch(`${n8n.url}/webhook/${path}`, { method: "POST", body: "{}" });
      await response.body?.cancel();
      return response.status === 401;
    });
  }
}

export interface Delivery {
  id?: string;
  secret?: string;
  /** Age of the timestamp in seconds. */
  age?: number;
  /** Sent in place of the signed body. */
  instead?: string;
  headers?: Record<string, string>;
}

/** Delivers an event as Sluice does; returns the status, or 0 if n8n ended. */
export async function deliver(
  lab: Lab,
  path: string,
  type: string,
  data: Record<string, unknown>,
  how: Delivery = {},
): Promise<number> {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const headers = how.headers ?? signRequest({
    secrets: [how.secret ?? lab.secrets.current],
    id: how.id ?? `evt_${randomHex(8)}`,
    timestamp: Math.floor(Date.now() / 1000) - (how.age ?? 0),
    body: new TextEncoder().encode(body),
  });
  try {
    const response = await fetch(`${lab.n8n.url}/webhook/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: how.instead ?? body,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

export function drop(lab: Lab, name: string, text: string): void {
  writeFileSync(join(lab.dropFolder, name), text);
}
