// A database server of its own for the faults: on a small file system where this user may mount one, so that the disk
// can fill, and started again when it ends, as a service manager does.
import { spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterUrls, run, serverUser } from "../dev/cluster.ts";
import { type ClusterState, freePort, isAlive, randomHex } from "../dev/state.ts";

const DISK_MEGABYTES = 1_536;

const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_preload_libraries = 'pg_cron, pg_stat_statements'
cron.database_name = 'postgres'
max_connections = 120
shared_buffers = 128MB
max_wal_size = 192MB
min_wal_size = 80MB
jit = off
timezone = 'UTC'
search_path = '"$user", public, extensions'
log_min_messages = fatal
`;

export interface FaultyCluster {
  /** For DATABASE_URL and ADMIN_DATABASE_URL. */
  url: string;
  adminUrl: string;
  /** Whether the disk can be filled. */
  hasOwnDisk: boolean;
  /** Kills a process of the server, after which it ends all others and recovers. */
  killBackend(pid: number): void;
  /** Ends at once, without a checkpoint, and starts again. */
  restart(): void;
  fillDisk(): void;
  freeDisk(): void;
  stop(): void;
}

export async function startFaultyCluster(): Promise<FaultyCluster> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-faults-"));
  const hasOwnDisk = spawnSync("mount", [
    ...["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m,mode=755`, "tmpfs", folder],
  ]).status === 0;
  const { uid, gid = uid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const state: ClusterState = {
    port: await freePort(),
    dataDirectory: join(folder, "data"),
    adminPassword: randomHex(16),
    password: randomHex(16),
  };
  const ballast = join(folder, "ballast");
  const log = join(folder, "server.log");

  const pid = () => {
    const file = join(state.dataDirectory, "postmaster.pid");
    const [first] = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    return first && isAlive(Number(first)) ? Number(first) : null;
  };
  const start = () =>
    run("pg_ctl", [
      ...["-D", state.dataDirectory, "-l", log, "-w", "-t", "60"],
      ...["-o", `-p ${state.port}`, "start"],
    ]);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, state.adminPassword, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) chownSync(passwordFile, uid, gid);
  run("initdb", [
    ...["-D", state.dataDirectory, "-U", "supabase_admin", "-E", "UTF8", "--locale=C.UTF-8"],
    ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
  ]);
  writeFileSync(join(state.dataDirectory, "postgresql.auto.conf"), SETTINGS);
  start();

  // A server that could not recover, as with a full disk, has ended. It is tried again every second.
  const keeper = setInterval(() => {
    if (pid() !== null) return;
    try {
      start();
    } catch {
      // Next time.
    }
  }, 1_000);
  const { url, adminUrl } = clusterUrls(state, "postgres");
  return {
    ...{ url, adminUrl, hasOwnDisk },
    killBackend: (backend) => process.kill(backend, "SIGKILL"),
    restart() {
      run("pg_ctl", ["-D", state.dataDirectory, "-w", "-m", "immediate", "stop"]);
      start();
    },
    fillDisk() {
      const { bavail, bsize } = statfsSync(folder);
      // What is left is less than a page of a table.
      spawnSync("fallocate", ["-l", String(Math.max(1, bavail - 1) * bsize), ballast]);
    },
    freeDisk() {
      if (existsSync(ballast)) truncateSync(ballast, 0);
      rmSync(ballast, { force: true });
    },
    stop() {
      clearInterval(keeper);
      if (pid() !== null) {
        run("pg_ctl", ["-D", state.dataDirectory, "-w", "-m", "immediate", "stop"]);
      }
      if (hasOwnDisk) spawnSync("umount", [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
