// Data providers: a look whether their answers are as documented, and what calls to them may cost.
import {
  differs,
  type Seen,
  takeTour,
} from "../../../edge-functions/_shared/providers/gateway/tour.ts";
import {
  DATA_PROVIDERS,
  OFF_PROVIDERS,
} from "../../../edge-functions/_shared/providers/registry/data.ts";
import { defineCommand, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  withDatabase,
} from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";
import { plural } from "../size.ts";

function providerOf(name: string) {
  const off = OFF_PROVIDERS.get(name);
  if (off !== undefined) throw new UsageError(`${name} is off: ${off} (docs/providers.md)`);
  const provider = DATA_PROVIDERS.get(name);
  if (!provider) {
    throw new UsageError(
      `unknown provider ${name}; known: ${[...DATA_PROVIDERS.keys()].join(", ")}`,
    );
  }
  return provider;
}

function dollars(option: string, value: string | boolean | undefined): string | null {
  const given = text(value);
  if (given === null || given === "none") return given;
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(given)) {
    throw new UsageError(`${option} must be an amount in dollars such as 25 or 0.5, or none`);
  }
  return given;
}

const said = ({ title, expected, outcome, code, drift }: Seen): string =>
  [
    outcome === expected
      ? `ok       ${title}`
      : `DIFFERS  ${title}: ${outcome}${code ? ` (${code})` : ""}, expected ${expected}`,
    ...drift.map(({ path, problem }) => `DIFFERS  ${title}: ${problem} at ${path}`),
  ].join("\n");

interface Budget {
  provider: string;
  period: string;
  limit_usd: string | null;
  spent_usd: string;
  reserved_usd: string;
  left_usd: string | null;
  refused: number;
  refused_usd: string;
  unconfirmed: number;
  unconfirmed_usd: string;
}

const line = (b: Budget): string =>
  `${b.provider} per ${b.period}: ${
    b.limit_usd === null ? "no budget" : `$${b.limit_usd}, $${b.left_usd} left`
  }, $${b.spent_usd} spent, $${b.reserved_usd} reserved` +
  (b.refused > 0 ? `, ${plural(b.refused, "call")} refused ($${b.refused_usd})` : "") +
  (b.unconfirmed > 0
    ? `, ${plural(b.unconfirmed, "call")} unconfirmed ($${b.unconfirmed_usd})`
    : "");

export default [
  defineCommand({
    name: "provider check",
    description:
      "Makes the free calls of a provider's tour with the keys in the environment, and prints where the answers differ " +
      "from the documentation that Sluice was written against. Changes nothing, here or there.",
    configure: (command) =>
      void command.argument("<NAME>")
        .option("--account <NAME>", "account whose keys carry its name (default: default)")
        .option("--json", "print one JSON object on the last line of standard output"),
    read: ({ operands, options, env }) => ({
      provider: providerOf(operands[0]!),
      account: text(options.account) ?? "default",
      json: options.json === true,
      env,
    }),
    async run({ provider, account, json, env }, io) {
      const settings = provider.settings(account, env);
      if (settings === null) {
        throw new UsageError(
          `the environment has no keys for ${provider.name} (docs/providers.md)`,
        );
      }
      const seen = await takeTour(provider, settings);
      const skipped = provider.tour.length - seen.length;
      const ok = skipped === 0 && !seen.some(differs);
      print(
        io,
        json,
        [
          `${provider.name}, documentation of ${provider.docs.read}: ${provider.docs.url}`,
          ...seen.map(said),
          ...(skipped > 0 ? [`${plural(skipped, "call")} not made`] : []),
        ].join("\n"),
        { ok, command: "provider check", provider: provider.name, seen, skipped },
      );
      return ok ? EXIT.ok : EXIT.failed;
    },
  }),
  defineCommand({
    name: "provider budget",
    description:
      "Shows what data calls may cost, have cost and were refused; with NAME and --day or --month, sets a budget. " +
      "Without a budget, only calls without a cost are made.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("[NAME]")
          .option("--org <ORG>", "id or name of the org (required)")
          .option("--day <USD>", "the most that a local date may cost; none: no limit per day")
          .option(
            "--month <USD>",
            "the most that a calendar month may cost; none: no limit per month",
          ),
      ),
    read: (given) => {
      const [name = null] = given.operands;
      const limits = {
        day: dollars("--day", given.options.day),
        month: dollars("--month", given.options.month),
      };
      if (name === null && (limits.day !== null || limits.month !== null)) {
        throw new UsageError("NAME is required to set a budget");
      }
      if (name !== null) providerOf(name);
      return { name, limits, org: requireOrg(given), database: readDatabase(given) };
    },
    async run({ name, limits, org, database }, io) {
      const budgets = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        for (const [period, limit] of Object.entries(limits)) {
          if (limit === null) continue;
          if (limit === "none") {
            await sql`delete from public.provider_budgets
              where org_id = ${id} and provider = ${name} and period = ${period}`;
          } else {
            await sql`
              insert into public.provider_budgets (org_id, provider, period, limit_usd)
              values (${id}, ${name}, ${period}, ${limit})
              on conflict (org_id, provider, period) do update set limit_usd = excluded.limit_usd`;
          }
        }
        return await sql<Budget[]>`
          select provider, period, trim_scale(limit_usd)::text as limit_usd, trim_scale(spent_usd)::text as spent_usd,
            trim_scale(reserved_usd)::text as reserved_usd, trim_scale(left_usd)::text as left_usd, refused,
            trim_scale(refused_usd)::text as refused_usd, unconfirmed,
            trim_scale(unconfirmed_usd)::text as unconfirmed_usd
          from public.provider_budget_status(${id}) where ${name}::text is null or provider = ${name}`;
      });
      const lines = budgets.length > 0 ? budgets.map(line) : ["no budgets and no data calls"];
      print(io, database.json, lines.join("\n"), { ok: true, command: "provider budget", budgets });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "provider reconcile",
    description:
      "Ends the calls of which nobody knows whether the provider charged them (no answer came, or the worker died), " +
      "after a look at its invoice. The same questions may be asked again.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<NAME>")
          .option("--org <ORG>", "id or name of the org (required)")
          .option("--charged", "they were charged: their cost is spent")
          .option("--not-charged", "they were not charged: their cost is released"),
      ),
    read: (given) => {
      const { charged, notCharged } = given.options;
      if ((charged === true) === (notCharged === true)) {
        throw new UsageError("one of --charged and --not-charged is required");
      }
      return {
        name: providerOf(given.operands[0]!).name,
        charged: charged === true,
        org: requireOrg(given),
        database: readDatabase(given),
      };
    },
    async run({ name, charged, org, database }, io) {
      const result = await withDatabase(database, async (sql) => {
        const [row] = await sql<{ result: { calls: number; cost_usd: number } }[]>`
          select public.reconcile_calls(${await findOrg(sql, org)}, ${name}, ${charged}) as result`;
        return row!.result;
      });
      print(
        io,
        database.json,
        `${plural(result.calls, "call")}, $${result.cost_usd} ${charged ? "spent" : "released"}`,
        { ok: true, command: "provider reconcile", ...result },
      );
      return EXIT.ok;
    },
  }),
];
