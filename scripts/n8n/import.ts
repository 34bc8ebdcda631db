// Imports credentials and workflows into n8n's database, and activates the workflows.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type N8nProcess, runN8n } from "./process.ts";
import type { N8nSettings, Owner } from "./settings.ts";
import { apiCredentialId, credentials, type WorkflowFile } from "./workflows.ts";

/** Imports while n8n is stopped. An import replaces the workflow with the same id. */
export async function importWorkflows(
  settings: N8nSettings,
  files: Pick<WorkflowFile, "file" | "text">[],
  log: (line: string) => void = () => {},
): Promise<void> {
  const folder = join(settings.folder, "import");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "workflows"), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "credentials.json"), JSON.stringify(credentials));
  for (const { file, text } of files) writeFileSync(join(folder, "workflows", file), text);
  try {
    const input = (name: string) => `--input=${join(folder, name)}`;
    await runN8n(settings, ["import:credentials", input("credentials.json")], log);
    await runN8n(settings, ["import:workflow", "--separate", input("workflows")], log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Listed {
  id: string;
  name: string;
  active: boolean;
  versionId: string;
}

/** n8n's own API, as its owner. */
export class N8nApi {
  #url: string;
  #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async login(process: N8nProcess, owner: Owner): Promise<N8nApi> {
    const response = await fetch(`${process.url}/rest/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ emailOrLdapLoginId: owner.email, password: owner.password }),
    });
    if (!response.ok) throw new Error(`n8n's login: ${response.status} ${await response.text()}`);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    return new N8nApi(process.url, cookies.join("; "));
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}/rest${path}`, {
      method,
      headers: { cookie: this.#cookie, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`n8n ${method} ${path}: ${response.status} ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  }

  workflows(): Promise<Listed[]> {
    return this.call("GET", "/workflows?take=250");
  }

  /** Called workflows come first: a workflow can only be activated after those that it calls. */
  async activate(ids: readonly string[]): Promise<void> {
    const listed = new Map((await this.workflows()).map((workflow) => [workflow.id, workflow]));
    for (const id of [...ids].sort().reverse()) {
      const workflow = listed.get(id);
      if (!workflow) throw new Error(`n8n does not have the workflow ${id}.`);
      const { versionId } = workflow;
      await this.call("POST", `/workflows/${id}/activate`, { versionId });
    }
  }

  /** A key of n8n's public API that may read workflows, as Sluice Sequence Start needs it. */
  async createReadKey(): Promise<string> {
    const { rawApiKey } = await this.call<{ rawApiKey: string }>("POST", "/api-keys", {
      label: `Sluice ${new Date().toISOString()}`,
      scopes: ["workflow:read"],
      expiresAt: null,
    });
    return rawApiKey;
  }

  /** Puts values into the credential that the nodes of Sluice have. */
  async changeApiCredential(values: Record<string, string>): Promise<void> {
    const found = credentials.find(({ id }) => id === apiCredentialId);
    if (!found) throw new Error("n8n-nodes-sluice has no credential.");
    const { name, type, data } = found;
    await this.call("PATCH", `/credentials/${apiCredentialId}`, {
      name,
      type,
      data: { ...data, ...values },
    });
  }
}
