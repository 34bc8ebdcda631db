// The connection, the server's version and its limits.
import { isLoopback } from "../service.ts";
import { type Check, combine, failed, type Finding, ok, warning } from "./check.ts";

export const OLDEST_VERSION = 15;
/** The version that supabase/config.toml names and `npm run test:hosted` proves. */
export const TESTED_VERSION = 17;
const PLATFORM_TIMEOUT_MS = 120_000;

/** The connection was opened before any check ran; this one says how. */
export const connection: Check = {
  name: "connection",
  needs: ["database"],
  async run({ sql, databaseUrl }) {
    const [row] = await sql<{ tls: string | null; login: string; database: string }[]>`
      select (select s.version from pg_catalog.pg_stat_ssl s where s.pid = pg_backend_pid() and s.ssl) as tls,
        current_user as login, current_database() as database`;
    const mode = new URL(databaseUrl).searchParams.get("sslmode");
    const what = `${row!.login} at ${row!.database}, ${row!.tls ?? "no TLS"}, sslmode ${
      mode ?? "not set"
    }`;
    if (isLoopback(databaseUrl)) return ok(what);
    if (mode === "verify-full") return ok(what);
    if (mode === "disable") {
      return failed(
        `${what}: the password and all data travel unencrypted`,
        "Remove sslmode=disable from the URL, and enforce SSL in the project's database settings.",
      );
    }
    return warning(
      `${what}: the server's certificate is not verified`,
      "Add sslmode=verify-full to the URL, with the project's certificate in NODE_EXTRA_CA_CERTS.",
    );
  },
};

export const version: Check = {
  name: "PostgreSQL version",
  needs: ["database"],
  async run({ sql }) {
    const [row] = await sql<{ major: number; text: string }[]>`
      select current_setting('server_version_num')::integer / 10000 as major,
        current_setting('server_version') as text`;
    const { major, text } = row!;
    if (major < OLDEST_VERSION) {
      return failed(
        `PostgreSQL ${text}: the migrations require ${OLDEST_VERSION} or newer`,
        "Upgrade the project's database in its infrastructure settings.",
      );
    }
    if (major > TESTED_VERSION) {
      return warning(
        `PostgreSQL ${text} is newer than ${TESTED_VERSION}, with which this version is tested`,
        "See whether the changelog of a newer version of Sluice names it.",
      );
    }
    return ok(`PostgreSQL ${text}`);
  },
};

export const limits: Check = {
  name: "limits",
  needs: ["database"],
  async run({ sql }) {
    const [row] = await sql<
      {
        timeout: string;
        timeout_ms: number;
        roles: string | null;
        most: number;
        used: number;
        compression: string;
      }[]
    >`
      select current_setting('statement_timeout') as timeout,
        (select s.setting::integer from pg_catalog.pg_settings s where s.name = 'statement_timeout') as timeout_ms,
        (select string_agg(format('%s %s', r.rolname, split_part(c, '=', 2)), ', ' order by r.rolname)
          from pg_catalog.pg_roles r cross join unnest(r.rolconfig) c
          where r.rolname in ('anon', 'authenticated', 'authenticator') and starts_with(c, 'statement_timeout='))
          as roles,
        current_setting('max_connections')::integer as most,
        (select count(*)::integer from pg_catalog.pg_stat_activity a where a.backend_type = 'client backend') as used,
        current_setting('wal_compression') as compression`;
    const { timeout, timeout_ms, roles, most, used, compression } = row!;
    const findings: Finding[] = [
      timeout_ms > 0 && timeout_ms < PLATFORM_TIMEOUT_MS
        ? warning(
          `statement_timeout ${timeout}: long tasks of the schedule may be cancelled`,
          "Set it to 120s or more: alter database postgres set statement_timeout = '120s'.",
        )
        : ok(
          `statement_timeout ${timeout_ms === 0 ? "off" : timeout}${roles ? ` (${roles})` : ""}`,
        ),
      used > most * 0.8
        ? warning(
          `${used} of ${most} connections are in use`,
          "Give the functions the pooler's URL, or choose a larger compute size.",
        )
        : ok(`${used} of ${most} connections in use`),
      // Only worth knowing: on the platform it cannot be changed, and pglz costs time, not correctness.
      ok(`wal_compression ${compression === "on" ? "on (pglz)" : compression}`),
    ];
    return combine(findings);
  },
};
