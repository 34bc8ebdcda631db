// CPU seconds and peak resident memory of processes, from /proc. Without /proc, or with a remote
// database, the result is null, and the line reports it.
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second on all Linux systems with Node. */
const TICKS = 100;

interface Stat {
  parent: number;
  cpuSeconds: number;
}

function stat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything; the fields after it are numbers.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      parent: Number(fields[1]),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    };
  } catch {
    return null;
  }
}

export const cpuSeconds = (pid: number | null): number | null =>
  pid === null ? null : stat(pid)?.cpuSeconds ?? null;

/** Peak resident memory of the process since its start, in MiB. */
export function peakMiB(pid: number | null): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    return found ? Number(found[1]) / 1024 : null;
  } catch {
    return null;
  }
}

/** The server process of a backend on this machine. */
export function serverOf(backendPid: number): number | null {
  return existsSync("/proc/self/stat") ? stat(backendPid)?.parent ?? null : null;
}

/** The kind and the database in the title of a server process. */
function servesDatabase(pid: number, database: string): boolean {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    // A parallel worker names its leader, not the database.
    const leader = /parallel worker for PID (\d+)/.exec(title)?.[1];
    return leader ? servesDatabase(Number(leader), database) : title.includes(` ${database} `);
  } catch {
    return false;
  }
}

/** CPU milliseconds of the backends of a database so far: exact, for those that stay. Null: unknown. */
export function backendsCpuMs(server: number | null, database: string): number | null {
  if (server === null || !existsSync("/proc/self/schedstat")) return null;
  return readdirSync("/proc").map(Number)
    .filter((pid) => pid && stat(pid)?.parent === server && servesDatabase(pid, database))
    .reduce((sum, pid) => {
      try {
        return sum + Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
      } catch {
        return sum;
      }
    }, 0);
}

/** Adds up the CPU time of the backends of one database, including those that end during the measurement. */
export class DatabaseCpu {
  #seen = new Map<number, { first: number; last: number }>();
  #timer: NodeJS.Timeout;
  #server: number | null;
  #database: string;

  constructor(server: number | null, database: string) {
    this.#server = server;
    this.#database = database;
    this.#look(true);
    this.#timer = setInterval(() => this.#look(false), 100);
  }

  stop(): number | null {
    clearInterval(this.#timer);
    this.#look(false);
    if (this.#server === null) return null;
    return [...this.#seen.values()].reduce((sum, { first, last }) => sum + last - first, 0);
  }

  #look(atStart: boolean): void {
    if (this.#server === null) return;
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      const now = pid ? stat(pid) : null;
      if (now?.parent !== this.#server) continue;
      const known = this.#seen.get(pid);
      if (known) known.last = now.cpuSeconds;
      else if (servesDatabase(pid, this.#database)) {
        // A process that started during the measurement counts with all of its time.
        this.#seen.set(pid, { first: atStart ? now.cpuSeconds : 0, last: now.cpuSeconds });
      }
    }
  }
}
