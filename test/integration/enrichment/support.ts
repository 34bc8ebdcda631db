// Leads with contacts, a worker process and the command line, for runs.
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { DenoProcess } from "../../../scripts/dev/process.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { eventually } from "../../http/intake/harness.ts";

export type Sql = ReturnType<typeof connect>;

export interface RunWorld {
  sql: Sql;
  sandbox: Sandbox;
  database: TestDatabase;
  newOrg(name: string): Promise<string>;
  /** A lead with these contacts; its id. */
  addLead(
    orgId: string,
    contacts: { email?: string[]; phone?: string[] },
    score?: number,
  ): Promise<string>;
  startWorker(env?: Record<string, string>): DenoProcess;
  sluice(...args: string[]): Promise<{ code: number; out: string; err: string; json: Json }>;
  /** Waits until the run has one of these states. */
  until(run: string, ...states: string[]): Promise<Json>;
  stop(): Promise<void>;
}

// deno-lint-ignore no-explicit-any
export type Json = any;

export async function startRunWorld(): Promise<RunWorld> {
  const server = await openServer();
  const database = await createTestDatabase(server);
  const sql = connect(database.adminUrl, 3);
  const sandbox = await startSandbox();
  const workers = new Set<DenoProcess>();
  return {
    sql,
    sandbox,
    database,
    async newOrg(name) {
      const [org] = await sql<{ id: string }[]>`
        insert into public.orgs (name) values (${name}) returning id`;
      return org!.id;
    },
    async addLead(orgId, { email = [], phone = [] }, score = 0) {
      const [lead] = await sql<{ id: string }[]>`
        insert into public.leads (org_id, owner_1_last, lead_score) values (${orgId}, 'Ames', ${score})
        returning id`;
      const values = [
        ...email.map((value, n) => ["email", value, n + 1] as const),
        ...phone.map((value, n) => ["phone", value, n + 1] as const),
      ];
      for (const [kind, value, position] of values) {
        await sql`
          insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked,
            position)
          select ${orgId}, ${
          lead!.id
        }, ${kind}, private.blind_index(${value}, private.blind_key(${orgId})),
            private.encrypt_value(${value}, private.org_key(${orgId}, k)), k, '***', ${position}
          from private.active_key_id(${orgId}, 'data') k`;
      }
      return lead!.id;
    },
    startWorker(env = {}) {
      const folder = join(root, "edge-functions", "worker");
      const worker = new DenoProcess({
        name: "enricher",
        entrypoint: join(folder, "main.ts"),
        denoConfig: join(folder, "deno.json"),
        env: {
          SUPABASE_DB_URL: database.adminUrl,
          SUPABASE_URL: "http://127.0.0.1:1",
          ...sandbox.env,
          WORKER_WAKE_SECONDS: "1",
          WORKER_SWEEP_SECONDS: "1",
          WORKER_SUPERVISE_SECONDS: "1",
          ...env,
        },
        allowHosts: [new URL(database.adminUrl).hostname],
        serves: false,
        memoryMegabytes: 128,
        log: (line: string) => process.env.SLUICE_TEST_LOG && console.error(line),
      });
      workers.add(worker);
      worker.start();
      return worker;
    },
    async sluice(...args) {
      let out = "", err = "";
      const sink = (take: (text: string) => void) =>
        new Writable({
          write(chunk, _encoding, done) {
            take(String(chunk));
            done();
          },
        });
      const io = {
        stdin: Readable.from([]),
        stdout: sink((text) => out += text),
        stderr: sink((text) => err += text),
        env: { ...sandbox.env, DATABASE_URL: database.adminUrl },
        now: () => new Date(),
        sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
      } as unknown as Io;
      const code = await main(args, io);
      let json: Json = null;
      try {
        json = JSON.parse(out.trim().split("\n").at(-1)!);
      } catch {
        // Text for people.
      }
      return { code, out, err, json };
    },
    until: (run, ...states) =>
      eventually(`run ${run} to be ${states.join(" or ")}`, async () => {
        const [row] = await sql<
          { status: Json }[]
        >`select public.enrichment_status(${run}) as status`;
        return states.includes(row!.status.state) ? row!.status : null;
      }),
    async stop() {
      for (const worker of workers) await worker.stop("SIGKILL");
      await sandbox.stop();
      await sql.end();
      await database.drop();
      await server.release();
    },
  };
}
