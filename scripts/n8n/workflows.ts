// The workflow files of n8n-workflows/ and the credentials they name.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowFolder } from "./install.ts";

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id: string; name: string }>;
  webhookId?: string;
  onError?: string;
}

export interface Workflow {
  id: string;
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, Record<string, ({ node: string; type: string }[] | null)[]>>;
  settings: Record<string, unknown>;
}

export interface WorkflowFile {
  file: string;
  text: string;
  hash: string;
  workflow: Workflow;
}

export function workflowFiles(folder = workflowFolder): WorkflowFile[] {
  return readFiles(folder, /^\d\d-.*\.json$/);
}

function readFiles(folder: string, pattern: RegExp): WorkflowFile[] {
  return readdirSync(folder).filter((file) => pattern.test(file)).sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const hash = createHash("sha256").update(text).digest("hex");
      return { file, text, hash, workflow: JSON.parse(text) as Workflow };
    });
}

/** Those that this environment can run: n8n cannot activate a mail trigger without its mailbox. */
export function usableWorkflows(
  files: WorkflowFile[],
  env: { SLUICE_IMAP_HOST?: string },
): WorkflowFile[] {
  return files.filter(({ workflow }) =>
    env.SLUICE_IMAP_HOST ||
    !workflow.nodes.some(({ type }) => type === "n8n-nodes-base.emailReadImap")
  );
}

/** The sequences that a person may start from: imported, never active, published by executing them. */
export const sequenceFolder = join(workflowFolder, "sequences");

export function sequenceFiles(): WorkflowFile[] {
  return readFiles(sequenceFolder, /^[a-z-]+\.json$/);
}

/** Production paths of the webhooks, each with its workflow's name. */
export function webhookPaths(files: WorkflowFile[]): { path: string; workflow: string }[] {
  return files.flatMap(({ workflow }) =>
    workflow.nodes.filter(({ type }) => type === "n8n-nodes-sluice.sluiceTrigger")
      .map(({ parameters }) => ({ path: String(parameters.path), workflow: workflow.name }))
  );
}

/** The workflow that receives every error. */
export const handlerId = "sluice07handler0";

/** The credential of the nodes of Sluice. */
export const apiCredentialId = "sluiceApiAccess0";

/** Names only: n8n reads the values from its environment when it uses them. */
export const credentials = [
  {
    id: apiCredentialId,
    name: "Sluice",
    type: "sluiceApi",
    data: {
      url: "={{ $env.SLUICE_URL }}",
      apiKey: "={{ $env.SLUICE_API_KEY || '' }}",
      webhookSecret: "={{ $env.SLUICE_WEBHOOK_SECRET }}",
      n8nUrl: "={{ $env.SLUICE_N8N_URL || '' }}",
      n8nApiKey: "={{ $env.SLUICE_N8N_API_KEY || '' }}",
    },
  },
  {
    id: "sluiceNoticeMail",
    name: "Sluice notices by mail",
    type: "smtp",
    data: {
      host: "={{ $env.SLUICE_SMTP_HOST }}",
      port: "={{ Number($env.SLUICE_SMTP_PORT || 587) }}",
      user: "={{ $env.SLUICE_SMTP_USER || '' }}",
      password: "={{ $env.SLUICE_SMTP_PASSWORD || '' }}",
      secure: "={{ $env.SLUICE_SMTP_SECURE === 'true' }}",
    },
  },
  {
    id: "sluiceListMailbox",
    name: "Sluice lists by mail",
    type: "imap",
    data: {
      host: "={{ $env.SLUICE_IMAP_HOST }}",
      port: "={{ Number($env.SLUICE_IMAP_PORT || 993) }}",
      user: "={{ $env.SLUICE_IMAP_USER || '' }}",
      password: "={{ $env.SLUICE_IMAP_PASSWORD || '' }}",
      secure: "={{ $env.SLUICE_IMAP_SECURE !== 'false' }}",
      allowUnauthorizedCerts: false,
    },
  },
];
