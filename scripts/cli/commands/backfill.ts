// After a change of the rules: what was worked out from stored values is worked out again.
import { defineCommand } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, readDatabase } from "../database.ts";
import { addOrgOptions, answer, answerFromDatabase, readOrg } from "../org_command.ts";

export default [
  defineCommand({
    name: "backfill addresses",
    description:
      "Brings the address keys of leads to the current version of the address rules. A release that changes the rules " +
      "does it in its migration; this repeats it, for example after a restore of an older backup. Writes of leads wait " +
      "meanwhile. Safe to repeat.",
    configure: (command) => void addYesOption(addDatabaseOptions(command)),
    read: (line) => ({ yes: saysYes(line), database: readDatabase(line) }),
    run: ({ yes, database }, io) =>
      answerFromDatabase("backfill addresses", database, io, async (sql) => {
        await confirm("Uploads and edits of leads wait until this is done.", yes, io);
        const changed = await sql.begin(async (tx) => {
          await tx`set local statement_timeout = 0`;
          // The address stays what it was, only its key changes: there is nothing to record.
          await tx`alter table public.leads disable trigger user`;
          const [row] = await tx<{ changed: { leads: number; without_address_key: number } }[]>`
            select private.rehash_addresses() as changed`;
          await tx`alter table public.leads enable trigger user`;
          return row!.changed;
        });
        return {
          text:
            `${changed.leads} leads have a new address key, ${changed.without_address_key} none any more`,
          object: changed,
        };
      }),
  }),
  defineCommand({
    name: "backfill scores",
    description: "Has the worker score every lead of an org again with the active version.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("backfill scores", input, io, async (sql, org) => {
        const [row] = await sql<{ job: string | null }[]>`
          select private.send_job('score-leads', jsonb_build_object('org_id', ${org}::text, 'task', 'score-leads',
            'all', true), ${org} || ' all') as job
          where exists (select from public.score_versions v where v.org_id = ${org} and v.state = 'active')`;
        return {
          text: row === undefined
            ? "The org has no active version of a score: sluice score activate"
            : row.job === null
            ? "a job for it waits already"
            : "the worker scores all leads",
          object: { job: row?.job ?? null },
          ok: row !== undefined,
        };
      }),
  }),
];
