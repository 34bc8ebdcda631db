// What data calls were made, what the cache saved, and what a lead, a verified contact and a booking cost.
import { defineCommand, integer, print } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  withDatabase,
} from "../database.ts";
import { EXIT } from "../errors.ts";
import { plural } from "../size.ts";

interface Usage {
  provider: string;
  endpoint: string;
  calls: number;
  cached: number;
  cost_usd: string;
  saved_usd: string;
  failed: number;
  p95_ms: number | null;
}

interface Costs {
  month: string;
  cost_usd: string;
  leads: number;
  cost_per_lead: string | null;
  verified_contacts: number;
  cost_per_verified_contact: string | null;
  bookings: number;
  cost_per_booking: string | null;
}

interface Difference {
  provider: string;
  endpoint: string;
  path: string;
  problem: string;
  times: number;
}

const per = (cost: string | null, what: string) => cost === null ? "" : `, $${cost} per ${what}`;
const share = ({ calls, cached }: Usage) => Math.round(100 * cached / Math.max(1, calls + cached));

export default [
  defineCommand({
    name: "usage",
    description:
      "Shows the calls to data providers: how many were made and how many the cache answered, their cost, and the cost " +
      "per lead, per verified contact and per booking; and where answers differ from the documentation.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--days <N>", "the last N days (default: 30)"),
      ),
    read: (line) => ({
      org: requireOrg(line),
      days: integer("--days", line.options.days, 30, 1, 3650),
      database: readDatabase(line),
    }),
    async run({ org, days, database }, io) {
      const found = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        const usage = await sql<Usage[]>`
          select u.provider, u.endpoint, sum(u.calls)::int as calls, sum(u.cached)::int as cached,
            trim_scale(sum(u.cost_usd))::text as cost_usd,
            trim_scale(round(sum(u.cached) * sum(u.cost_usd) / nullif(sum(u.calls), 0), 6))::text as saved_usd,
            sum(u.failed)::int as failed, max(u.p95_ms) as p95_ms
          from public.provider_usage u
          where u.org_id = ${id} and u.day > private.org_date(${id}, now()) - ${days}::int
          group by u.provider, u.endpoint order by u.provider, u.endpoint`;
        const costs = await sql<Costs[]>`
          select c.month::text, trim_scale(c.cost_usd)::text as cost_usd, c.leads::int,
            trim_scale(c.cost_per_lead)::text as cost_per_lead, c.verified_contacts::int,
            trim_scale(c.cost_per_verified_contact)::text as cost_per_verified_contact, c.bookings::int,
            trim_scale(c.cost_per_booking)::text as cost_per_booking
          from public.provider_unit_costs c
          where c.org_id = ${id} and c.month > private.org_date(${id}, now()) - ${days}::int - 31
          order by c.month`;
        const drift = await sql<Difference[]>`
          select d.provider, d.endpoint, d.path, d.problem, d.times::int from public.provider_drift d
          where d.org_id = ${id} order by d.provider, d.endpoint, d.path`;
        return { usage, costs, drift };
      });
      const lines = [
        ...found.usage.map((u) =>
          `${u.provider} ${u.endpoint}: ${
            plural(u.calls, "call")
          }, $${u.cost_usd}, ${u.cached} from the cache ` +
          `(${share(u)} %, about $${u.saved_usd ?? "0"} saved), ${u.failed} failed` +
          (u.p95_ms === null ? "" : `, 95 % within ${u.p95_ms} ms`)
        ),
        ...found.costs.map((c) =>
          `${c.month.slice(0, 7)}: $${c.cost_usd} for ${plural(c.leads, "lead")}${
            per(c.cost_per_lead, "lead")
          }` +
          `${per(c.cost_per_verified_contact, "verified contact")}${
            per(c.cost_per_booking, "booking")
          }`
        ),
        ...found.drift.map((d) =>
          `${d.provider} ${d.endpoint} differs from its documentation: ${d.problem} at ${d.path}, ` +
          plural(d.times, "time")
        ),
      ];
      print(io, database.json, lines.join("\n") || "no data calls", {
        ok: true,
        command: "usage",
        ...found,
      });
      return EXIT.ok;
    },
  }),
];
