// Checks of the built database: drift, generated types, the Supabase CLI's linters.
import { connect, createTestDatabase, type Server } from "../dev/database.ts";
import { databaseDiff, describeDrift, findDrift, withBoth } from "../dev/diff.ts";
import { plainUrl, supabase } from "../dev/supabase.ts";
import { typesAreCurrent } from "../dev/types.ts";
import { type Check, check } from "./check.ts";

/** Structure, rows and jobs of a database built from sql/ and of one built from the migrations. */
export async function drift(server: Server): Promise<Check[]> {
  return await withBoth(server, async (fromMigrations, fromSql) => {
    const found = await findDrift(fromMigrations.url, fromSql.url);
    const list = (part: Partial<typeof found>) =>
      describeDrift({ structure: [], data: [], jobs: [], ...part }).slice(0, 20).join("\n");
    return [
      check(
        "objects of sql/ and of the migrations are equal",
        list({ structure: found.structure }),
      ),
      check("reference data and queues of both are equal", list({ data: found.data })),
      check("cron jobs of both are equal", list({ jobs: found.jobs })),
      check(
        "supabase db diff between both is empty",
        await databaseDiff(fromMigrations.url, fromSql.url),
      ),
    ];
  });
}

export async function generatedTypes(server: Server): Promise<Check[]> {
  const current = await typesAreCurrent(server);
  return [check("supabase/types.gen.ts is current", current ? "" : "Run npm run db:types.")];
}

interface LintResult {
  function: string;
  issues: {
    level: string;
    message: string;
    statement?: { lineNumber: string };
    context?: string;
  }[];
}

interface Advice {
  name: string;
  level: "INFO" | "WARN" | "ERROR";
  detail: string;
  metadata?: { schema?: string; name?: string };
}

/** Advice that does not apply, and why. */
function isExpected(advice: Advice): boolean {
  const { schema, name } = advice.metadata ?? {};
  // A SET clause would prevent inlining; test/sql/platform/house_rules.sql checks that they are SQL, not exposed, and
  // run as their caller.
  if (advice.name === "function_search_path_mutable") return schema === "private";
  if (advice.level !== "INFO") return false;
  // pg-boss brings its own tables.
  if (schema === "pgboss") return true;
  // A new database has not used any index yet.
  if (advice.name === "unused_index") return true;
  // Only the owner and definer functions read these, so they need no policy.
  if (advice.name === "rls_enabled_no_policy") return schema === "private";
  // Unlogged working tables, keyed by what is being loaded, and daily counts: parts of their key may be null, so a
  // unique constraint where nulls are equal keeps each once.
  if (advice.name === "no_primary_key") {
    return schema === "private" && /^(stage_|resolve_)|_(daily|sums|counts)$/.test(name ?? "");
  }
  return false;
}

export async function advisors(server: Server): Promise<Check[]> {
  const database = await createTestDatabase(server);
  const remote = `--remote=${plainUrl(database.adminUrl)}`;
  // The CLI would create it as the owner of the schema, who lacks the right.
  const sql = connect(database.adminUrl);
  await sql`create extension if not exists plpgsql_check with schema extensions`;
  await sql.end();
  const common = ["--fail-on", "none", "--output-format", "json"];
  try {
    const lint = await supabase(
      ...["db", "lint", remote, "--schema", "public,private", "--level", "warning", ...common],
    );
    const found = lint.status === 0 ? JSON.parse(lint.stdout).results as LintResult[] | null : null;
    const problems = (found ?? []).flatMap((result) =>
      result.issues.filter((issue) => /^(warning|error)/.test(issue.level)).map((issue) =>
        `${result.function}:${
          issue.statement?.lineNumber ?? ""
        }: ${issue.level}: ${issue.message}` +
        (issue.context ? ` (${issue.context})` : "")
      )
    );
    const advice = await supabase("db", "advisors", remote, "--level", "info", ...common);
    const advised = advice.status === 0
      ? JSON.parse(advice.stdout).results as Advice[] | null
      : null;
    const open = (advised ?? []).filter((item) => !isExpected(item))
      .map((item) => `${item.level} ${item.name}: ${item.detail}`);
    return [
      check(
        "supabase db lint",
        lint.status === 0 ? problems.join("\n") : lint.stderr + lint.stdout,
      ),
      check(
        "supabase db advisors",
        advice.status === 0 ? open.join("\n") : advice.stderr + advice.stdout,
      ),
    ];
  } finally {
    await database.drop();
  }
}
