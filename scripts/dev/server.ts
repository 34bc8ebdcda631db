// Chooses the database server: DATABASE_URL if it is set, else the private cluster.
import { clusterUrls, dropLease, startCluster, takeLease } from "./cluster.ts";
import {
  applyShim,
  buildFromMigrations,
  ensureRoles,
  ensureWrappingKey,
  type Server,
} from "./database.ts";
import { checkout } from "./migrations.ts";

export interface RunningServer extends Server {
  /** Name of the main database: `postgres`, or that of DATABASE_URL. */
  main: string;
  /** Whether it is the private cluster of this checkout. */
  isPrivate: boolean;
  /** Releases the server; the last process to do so stops the private cluster. */
  release(): Promise<void>;
}

export async function openServer(): Promise<RunningServer> {
  const given = process.env.DATABASE_URL;
  if (given) {
    if (!URL.canParse(given) || !/^postgres(ql)?:$/.test(new URL(given).protocol)) {
      throw new Error(
        "DATABASE_URL is invalid; it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
      );
    }
    // The doctor reads the same variable, so it may still name the project that people use.
    if (/[.]supabase[.](co|com)$/i.test(new URL(given).hostname)) {
      throw new Error(
        "DATABASE_URL names a hosted project: this command would write to it, and its worker would process its jobs. " +
          "Unset DATABASE_URL to use the private cluster.",
      );
    }
    const main = decodeURIComponent(new URL(given).pathname.slice(1)) || "postgres";
    // Where the owner of the schema is not a superuser, tests need a second login.
    const admin = process.env.ADMIN_DATABASE_URL ?? given;
    const at = (server: string, database: string) => {
      const url = new URL(server);
      url.pathname = `/${encodeURIComponent(database)}`;
      return url.href;
    };
    const urls = (database: string) => ({
      url: at(given, database),
      adminUrl: at(admin, database),
    });
    return {
      urls,
      main,
      maintenance: "postgres",
      isPrivate: false,
      release: () => Promise.resolve(),
    };
  }
  takeLease();
  const { state } = await startCluster();
  return {
    urls: (database) => clusterUrls(state, database),
    main: "postgres",
    // Not the main one, which db:reset empties.
    maintenance: "template1",
    isPrivate: true,
    release: () => dropLease(),
  };
}

/** Brings the main database up to date: shim, migrations, wrapping key. */
export async function prepareMain(server: RunningServer, tree = checkout): Promise<string> {
  await ensureRoles(server);
  const { url, adminUrl } = server.urls(server.main);
  await applyShim(adminUrl);
  await buildFromMigrations(url, tree);
  await ensureWrappingKey(url);
  return url;
}
