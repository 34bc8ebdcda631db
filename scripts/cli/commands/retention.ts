// Retention: what an org keeps how long, and deleting what is past it, without waiting for the night.
import { defineCommand } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, readDatabase } from "../database.ts";
import { answerFromDatabase } from "../org_command.ts";

interface Policy {
  org_id: string;
  name: string;
  raw_days: number;
  uploads_due: number;
  oldest_upload: Date | null;
}

export default [
  defineCommand({
    name: "retention show",
    description:
      "Shows for each org how many days stored uploads, rejected rows and bodies of webhooks are kept, and how many " +
      "uploads are past that. `sluice org set ORG raw_days=N` changes it.",
    configure: (command) => void addDatabaseOptions(command),
    read: readDatabase,
    run: (database, io) =>
      answerFromDatabase("retention show", database, io, async (sql) => {
        const policies = await sql<Policy[]>`
          select o.id as org_id, o.name, coalesce((o.settings ->> 'raw_days')::integer, 30) as raw_days,
            count(distinct u.id) filter (where coalesce(u.completed_at, u.received_at) < ${io.now()}::timestamptz
              - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30)))::float8 as uploads_due,
            min(u.received_at) as oldest_upload
          from public.orgs o
          left join public.uploads u on u.org_id = o.id and u.state in ('completed', 'undone', 'failed')
            and exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
              where p.upload_id = u.id)
          group by o.id order by o.created_at, o.id`;
        return {
          text: policies.map((one) =>
            `${one.name}: ${one.raw_days} days; ` +
            (one.oldest_upload
              ? `oldest stored upload of ${
                one.oldest_upload.toISOString().slice(0, 10)
              }, ${one.uploads_due} due`
              : "no stored upload")
          ).join("\n") || "No orgs.",
          object: { policies },
        };
      }),
  }),
  defineCommand({
    name: "retention run",
    description:
      "Deletes now what the daily task would delete: stored uploads, rejected rows and bodies of webhooks past the " +
      "days of their org, old replay guards, and decisions of the gate after five years, by whole months.",
    configure: (command) => void addYesOption(addDatabaseOptions(command)),
    read: (line) => ({ yes: saysYes(line), database: readDatabase(line) }),
    run: ({ yes, database }, io) =>
      answerFromDatabase("retention run", database, io, async (sql) => {
        await confirm(
          "This deletes what is past its days; it cannot be replayed afterwards.",
          yes,
          io,
        );
        const [row] = await sql<{ deleted: Record<string, number>; months: number }[]>`
          select private.purge_expired(${io.now()}) as deleted, private.drop_expired_decisions(${io.now()}) as months`;
        const deleted = { ...row!.deleted, decision_months: row!.months };
        return {
          text: `deleted: ${Object.entries(deleted).map(([what, n]) => `${n} ${what}`).join(", ")}`,
          object: { deleted },
        };
      }),
  }),
];
