// Paths: the checkout, its ignored folder, and the programs in packages.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const local = join(root, ".local");

export function localPath(...parts: string[]): string {
  mkdirSync(local, { recursive: true });
  return join(local, ...parts);
}

/**
 * Deno itself rather than its npm wrapper, which forwards no signals. SLUICE_DENO names another one, such as the
 * version of the hosted runtime.
 */
export function denoBinary(): string {
  if (process.env.SLUICE_DENO) return process.env.SLUICE_DENO;
  const libc = process.platform === "linux" ? "-glibc" : "";
  const name = `@deno/${process.platform}-${process.arch}${libc}`;
  const require = createRequire(join(root, "package.json"));
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), "deno");
  } catch {
    return join(root, "node_modules", ".bin", "deno");
  }
}

/** A program of node_modules/.bin. */
export function tool(name: string): string {
  return join(root, "node_modules", ".bin", name);
}

/** The folder of a PostgreSQL server's programs, or null if none with pg_cron is installed. */
export function postgresBin(): { bin: string; version: number } | null {
  const base = "/usr/lib/postgresql";
  if (!existsSync(base)) return null;
  const versions = readdirSync(base).map(Number)
    .filter((version) =>
      existsSync(join(base, String(version), "bin", "initdb")) &&
      existsSync(`/usr/share/postgresql/${version}/extension/pg_cron.control`) &&
      existsSync(`/usr/share/postgresql/${version}/extension/address_standardizer.control`)
    ).sort((a, b) => b - a);
  const version = versions[0];
  return version ? { bin: join(base, String(version), "bin"), version } : null;
}

/**
 * A client program (psql, pg_dump): the server's own version first, else the one on PATH. SLUICE_POSTGRES_CLIENTS
 * names a folder of others: pg_dump refuses a server that is newer than itself.
 */
export function postgresClient(name: string): string {
  if (process.env.SLUICE_POSTGRES_CLIENTS) return join(process.env.SLUICE_POSTGRES_CLIENTS, name);
  const found = postgresBin();
  return found ? join(found.bin, name) : name;
}
