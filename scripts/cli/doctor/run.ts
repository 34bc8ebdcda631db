// Runs checks one after the other. A check that fails, for whatever reason, does not stop the others.
import type { Sql } from "../database.ts";
import {
  causeOf,
  type Check,
  type Context,
  failed,
  type Finding,
  type Need,
  notRun,
} from "./check.ts";
import type { Reported } from "./check.ts";

/** The context, where some of what checks need may be missing. */
export type Known = Omit<Context, "sql" | Need | "projectRef"> & {
  sql: Sql | null;
  apiKey: string | null;
  source: Context["source"] | null;
  accessToken: string | null;
  projectRef: string | null;
};

const MISSING: Record<Need, { has: (known: Known) => boolean; finding: Finding }> = {
  database: {
    has: ({ sql }) => sql !== null,
    finding: notRun("the database cannot be reached"),
  },
  apiKey: {
    has: ({ apiKey }) => apiKey !== null,
    finding: notRun("no API key", "Set SUPABASE_SECRET_KEY to a secret key of the project."),
  },
  source: {
    has: ({ source }) => source !== null,
    finding: notRun(
      "no source",
      "Name a source with --source and set SLUICE_SECRET to its secret.",
    ),
  },
  accessToken: {
    has: ({ accessToken, projectRef }) => accessToken !== null && projectRef !== null,
    finding: notRun(
      "no access token",
      "To see deployed versions and sizes, set SUPABASE_ACCESS_TOKEN, with the URL of a hosted project.",
    ),
  },
};

export async function* runChecks(
  checks: readonly Check[],
  known: Known,
): AsyncGenerator<Reported> {
  for (const { name, needs, run } of checks) {
    const lacking = needs.find((need) => !MISSING[need].has(known));
    if (lacking) {
      yield { name, ...MISSING[lacking].finding };
      continue;
    }
    try {
      yield { name, ...await run(known as Context) };
    } catch (error) {
      yield {
        name,
        ...failed(`the check could not be completed: ${causeOf(error)}`, adviceFor(error)),
      };
    }
  }
}

function adviceFor(error: unknown): string {
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  if (code === "42501") return "Use the connection string of the role postgres.";
  if (/^(42P01|3F000|42883|42703)$/.test(code)) {
    return "Something that Sluice needs is missing in the database: run `npx supabase db push --remote`.";
  }
  return "Check the URL and the connection, then run the doctor again.";
}
