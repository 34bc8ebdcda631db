// PostgreSQL 17 with the extensions of a hosted project, and PgBouncer, in a Debian root of their own: the system
// has an older PostgreSQL, and the root is built once and kept outside the repository.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { freePort, randomHex } from "../dev/state.ts";

export const cache = process.env.SLUICE_HOSTED_CACHE ?? "/var/cache/sluice-hosted";
const suite = "trixie";
const version = "17";
const packages = [
  `postgresql-${version}`,
  ...["cron", "pgtap", "postgis-3", "plpgsql-check"].map((part) => `postgresql-${version}-${part}`),
  ...["pgbouncer", "locales", "procps"],
];
const bin = `/usr/lib/postgresql/${version}/bin`;

export interface HostedServer {
  /** Addresses of a database, as owner of the schema, as superuser, and as the owner through the pooler. */
  urls(database: string): { url: string; adminUrl: string; poolerUrl: string };
  version: string;
  /** The folder of its client programs. */
  clients: string;
  stop(): Promise<void>;
}

function must(command: string, args: string[], output: "show" | "hide" = "show"): void {
  const { status, stderr, error } = spawnSync(command, args, {
    stdio: ["ignore", output === "show" ? 2 : "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error ?? ""}${stderr}`);
}

/** The mirror that this system's apt uses. */
function mirror(): string {
  const { stdout } = spawnSync("apt-get", ["indextargets", "--format", "$(SITE) $(REPO_URI)"], {
    encoding: "utf8",
  });
  const found = stdout.split("\n").map((line) => line.split(" ")[1] ?? "")
    .find((uri) => /\/debian\/?$/.test(uri));
  if (!found) throw new Error("apt names no Debian mirror to build the root from.");
  return found;
}

/** Builds the Debian root if it is missing; takes two to four minutes once. */
export function buildRoot(): string {
  const folder = join(cache, suite);
  const ready = join(folder, ".complete");
  const wanted = packages.join(" ");
  if (existsSync(ready) && readFileSync(ready, "utf8") === wanted) return folder;
  if (process.getuid?.() !== 0) throw new Error("Building the PostgreSQL 17 root requires root.");
  if (spawnSync("debootstrap", ["--version"], { stdio: "ignore" }).status !== 0) {
    must("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "debootstrap"]);
  }
  console.error("Building a Debian root with PostgreSQL 17 and PgBouncer (debootstrap) …");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  must("debootstrap", [
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    suite,
    folder,
    mirror(),
  ]);
  writeFileSync(ready, wanted);
  return folder;
}

/**
 * The root's client programs, which run outside it, so that they read the files of the checkout: with the loader and
 * the libraries of the root.
 */
function writeClients(root: string): string {
  const folder = join(cache, `clients-${version}`);
  mkdirSync(folder, { recursive: true });
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const loader = machine === "aarch64" ? "lib/ld-linux-aarch64.so.1" : "lib64/ld-linux-x86-64.so.2";
  const libraries = join(root, `usr/lib/${machine}-linux-gnu`);
  for (const name of ["psql", "pg_dump"]) {
    const program = join(root, bin, name);
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\nexec '${join(root, loader)}' --library-path '${libraries}' '${program}' "$@"\n`,
      { mode: 0o755 },
    );
  }
  return folder;
}

function configuration(port: number): string {
  return `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
dynamic_shared_memory_type = sysv
shared_preload_libraries = 'pg_cron, pg_stat_statements'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 16
max_connections = 200
shared_buffers = 512MB
work_mem = 32MB
max_wal_size = 4GB
wal_compression = lz4
fsync = off
synchronous_commit = off
jit = off
timezone = 'UTC'
# The platform sets it for its database; a copy of a database does not take over such settings.
statement_timeout = '120s'
search_path = '"$user", public, extensions'
log_min_messages = warning
`;
}

function pooler(port: number, upstream: number, run: string): string {
  return `
[databases]
* = host=127.0.0.1 port=${upstream}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${run}/userlist.txt
pool_mode = transaction
ignore_startup_parameters = extra_float_digits
max_client_conn = 400
default_pool_size = 20
server_idle_timeout = 10
logfile = ${run}/pgbouncer.log
`;
}

async function answers(url: string, child: ChildProcess): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    try {
      const [row] = await sql`show server_version`;
      return row?.server_version;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) throw error;
      await pause(100);
    } finally {
      await sql.end();
    }
  }
}

/** Starts a fresh cluster and a pooler in front of it. */
export async function startHostedServer(): Promise<HostedServer> {
  const root = buildRoot();
  const data = `/var/lib/postgresql/sluice-${process.pid}`;
  // Each run has its own: several may share the root.
  const run = `/run/sluice-${process.pid}`;
  const inRoot = (path: string) => join(root, path);
  const chroot = (...command: string[]) => ["--userspec=postgres:postgres", root, ...command];
  const adminPassword = randomHex(16);
  const password = randomHex(16);
  mkdirSync(inRoot(run), { recursive: true });
  writeFileSync(inRoot(`${run}/password`), adminPassword);
  writeFileSync(
    inRoot(`${run}/userlist.txt`),
    `"postgres" "${password}"\n"supabase_admin" "${adminPassword}"\n`,
  );
  const [port, poolerPort] = [await freePort(), await freePort()];
  writeFileSync(inRoot(`${run}/pgbouncer.ini`), pooler(poolerPort, port, run));
  must("chown", ["-R", "--reference", inRoot("/var/lib/postgresql"), inRoot(run)]);
  must(
    "chroot",
    chroot(
      ...[`${bin}/initdb`, "-D", data, "-U", "supabase_admin", "-E", "UTF8", "--locale=C.UTF-8"],
      ...["--auth=scram-sha-256", `--pwfile=${run}/password`, "--no-sync"],
    ),
    "hide",
  );
  appendFileSync(inRoot(`${data}/postgresql.auto.conf`), configuration(port));
  const children: ChildProcess[] = [];
  const start = (...command: string[]) => {
    const child = spawn("chroot", chroot(...command), { stdio: ["ignore", "ignore", "ignore"] });
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.splice(0).reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await ended;
    }
    for (const folder of [data, run]) rmSync(inRoot(folder), { recursive: true, force: true });
  };
  try {
    const at = (user: string, secret: string, on: number) => (database: string) =>
      `postgresql://${user}:${secret}@127.0.0.1:${on}/${database}`;
    const [owner, admin] = [
      at("postgres", password, port),
      at("supabase_admin", adminPassword, port),
    ];
    const server = start(`${bin}/postgres`, "-D", data);
    const found = await answers(admin("postgres"), server);
    const sql = postgres(admin("postgres"), { max: 1, onnotice: () => {} });
    await sql.unsafe(
      `create role postgres login createrole createdb bypassrls replication password '${password}'`,
    );
    await sql.unsafe("alter database postgres owner to postgres");
    await sql.end();
    const pool = start("/usr/sbin/pgbouncer", `${run}/pgbouncer.ini`);
    const pooled = at("postgres", password, poolerPort);
    await answers(pooled("postgres"), pool);
    return {
      urls: (name) => ({ url: owner(name), adminUrl: admin(name), poolerUrl: pooled(name) }),
      version: found,
      clients: writeClients(root),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
