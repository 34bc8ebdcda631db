// The environment of n8n: loopback only, no telemetry, its own database, and Sluice's URLs and secrets
// by name. It receives nothing else of this process's environment.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { workflowFolder } from "./install.ts";

/** Variables that workflows read with $env; n8n-workflows/README.md describes them. */
export interface WorkflowEnv {
  SLUICE_URL: string;
  SLUICE_WEBHOOK_SECRET: string;
  SLUICE_API_KEY?: string;
  SLUICE_N8N_URL?: string;
  SLUICE_N8N_API_KEY?: string;
  SLUICE_DESK_URL?: string;
  SLUICE_NOTICE_TO?: string;
  SLUICE_NOTICE_FROM?: string;
  SLUICE_SMTP_HOST?: string;
  SLUICE_SMTP_PORT?: string;
  SLUICE_SMTP_USER?: string;
  SLUICE_SMTP_PASSWORD?: string;
  SLUICE_SMTP_SECURE?: string;
  SLUICE_SLACK_URL?: string;
  SLUICE_DROP_FOLDER?: string;
  SLUICE_UPLOAD_SOURCE?: string;
  SLUICE_IMAP_HOST?: string;
  SLUICE_IMAP_PORT?: string;
  SLUICE_IMAP_USER?: string;
  SLUICE_IMAP_PASSWORD?: string;
  SLUICE_IMAP_SECURE?: string;
  SLUICE_MAIL_FROM?: string;
  SLUICE_MAIL_SOURCE?: string;
  SLUICE_ENRICH_KINDS?: string;
  SLUICE_ENRICH_UP_TO_USD?: string;
}

export interface Owner {
  email: string;
  password: string;
}

export interface N8nSettings {
  /** The folder of n8n: logs and temporary files. */
  folder: string;
  port: number;
  runnerPort: number;
  databaseUrl: string;
  encryptionKey: string;
  owner: Owner;
  workflowEnv: WorkflowEnv;
}

const off = [
  "N8N_DIAGNOSTICS_ENABLED",
  "N8N_VERSION_NOTIFICATIONS_ENABLED",
  "N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED",
  "N8N_TEMPLATES_ENABLED",
  "N8N_PERSONALIZATION_ENABLED",
  "N8N_HIRING_BANNER_ENABLED",
  "N8N_DYNAMIC_BANNERS_ENABLED",
  "N8N_LICENSE_AUTO_RENEW_ENABLED",
  // Installing packages from the web. The nodes of Sluice are loaded all the same.
  "N8N_COMMUNITY_PACKAGES_ENABLED",
  "N8N_VERIFIED_PACKAGES_ENABLED",
  "N8N_UNVERIFIED_PACKAGES_ENABLED",
  "N8N_AI_ENABLED",
  "N8N_PYTHON_ENABLED",
  "N8N_SECURE_COOKIE",
  // The workflows read their addresses and secrets with $env, and so can users who edit them.
  // Therefore, secrets of n8n itself come from files.
  "N8N_BLOCK_ENV_ACCESS_IN_NODE",
];

// Parts of n8n that contact other hosts or that are not used.
const disabledModules = [
  ...["agents", "insights", "external-secrets", "mcp", "mcp-registry"],
  ...["source-control", "dynamic-credentials", "chat-hub", "sso-oidc", "sso-saml", "log-streaming"],
  ...["ldap", "quick-connect", "workflow-builder", "instance-ai", "otel", "token-exchange"],
];

/** Writes a secret to a file that only this user can read, and passes its path to n8n. */
function secretFile(folder: string, name: string, value: string): Record<string, string> {
  const path = join(folder, "secrets", name);
  mkdirSync(join(folder, "secrets"), { recursive: true, mode: 0o700 });
  writeFileSync(path, value, { mode: 0o600 });
  return { [`${name}_FILE`]: path };
}

function hash(password: string): string {
  const require = createRequire(join(workflowFolder, "package.json"));
  const bcrypt = require("bcryptjs") as { hashSync(value: string, rounds: number): string };
  return bcrypt.hashSync(password, 10);
}

export function n8nUrl(settings: Pick<N8nSettings, "port">): string {
  return `http://127.0.0.1:${settings.port}`;
}

export function n8nEnvironment(settings: N8nSettings): Record<string, string> {
  const { folder, port, owner, workflowEnv } = settings;
  const database = new URL(settings.databaseUrl);
  const inherited = ["PATH", "HOME", "LANG"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const given = Object.entries(workflowEnv).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(off.map((name) => [name, "false"])),
    ...secretFile(folder, "N8N_ENCRYPTION_KEY", settings.encryptionKey),
    ...secretFile(folder, "DB_POSTGRESDB_PASSWORD", decodeURIComponent(database.password)),
    N8N_USER_FOLDER: folder,
    N8N_HOST: "127.0.0.1",
    N8N_LISTEN_ADDRESS: "127.0.0.1",
    N8N_PORT: String(port),
    N8N_EDITOR_BASE_URL: `${n8nUrl(settings)}/`,
    N8N_WEBHOOK_URL: `${n8nUrl(settings)}/`,
    N8N_RUNNERS_BROKER_PORT: String(settings.runnerPort),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: "127.0.0.1",
    GENERIC_TIMEZONE: "UTC",
    N8N_LOG_LEVEL: "error",
    N8N_DISABLED_MODULES: disabledModules.join(","),
    DB_TYPE: "postgresdb",
    // n8n refuses every request (503) after an answer that took longer, five seconds by default: a busy machine needs more.
    DB_PING_TIMEOUT_MS: "60000",
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port || "5432",
    DB_POSTGRESDB_DATABASE: decodeURIComponent(database.pathname.slice(1)),
    DB_POSTGRESDB_USER: decodeURIComponent(database.username),
    // Files stay in memory: on disk, they would remain after a kill or until the pruning.
    N8N_DEFAULT_BINARY_DATA_MODE: "default",
    // Only the drop folder can be read from disk.
    N8N_RESTRICT_FILE_ACCESS_TO: workflowEnv.SLUICE_DROP_FOLDER ?? join(folder, "no-files"),
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: "true",
    N8N_INSTANCE_OWNER_EMAIL: owner.email,
    N8N_INSTANCE_OWNER_FIRST_NAME: "Sluice",
    N8N_INSTANCE_OWNER_LAST_NAME: "Owner",
    N8N_INSTANCE_OWNER_PASSWORD_HASH: hash(owner.password),
    ...Object.fromEntries(given),
  };
}
