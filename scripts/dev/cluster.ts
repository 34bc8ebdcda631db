// The private PostgreSQL cluster: created on first use, on loopback and a free port, run by an
// unprivileged user, kept in .local (or in /var/lib, if that user cannot access .local).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { localPath, postgresBin, root } from "./paths.ts";
import { type ClusterState, freePort, isAlive, randomHex, readJson } from "./state.ts";
import { withLock, writeJson } from "./state.ts";

const preferredPort = 54322;
const statePath = () => localPath("cluster.json");

interface Identity {
  uid?: number;
  gid?: number;
}

/** initdb and postgres refuse root: as root they run as the system user `postgres`. */
export function serverUser(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === "postgres") return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("The system user postgres is missing; the package postgresql-common creates it.");
}

/** Runs a program of the server's as its user; returns its output. */
export function run(program: string, args: string[]): string {
  const server = postgresBin();
  if (!server) throw new Error("PostgreSQL is not installed: run `npm run db:start`.");
  const result = spawnSync(join(server.bin, program), args, {
    ...serverUser(),
    cwd: "/",
    encoding: "utf8",
    input: "",
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", TZ: "UTC" },
  });
  if (result.status !== 0) {
    throw new Error(`${program} failed: ${result.error ?? ""}${result.stderr}${result.stdout}`);
  }
  return result.stdout;
}

/** A folder owned by the server's user, below .local if that user can access it. */
function makeDataDirectory(): string {
  const user = serverUser();
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 12);
  for (const candidate of [localPath("postgres"), `/var/lib/sluice/${hash}`]) {
    mkdirSync(candidate, { recursive: true, mode: 0o755 });
    if (user.uid !== undefined) chownSync(candidate, user.uid, user.gid ?? user.uid);
    const reachable = spawnSync("test", ["-w", candidate], { ...user, cwd: "/" }).status === 0;
    if (reachable) return join(candidate, "data");
    rmSync(candidate, { recursive: true });
  }
  throw new Error("The user postgres can access neither .local nor /var/lib/sluice.");
}

function configuration(): string {
  const quarter = Math.floor(totalmem() / 4 / 2 ** 20);
  // After a checkpoint, the first change of a page logs the whole page. `on` would mean pglz, which
  // takes ten times as long as lz4: in a large table, more than the rest of an import.
  const walCompression = (postgresBin()?.version ?? 0) >= 15 ? "lz4" : "off";
  return `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_preload_libraries = 'pg_cron, pg_stat_statements'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 16
max_connections = 200
shared_buffers = ${Math.max(128, Math.min(2048, quarter))}MB
effective_cache_size = ${Math.max(256, quarter * 2)}MB
work_mem = 32MB
maintenance_work_mem = ${Math.max(64, Math.min(512, Math.floor(quarter / 4)))}MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
wal_compression = ${walCompression}
jit = off
timezone = 'UTC'
search_path = '"$user", public, extensions'
log_min_messages = warning
log_checkpoints = off
`;
}

function create(): ClusterState {
  const dataDirectory = makeDataDirectory();
  const state = { port: 0, dataDirectory, adminPassword: randomHex(16), password: randomHex(16) };
  rmSync(dataDirectory, { recursive: true, force: true });
  const passwordFile = `${dataDirectory}.password`;
  writeFileSync(passwordFile, state.adminPassword, { mode: 0o600 });
  const { uid, gid = uid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(passwordFile, uid, gid);
  try {
    run("initdb", [
      ...["-D", dataDirectory, "-U", "supabase_admin", "-E", "UTF8", "--locale=C.UTF-8"],
      ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
    ]);
  } finally {
    rmSync(passwordFile);
  }
  return state;
}

function isRunning(state: ClusterState): boolean {
  const path = join(state.dataDirectory, "postmaster.pid");
  if (!existsSync(path)) return false;
  const [pid, , , port] = readFileSync(path, "utf8").split("\n");
  return Number(port) === state.port && isAlive(Number(pid));
}

/** Starts the cluster, creating it if necessary; returns whether it was stopped before. */
export function startCluster(): Promise<
  { state: ClusterState; started: boolean; created: boolean }
> {
  return withLock("cluster", async () => {
    let state = readJson<ClusterState>(statePath());
    if (state && isRunning(state)) return { state, started: false, created: false };
    const created = !state || !existsSync(join(state.dataDirectory, "PG_VERSION"));
    if (!state || created) state = create();
    // At each start, so that an older cluster gets the settings of a new one.
    writeFileSync(join(state.dataDirectory, "postgresql.auto.conf"), configuration());
    for (let attempt = 1;; attempt++) {
      state = { ...state, port: await freePort(state.port || preferredPort) };
      try {
        run("pg_ctl", [
          ...["-D", state.dataDirectory, "-l", join(state.dataDirectory, "server.log")],
          ...["-w", "-t", "120", "-o", `-p ${state.port}`, "start"],
        ]);
        break;
      } catch (error) {
        // Another process may have taken the port in between.
        if (attempt === 3) throw error;
      }
    }
    writeJson(statePath(), state);
    return { state, started: true, created };
  });
}

export function stopCluster(): Promise<boolean> {
  return withLock("cluster", () => {
    const state = readJson<ClusterState>(statePath());
    if (!state || !isRunning(state)) return Promise.resolve(false);
    run("pg_ctl", ["-D", state.dataDirectory, "-w", "-t", "120", "-m", "fast", "stop"]);
    return Promise.resolve(true);
  });
}

// A cluster serves several processes at once (tests, demo, dev). Each has a lease; the last one to end
// stops the server, unless `db:start` asked to keep it.

const leases = () => localPath("leases");

export function takeLease(name = String(process.pid)): void {
  mkdirSync(leases(), { recursive: true });
  writeFileSync(join(leases(), name), "");
}

/** Releases the lease, and stops the cluster when no live process and no `keep` remains. */
export async function dropLease(name = String(process.pid)): Promise<void> {
  rmSync(join(leases(), name), { force: true });
  if (!existsSync(leases())) return;
  const living = readdirSync(leases()).filter((other) => {
    const isHeld = other === "keep" || isAlive(Number(other));
    if (!isHeld) rmSync(join(leases(), other), { force: true });
    return isHeld;
  });
  if (living.length > 0) return;
  await stopCluster();
}

/** Addresses of one database of the private cluster, as its owner and as superuser. */
export function clusterUrls(state: ClusterState, database: string) {
  const at = `127.0.0.1:${state.port}/${database}`;
  return {
    url: `postgresql://postgres:${state.password}@${at}`,
    adminUrl: `postgresql://supabase_admin:${state.adminPassword}@${at}`,
  };
}
