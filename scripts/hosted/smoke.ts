// From upload to lead in a deployed project: creates an org, uploads a list of four rows, waits for three leads, runs
// the doctor on the project, undoes the upload and deletes the org. Because it writes to the project, run it on empty
// ones only. DATABASE_URL, SLUICE_URL and SUPABASE_SECRET_KEY name the project, as for `sluice doctor`:
//
//   node_modules/.bin/node scripts/hosted/smoke.ts
import { randomBytes, randomUUID } from "node:crypto";
import { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import type { Reported } from "../cli/doctor/check.ts";
import { keyHeaders, wakeWorker } from "../cli/doctor/keys.ts";
import type { Io } from "../cli/io.ts";
import { main } from "../cli/main.ts";
import { ensureWrappingKey } from "../dev/database.ts";

export interface Project {
  databaseUrl: string;
  functionsUrl: string;
  apiKey: string;
  fetch?: typeof fetch;
}

export interface SmokeResult {
  uploaded: Record<string, number>;
  leads: number;
  undone: number;
  /** Findings of the doctor, without the checks that passed. */
  findings: Reported[];
}

const LIST = [
  "First Name,Last Name,Address,City,State,Zip,Phone,Email",
  "Ann,Ames,12 Main Street,Phoenix,AZ,85001,(602) 555-0101,ann@example.com",
  "Ann,Ames,12 MAIN ST,Phoenix,AZ,85001,602-555-0101,ann@example.com",
  "Bob,Brown,14 Main Street,Phoenix,AZ,85001,(602) 555-0102,bob@example.com",
  "Cyd,Cole,16 Main Street,Phoenix,AZ,85001,(602) 555-0103,cyd@example.com",
  "",
].join("\n");
const EXPECTED = { received: 4, created: 3, merged: 1, rejected: 0 };

function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export async function runSmoke(
  project: Project,
  say: (line: string) => void,
): Promise<SmokeResult> {
  const { databaseUrl, functionsUrl, apiKey } = project;
  await ensureWrappingKey(databaseUrl);
  const sql = postgres(databaseUrl, { max: 1, prepare: false, onnotice: () => {} });
  const name = `Smoke test ${randomBytes(4).toString("hex")}`;
  try {
    const [org] = await sql<{ id: string }[]>`
      insert into public.orgs (name) values (${name}) returning id`;
    const key = `smoke-${randomBytes(4).toString("hex")}`;
    const [source] = await sql<{ id: string }[]>`
      insert into public.sources (org_id, key, name) values (${
      org!.id
    }, ${key}, ${name}) returning id`;
    const [rotated] = await sql<{ secret: string }[]>`
      select public.rotate_source_secret(${source!.id}) as secret`;
    const env = {
      DATABASE_URL: databaseUrl,
      SLUICE_URL: functionsUrl,
      SLUICE_SOURCE: key,
      SLUICE_SECRET: rotated!.secret,
      SUPABASE_SECRET_KEY: apiKey,
    };
    say("✓ an org with a source");

    const upload = await cli(project, env, ["upload", "-", "--no-wait", "--json"], LIST);
    must(upload.code === 0, `upload: ${upload.err}`);
    const id = String(upload.json.upload_id);
    say(`✓ uploaded as ${id}`);
    const status = await finished(project, env, id);
    const uploaded = status.counts as Record<string, number>;
    const matches = Object.entries(EXPECTED).every(([field, count]) => uploaded[field] === count);
    must(status.state === "completed" && matches, `the upload ended as ${JSON.stringify(status)}`);
    const [stored] = await sql<{ leads: number }[]>`
      select count(*)::integer as leads from public.leads where org_id = ${org!.id}`;
    must(
      stored!.leads === EXPECTED.created,
      `${stored!.leads} leads instead of ${EXPECTED.created}`,
    );
    say(`✓ ${stored!.leads} leads from ${uploaded.received} rows`);

    const doctor = await cli(project, env, ["doctor", "--hosted", "--json"]);
    const checks = doctor.json.checks as Reported[];
    for (const check of checks) say(`  ${check.status}: ${check.name}: ${check.message}`);
    const round = checks.find((check) => check.name === "round trip");
    must(round?.status === "ok", `the doctor's round trip: ${round?.message}`);

    const undo = await cli(project, env, ["undo", id, "--json", "--yes"]);
    must(undo.code === 0, `undo: ${undo.err}`);
    const undone = (undo.json.undone as { deleted: number }).deleted;
    must(undone === EXPECTED.created, `undo deleted ${undone} leads`);
    say(`✓ undone: ${undone} leads deleted`);
    return {
      uploaded,
      leads: stored!.leads,
      undone,
      findings: checks.filter((check) => check.status !== "ok"),
    };
  } finally {
    await sql`delete from public.orgs where name = ${name}`.catch(() => {});
    await sql.end({ timeout: 5 });
  }
}

/** The schedule wakes the worker within a minute; this does so at once. */
async function finished(project: Project, env: Io["env"], id: string) {
  const io = ioOf(project, env);
  const headers = keyHeaders(project.apiKey);
  const deadline = Date.now() + 180_000;
  for (;;) {
    const woken = await wakeWorker({ io, functionsUrl: project.functionsUrl }, headers);
    await woken.body?.cancel();
    must(
      woken.status !== 401 && woken.status !== 403,
      `the worker refuses the key (${woken.status})`,
    );
    const { code, json, err } = await cli(project, env, ["status", id, "--json"]);
    must(code === 0, `status: ${err}`);
    if (json.state !== "receiving" && json.state !== "processing") return json;
    must(Date.now() < deadline, `the upload is still ${json.state}`);
    await pause(250);
  }
}

async function cli(project: Project, env: Io["env"], args: string[], input = "") {
  const output = { out: "", err: "" };
  const io = ioOf(project, env, input, output);
  const code = await main(args, io);
  const last = output.out.trimEnd().split("\n").at(-1) ?? "";
  return { code, err: output.err, json: (last ? JSON.parse(last) : {}) as Record<string, unknown> };
}

function ioOf(
  { fetch = globalThis.fetch }: Project,
  env: Io["env"],
  input = "",
  output = { out: "", err: "" },
): Io {
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        output[key] += chunk;
        done();
      },
    });
  return {
    env,
    stdin: Readable.from([Buffer.from(input)]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: (ms) => pause(ms),
    random: Math.random,
    uuid: randomUUID,
    fetch,
  };
}

if (import.meta.main) {
  const { DATABASE_URL, SLUICE_URL, SUPABASE_SECRET_KEY } = process.env;
  if (!DATABASE_URL || !SLUICE_URL || !SUPABASE_SECRET_KEY) {
    console.error("DATABASE_URL, SLUICE_URL and SUPABASE_SECRET_KEY are required.");
    process.exit(2);
  }
  const project = {
    databaseUrl: DATABASE_URL,
    functionsUrl: SLUICE_URL.replace(/\/+$/, ""),
    apiKey: SUPABASE_SECRET_KEY,
  };
  try {
    await runSmoke(project, (line) => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
