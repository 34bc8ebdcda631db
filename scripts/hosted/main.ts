// `npm run test:hosted`: the migrations, lint, pgTAP, HTTP and integration tests as a hosted project would run them:
// PostgreSQL 17 with the platform's roles and rights, PgBouncer in transaction mode, functions in Deno 2.1.4.
// `npm run test:hosted -- -- COMMAND ARGS…` runs another command there. docs/deploy.md says what this cannot prove.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { connect } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { plainUrl, supabase } from "../dev/supabase.ts";
import { hostedDeno } from "./deno.ts";
import { createModel } from "./model.ts";
import { buildRoot, startHostedServer } from "./server.ts";

const { values, positionals } = parseArgs({
  options: {
    only: { type: "string", default: "advisors,sql,http,integration" },
    // Builds the root and installs Deno, and runs nothing.
    prepare: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
if (values.prepare) {
  buildRoot();
  hostedDeno.path();
  process.exit(0);
}
const [command = process.execPath, ...args] = positionals.length > 0
  ? positionals
  : [process.execPath, "scripts/test/run.ts", "--only", values.only];

const server = await startHostedServer();

async function copyDatabase(from: string, name: string): Promise<void> {
  const sql = connect(server.urls("postgres").adminUrl);
  await sql.unsafe(`create database ${name} template ${from} owner postgres`);
  await sql.unsafe(`alter database ${from} is_template true`);
  await sql.end();
}

let status = 1;
try {
  console.log(
    `PostgreSQL ${server.version}, PgBouncer in transaction mode, Deno ${hostedDeno.version}`,
  );
  await createModel(server, "platform");
  await copyDatabase("platform", "model");
  const { url, adminUrl, poolerUrl } = server.urls("model");
  const pushed = await supabase("db", "push", `--remote=${plainUrl(url)}`, "--yes");
  if (pushed.status !== 0) throw new Error(`supabase db push: ${pushed.stderr}${pushed.stdout}`);
  console.log("✓ supabase db push");
  const sql = connect(adminUrl);
  await sql`create extension pgtap with schema extensions`;
  await sql`select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'sluice_wrapping_key')`;
  await sql`select vault.create_secret('allow', 'sluice_loopback_urls')`;
  await sql`vacuum analyze`;
  await sql`alter database model is_template true`;
  await sql.end();
  status = await new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        DATABASE_URL: server.urls("postgres").url,
        ADMIN_DATABASE_URL: server.urls("postgres").adminUrl,
        SLUICE_POOLER_URL: poolerUrl,
        SLUICE_PLATFORM: "platform",
        SLUICE_TEMPLATE: "model",
        SLUICE_POSTGRES_CLIENTS: server.clients,
        SLUICE_DENO: hostedDeno.path(),
      },
    });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
} finally {
  await server.stop();
}
process.exitCode = status;
