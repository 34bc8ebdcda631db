// Retention: what an org keeps how long, and deleting what is past it, without waiting for the night.
import { defineCommand } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, readDatabase } from "../database.ts";
import { answerFromDatabase } from "../org_command.ts";

/** Seconds of one transaction of `retention run`. */
const TURN_SECONDS = 10;

interface Policy {
  org_id: string;
  name: string;
  raw_days: number;
  events_months: number | null;
  calls_months: number | null;
  decision_years: number;
  uploads_due: number;
  oldest_upload: Date | null;
}

interface Month {
  what: string;
  month: string;
  may_drop: boolean;
}

const kept = (months: number | null): string => months === null ? "always" : `${months} months`;

export default [
  defineCommand({
    name: "retention show",
    description:
      "Shows for each org how long it keeps stored uploads, rejected rows and bodies of webhooks (raw_days), steps of " +
      "the funnel with deliveries of webhooks (events_months), calls to data providers (calls_months) and decisions of " +
      "the gate (decision_years), what is past that, and which months would be dropped. `sluice org set ORG raw_days=N` " +
      "changes it.",
    configure: (command) => void addDatabaseOptions(command),
    read: readDatabase,
    run: (database, io) =>
      answerFromDatabase("retention show", database, io, async (sql) => {
        const policies = await sql<Policy[]>`
          select o.id as org_id, o.name, coalesce((o.settings ->> 'raw_days')::integer, 30) as raw_days,
            (o.settings ->> 'events_months')::integer as events_months,
            (o.settings ->> 'calls_months')::integer as calls_months,
            coalesce((o.settings ->> 'decision_years')::integer, 5) as decision_years,
            count(distinct u.id) filter (where private.raw_until(o.settings,
              coalesce(u.completed_at, u.received_at)) < ${io.now()}::timestamptz)::float8 as uploads_due,
            min(u.received_at) as oldest_upload
          from public.orgs o
          left join public.uploads u on u.org_id = o.id and u.state in ('completed', 'undone', 'failed')
            and exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
              where p.upload_id = u.id)
          group by o.id order by o.created_at, o.id`;
        const months = await sql<Month[]>`
          select what, right(partition_name, 7) as month, may_drop
          from private.history_months(${io.now()})`;
        return {
          text: [
            ...policies.map((one) =>
              `${one.name}: raw data ${one.raw_days} days, events ${kept(one.events_months)}, ` +
              `calls ${kept(one.calls_months)}, decisions ${one.decision_years} years; ` +
              (one.oldest_upload
                ? `oldest stored upload of ${
                  one.oldest_upload.toISOString().slice(0, 10)
                }, ${one.uploads_due} due`
                : "no stored upload")
            ),
            ...months.map(({ what, month, may_drop }) =>
              `${month.replace("_", "-")} of ${what}: ${
                may_drop ? "is dropped" : "another org keeps it"
              }`
            ),
          ].join("\n") || "No orgs.",
          object: { policies, months },
        };
      }),
  }),
  defineCommand({
    name: "retention run",
    description:
      "Deletes now what the daily tasks would delete: stored uploads, rejected rows and bodies of webhooks past the " +
      "days of their org, events, calls and decisions past its months and years (whole months at once where no org keeps " +
      "them, else in batches), and old replay guards. Can be interrupted and run again.",
    configure: (command) => void addYesOption(addDatabaseOptions(command)),
    read: (line) => ({ yes: saysYes(line), database: readDatabase(line) }),
    run: ({ yes, database }, io) =>
      answerFromDatabase("retention run", database, io, async (sql) => {
        await confirm(
          "This deletes what is past its days; it cannot be replayed afterwards.",
          yes,
          io,
        );
        const [dropped] = await sql<{ months: number }[]>`
          select private.drop_old_months(${io.now()}) as months`;
        const deleted: Record<string, number> = { months: dropped!.months };
        for (let complete = false; !complete;) {
          // Each turn is a transaction of its own, so that what was deleted stays deleted.
          const [row] = await sql<{ done: Record<string, number> & { complete: boolean } }[]>`
            select private.purge_expired(${io.now()}, ${TURN_SECONDS}) as done`;
          const { complete: isComplete, ...counts } = row!.done;
          complete = isComplete;
          for (const [what, n] of Object.entries(counts)) {
            deleted[what] = (deleted[what] ?? 0) + n;
          }
        }
        return {
          text: `deleted: ${Object.entries(deleted).map(([what, n]) => `${n} ${what}`).join(", ")}`,
          object: { deleted },
        };
      }),
  }),
];
