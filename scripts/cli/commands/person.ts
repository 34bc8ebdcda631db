// A person's request, from the look-up to the answer: what is on record, the copy, the erasure.
import { createHash } from "node:crypto";
import { defineCommand, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import type { Sql } from "../database.ts";
import { UsageError } from "../errors.ts";
import { answer } from "../org_command.ts";
import {
  type Answer,
  type Erased,
  erasedText,
  type Packs,
  packsText,
  prepare,
  type Proof,
  staysText,
  writeAnswer,
  writePrivately,
} from "../person/answer.ts";
import {
  addChoiceOptions,
  addPersonOptions,
  addRequestOptions,
  choose,
  findPerson,
  type Found,
  lineOf,
  openRequest,
  readPerson,
  readRequest,
  type Request,
} from "../person/request.ts";
import { plural } from "../size.ts";

interface PersonRecord {
  lead: Record<string, unknown>;
  contacts: { kind: string; value: string }[];
  records: Record<string, unknown[]>;
}

/** Thrown to roll a dry run back. */
class RolledBack extends Error {}

/** Everything on record about a lead. The access is logged by a transaction of its own, before anything is read. */
async function readRecord(
  sql: Sql,
  org: string,
  lead: string,
  reason: string,
): Promise<PersonRecord> {
  const [granted] = await sql`
    select public.request_reveal(${org}, 'person', array[${lead}]::uuid[], ${reason}) as answer`;
  const [row] = await sql`
    select public.redeem_reveal(${granted!.answer.grant_id}) -> 'record' as record`;
  return row!.record;
}

async function readRecords(sql: Sql, org: string, found: Found[], reason: string) {
  const records: PersonRecord[] = [];
  for (const { lead_id } of found) records.push(await readRecord(sql, org, lead_id, reason));
  return records;
}

const summaryOf = ({ lead, contacts, records }: PersonRecord): string[] => [
  String(lead.id),
  ...Object.entries(lead).filter(([name]) => /^(owner|situs|mailing)_/.test(name))
    .map(([name, value]) => `  ${name}: ${value}`),
  ...contacts.map(({ kind, value }) => `  ${kind}: ${value}`),
  ...Object.entries(records).filter(([, rows]) => rows.length > 0)
    .map(([table, rows]) => `  ${table}: ${plural(rows.length, "row")}`),
];

const orgName = async (sql: Sql, org: string): Promise<string> =>
  (await sql<{ name: string }[]>`select name from public.orgs where id = ${org}`)[0]!.name;

const proofOf = async (sql: Sql, org: string, action: string, { id }: Request) =>
  (await sql<{ proof: Proof | null }[]>`
    select private.audit_proof(${org}, ${action}, ${id}) as proof`)[0]!.proof;

const logged = ({ id, received_on, due_on }: Request) => ({ request_id: id, received_on, due_on });

export default [
  defineCommand({
    name: "person find",
    description:
      "Finds the leads of a person by phone, e-mail, or name and address (of the property or for mail).",
    configure: (command) => void addPersonOptions(command),
    read: readPerson,
    run: ({ person, ...input }, io) =>
      answer("person find", input, io, async (sql, org) => {
        const found = await findPerson(sql, org, person);
        return {
          text: found.map(lineOf).join("\n") || "Not on record.",
          object: { found },
          ok: found.length > 0,
        };
      }),
  }),
  defineCommand({
    name: "person show",
    description:
      "Shows what is on record about a person, with plain values; --json prints all of it. The access is logged.",
    configure: (command) =>
      void addChoiceOptions(command)
        .option("--reason <TEXT>", "reason, for the log (default: sluice person show)"),
    read: (line) => ({
      ...readPerson(line),
      reason: text(line.options.reason) ?? "sluice person show",
    }),
    run: ({ person, reason, ...input }, io) =>
      answer("person show", input, io, async (sql, org) => {
        const found = choose(await findPerson(sql, org, person), person);
        const records = await readRecords(sql, org, found, reason);
        return {
          text: records.flatMap(summaryOf).join("\n") || "Not on record.",
          object: { records },
          ok: found.length > 0,
        };
      }),
  }),
  defineCommand({
    name: "person export",
    description:
      "Answers a request to see the data about a person: writes everything on record (record.json), a letter " +
      "(answer.txt) and the same for programs (answer.json) into a folder, and the answer with the hash of the file " +
      "into the audit log.",
    configure: (command) =>
      void addRequestOptions(command)
        .option("--out <FOLDER>", "where to write, readable by you only (required)"),
    read: (line) => {
      const given = readRequest(line);
      if (given.folder === null) throw new UsageError("--out is required: a folder");
      return { ...readPerson(line), given, folder: given.folder };
    },
    run: ({ person, given, folder, ...input }, io) =>
      answer("person export", input, io, async (sql, org) => {
        const request = openRequest(given, io.now());
        const leads = choose(await findPerson(sql, org, person), person);
        await prepare(folder);
        const records = await readRecords(sql, org, leads, `request of ${request.requester}`);
        const [row] = await sql<{ packs: Packs }[]>`
          select private.person_in_packs(${org}, ${person.phone}, ${person.email}) as packs`;
        const body = `${JSON.stringify({ request, records, packs: row!.packs }, null, 2)}\n`;
        const sha256 = createHash("sha256").update(body).digest("hex");
        await writePrivately(folder, "record.json", body);
        await sql`
          select private.record_audit(${org}, 'person.exported', ${request.id}, ${
          sql.json({ ...logged(request), leads: leads.map((one) => one.lead_id), sha256 })
        })`;
        const done: Answer = {
          kind: "export",
          org: await orgName(sql, org),
          request,
          answered_on: io.now().toISOString().slice(0, 10),
          leads,
          proof: await proofOf(sql, org, "person.exported", request),
          record: { file: "record.json", sha256 },
          packs: packsText(row!.packs),
        };
        await writeAnswer(folder, done);
        return {
          text: `${
            plural(leads.length, "lead")
          } in ${folder}; the answer is due on ${request.due_on}`,
          object: { folder, answer: done },
        };
      }),
  }),
  defineCommand({
    name: "person erase",
    description:
      "Answers a request to erase: erases the person behind the leads that are found, suppresses the phone and e-mail of " +
      "the request for good (also where no lead has them), writes it into the audit log and prints what was erased and " +
      "what stays. With --out, a letter (answer.txt) and the same for programs (answer.json). --dry-run does it and " +
      "takes it back.",
    configure: (command) =>
      void addYesOption(
        addRequestOptions(command)
          .option("--out <FOLDER>", "where to write the answer, readable by you only")
          .option("--dry-run", "say what would be erased and what would stay"),
      ),
    read: (line) => ({
      ...readPerson(line),
      given: readRequest(line),
      dryRun: line.options.dryRun === true,
      yes: saysYes(line),
    }),
    run: ({ person, given, dryRun, yes, ...input }, io) =>
      answer("person erase", input, io, async (sql, org) => {
        const request = openRequest(given, io.now());
        const leads = choose(await findPerson(sql, org, person), person);
        const values = [person.phone, person.email].filter((value) => value !== null).length;
        if (leads.length === 0 && values === 0) {
          return { text: "Not on record.", object: { leads: [] }, ok: false };
        }
        if (!dryRun) {
          await confirm(
            `This erases ${
              plural(leads.length, "lead")
            } and suppresses what was given for good:\n` +
              leads.map((one) => `  ${lineOf(one)}\n`).join(""),
            yes,
            io,
          );
          if (request.folder !== null) await prepare(request.folder);
        }
        const erased = await erase(sql, org, leads, person, request, io.now(), dryRun);
        const done: Answer = {
          kind: "erase",
          org: await orgName(sql, org),
          request,
          answered_on: io.now().toISOString().slice(0, 10),
          leads,
          proof: dryRun ? null : await proofOf(sql, org, "person.erased", request),
          erased,
        };
        if (request.folder !== null && !dryRun) await writeAnswer(request.folder, done);
        return {
          text: [
            ...packsText(erased.packs).map((part) =>
              `${dryRun ? "would erase" : "erased"} ${part}`
            ),
            ...erased.leads.flatMap((kept) => [
              `${dryRun ? "would erase" : "erased"} ${kept.lead_id}: ${erasedText(kept)}`,
              "What stays:",
              ...staysText(kept),
            ]),
            `${plural(erased.suppressed, "value")} of the request ${
              dryRun ? "would be " : ""
            }suppressed`,
          ].join("\n"),
          object: { dry_run: dryRun, answer: done },
        };
      }),
  }),
];

async function erase(
  sql: Sql,
  org: string,
  leads: Found[],
  { phone, email }: { phone: string | null; email: string | null },
  request: Request,
  now: Date,
  dryRun: boolean,
): Promise<Erased> {
  let erased: Erased | null = null;
  try {
    await sql.begin(async (tx) => {
      const [row] = await tx`
        select private.erase_person(${org}, ${
        leads.map((one) => one.lead_id)
      }::uuid[], ${phone}, ${email},
          ${`request of ${request.requester}, ${request.received_on}`}, ${
        tx.json(logged(request))
      }, ${now}) as erased`;
      erased = row!.erased;
      if (dryRun) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return erased!;
}
