import postgres from "postgres";
import type { Target } from "../api.ts";
import { defineCommand, print, text } from "../command.ts";
import { isLoopback } from "../service.ts";
import { causeOf, type Reported, STATUSES } from "../doctor/check.ts";
import { DATABASE_CHECKS, HOSTED_CHECKS } from "../doctor/checks.ts";
import { type Known, runChecks } from "../doctor/run.ts";
import { EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { baseUrl, DEFAULT_SECRET_ENV } from "../service.ts";

const KEY_ENV = "SUPABASE_SECRET_KEY";
const LABELS = { "ok": "ok     ", "warning": "warning", "failed": "failed ", "not run": "not run" };

interface Input {
  hosted: boolean;
  databaseUrl: string;
  url: string;
  apiKey: string | null;
  source: Target | null;
  accessToken: string | null;
  json: boolean;
}

export default [defineCommand({
  name: "doctor",
  description:
    "Checks a database, or with --hosted a deployed project, and says what to do about each problem: the database with " +
    "its extensions, schedule, queues, rule data and row-level security; with --hosted also migrations, secrets, the " +
    "functions, keys and sign-up, and a signed upload of one row that leaves nothing " +
    `behind. The API key is read from ${KEY_ENV}, and SUPABASE_ACCESS_TOKEN if it is set. No secret is printed. ` +
    "Exits with 1 if a check failed; warnings and checks that were not run do not count as failures.",
  configure: (command) =>
    void command
      .option("--hosted", "check a deployed project, not its database alone")
      .option("--url <URL>", "base URL of the functions (or SLUICE_URL)")
      .option(
        "--db-url <URL>",
        "URL of the database, as role postgres (or DATABASE_URL, which stays out of ps)",
      )
      .option("-s, --source <KEY>", "source of the round trip (or SLUICE_SOURCE)")
      .option(
        "--secret-env <NAME>",
        `environment variable with the signing secret whsec_… (default ${DEFAULT_SECRET_ENV})`,
      )
      .option("--json", "print one JSON object on the last line of standard output"),
  read({ options, env }): Input {
    const hosted = options.hosted === true;
    const databaseUrl = text(options.dbUrl) ?? env.DATABASE_URL;
    if (!databaseUrl) throw new UsageError("--db-url or DATABASE_URL is required");
    if (!URL.canParse(databaseUrl) || !/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) {
      throw new UsageError(
        "the URL of the database must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
      );
    }
    const given = text(options.url) ?? env.SLUICE_URL;
    if (hosted && !given) {
      throw new UsageError("--url is required: https://PROJECT.supabase.co/functions/v1");
    }
    const url = baseUrl(given || "http://127.0.0.1:54321/functions/v1");
    return {
      hosted,
      databaseUrl,
      url,
      apiKey: env[KEY_ENV]?.trim() || null,
      source: sourceOf(
        url,
        text(options.source) ?? env.SLUICE_SOURCE,
        text(options.secretEnv),
        env,
      ),
      accessToken: env.SUPABASE_ACCESS_TOKEN?.trim() || null,
      json: options.json === true,
    };
  },
  async run(input, io) {
    const results: Reported[] = [];
    const report = (result: Reported) => {
      results.push(result);
      if (!input.json) io.stdout.write(`${line(result)}\n`);
    };
    const sql = postgres(input.databaseUrl, {
      max: 1,
      onnotice: () => {},
      connect_timeout: 15,
      // Works through a pooler in transaction mode, too.
      prepare: false,
      // TLS unless the database is on this machine; the URL's sslmode says how strictly.
      ...(isLoopback(input.databaseUrl) || /[?&]sslmode=/.test(input.databaseUrl)
        ? {}
        : { ssl: "require" }),
      connection: { application_name: "sluice-doctor" },
    });
    try {
      const unreachable = await sql`select`.then(() => null, (error: unknown) => error);
      if (unreachable) {
        report({
          name: "database",
          status: "failed",
          message: `cannot connect: ${describe(unreachable)}`,
          advice:
            "Check host, port and password. Direct connections are IPv6 only: from an IPv4 network use the " +
            "URL of the pooler.",
        });
      }
      for await (
        const result of runChecks(
          input.hosted ? HOSTED_CHECKS : DATABASE_CHECKS,
          knownOf(input, io, unreachable ? null : sql),
        )
      ) {
        report(result);
      }
    } finally {
      await sql.end({ timeout: 5 });
    }
    const counts = Object.fromEntries(
      STATUSES.map((
        status,
      ) => [status, results.filter((result) => result.status === status).length]),
    );
    const ok = counts.failed === 0;
    print(
      io,
      input.json,
      STATUSES.map((status) => `${counts[status]} ${status}`).join(", "),
      { ok, command: "doctor", checks: results, counts },
    );
    return ok ? EXIT.ok : EXIT.failed;
  },
})];

const line = ({ name, status, message, advice }: Reported): string =>
  `${LABELS[status]}  ${name}: ${message}${advice ? `. ${advice}` : ""}`;

const describe = (error: unknown): string =>
  causeOf(error) || String((error as { code?: unknown }).code ?? "unknown error");

/** Null without a source or its secret: the round trip is then reported as not run. */
function sourceOf(
  url: string,
  source: string | undefined,
  secretEnv: string | null,
  env: Record<string, string | undefined>,
): Target | null {
  const secret = env[secretEnv ?? DEFAULT_SECRET_ENV]?.trim();
  return source && secret ? { url, source, secret } : null;
}

function knownOf(input: Input, io: Io, sql: postgres.Sql | null): Known {
  const { databaseUrl, url, apiKey, source, accessToken } = input;
  const { origin, hostname } = new URL(url);
  return {
    io,
    sql,
    databaseUrl,
    functionsUrl: url,
    projectUrl: url.endsWith("/functions/v1") ? url.slice(0, -"/functions/v1".length) : origin,
    apiKey,
    source,
    accessToken,
    projectRef: /^([a-z]{20})[.]supabase[.]co$/.exec(hostname)?.[1] ?? null,
  };
}
