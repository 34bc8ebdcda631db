// Merging and splitting leads by hand.
import { type CommandLine, defineCommand, isUuid, leadId, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  type Database,
  orgOfLead,
  readDatabase,
  type Sql,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type Parts, partsText } from "../lead_parts.ts";
import { plural } from "../size.ts";

const FACTS = ["mak", "parcel", "address", "owner_1", "owner_2", "owner_full", "mailing"];

interface Split {
  lead: string;
  database: Database;
  contacts: string[];
  facts: string[];
  uploads: string[];
  owner: Record<string, string>;
  sameAddress: boolean;
  reason: string | null;
}

const number = (value: string | undefined, what: string): string => {
  if (!/^\d+$/.test(value ?? "")) throw new UsageError(`invalid number of a ${what}: ${value}`);
  return value!;
};

const values = (given: string | boolean | undefined): string[] =>
  (text(given) ?? "").split(",").map((value) => value.trim()).filter((value) => value !== "");

export default [
  defineCommand({
    name: "leads merge",
    description:
      "Merges a lead into another one, which gets its contacts, consents and history. Opt-outs of " +
      "either hold. Two leads with different MAKs or parcels are not merged.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<LEAD_ID>", "the lead that stays")
          .argument("<OTHER_ID>", "the lead that is merged into it"),
      ),
    read: (line) => ({
      survivor: leadId(line.operands[0]!),
      other: leadId(line.operands[1]!),
      database: readDatabase(line),
    }),
    run: ({ survivor, other, database }, io) =>
      withDatabase(database, async (sql) => {
        const org = await orgOfLead(sql, survivor);
        const [row] = await sql<{ id: string }[]>`
          select public.merge_leads(${org}, ${survivor}, ${other}, ${io.now()})::text as id`;
        print(
          io,
          database.json,
          `merge ${row!.id}: to undo it, run: sluice leads undo-merge ${survivor} ${row!.id}`,
          { ok: true, command: "leads merge", merge_id: row!.id },
        );
        return EXIT.ok;
      }),
  }),
  defineCommand({
    name: "leads undo-merge",
    description:
      "Undoes a merge that was made by hand, by an answer to a pair, or by the org's threshold.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<LEAD_ID>", "the lead that stayed").argument(
          "<MERGE>",
          "number of the merge",
        ),
      ),
    read: (line) => undoInput(line, "merge"),
    run: ({ lead, id, database }, io) =>
      undo(database, lead, io, "leads undo-merge", async (sql, org) => {
        const [row] = await sql<{ lead: string }[]>`
          select public.undo_merge(${org}, ${id}, ${io.now()}) as lead`;
        return row!.lead;
      }),
  }),
  defineCommand({
    name: "leads split",
    description:
      "Makes a lead of its own from a part of a lead that wrongly unites two. Without a choice, shows what the " +
      "lead consists of. Opt-outs and refusals hold for both, sequences stop, and no upload unites the two again.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<LEAD_ID>", "the lead that is two")
          .option("--contacts <IDS>", "numbers of its contact points, separated by commas")
          .option("--facts <NAMES>", `facts that go: ${FACTS.join(", ")}`)
          .option("--uploads <IDS>", "all that these uploads brought")
          .option("--first <NAME>", "first name of the new lead's owner")
          .option("--last <NAME>", "last name of the new lead's owner")
          .option("--full <NAME>", "full name of the new lead's owner")
          .option("--same-address", "the new lead is at the same address")
          .option("--reason <TEXT>", "stored with the split"),
      ),
    read: readSplit,
    run: runSplit,
  }),
  defineCommand({
    name: "leads undo-split",
    description: "Undoes a split: the new lead returns with everything it has got since.",
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<LEAD_ID>", "the lead that was split").argument(
          "<SPLIT>",
          "number of the split",
        ),
      ),
    read: (line) => undoInput(line, "split"),
    run: ({ lead, id, database }, io) =>
      undo(database, lead, io, "leads undo-split", async (sql, org) => {
        const [row] = await sql<{ lead: string }[]>`
          select public.undo_split(${org}, ${id}, ${io.now()}) as lead`;
        return row!.lead;
      }),
  }),
];

const undoInput = (line: CommandLine, what: string) => ({
  lead: leadId(line.operands[0]!),
  id: number(line.operands[1], what),
  database: readDatabase(line),
});

const undo = (
  database: Database,
  lead: string,
  io: Io,
  command: string,
  work: (sql: Sql, org: string) => Promise<string>,
) =>
  withDatabase(database, async (sql) => {
    const id = await work(sql, await orgOfLead(sql, lead));
    print(io, database.json, `undone: lead ${id}`, { ok: true, command, lead_id: id });
    return EXIT.ok;
  });

function readSplit(line: CommandLine): Split {
  const { options } = line;
  const facts = values(options.facts);
  const uploads = values(options.uploads);
  const wrong = facts.find((fact) => !FACTS.includes(fact));
  if (wrong !== undefined) throw new UsageError(`unknown fact ${wrong}: use ${FACTS.join(", ")}`);
  const invalid = uploads.find((upload) => !isUuid(upload));
  if (invalid !== undefined) throw new UsageError(`invalid upload id: ${invalid}`);
  const owner = Object.entries({
    first: text(options.first),
    last: text(options.last),
    full: text(options.full),
  }).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    lead: leadId(line.operands[0]!),
    database: readDatabase(line),
    contacts: values(options.contacts).map((id) => number(id, "contact point")),
    facts,
    uploads,
    owner: Object.fromEntries(owner),
    sameAddress: options.sameAddress === true,
    reason: text(options.reason),
  };
}

function runSplit(
  { lead, database, contacts, facts, uploads, owner, sameAddress, reason }: Split,
  io: Io,
): Promise<number> {
  const command = "leads split";
  return withDatabase(database, async (sql) => {
    const org = await orgOfLead(sql, lead);
    if (contacts.length + facts.length + uploads.length === 0) {
      if (Object.keys(owner).length > 0 || sameAddress) {
        throw new ClientError("choose --contacts, --facts or --uploads for the new lead");
      }
      const [row] = await sql<
        { parts: Parts }[]
      >`select public.lead_parts(${org}, ${lead}) as parts`;
      print(io, database.json, partsText(row!.parts), { ok: true, command, parts: row!.parts });
      return EXIT.ok;
    }
    const [row] = await sql<
      { result: { split_id: number; lead_id: string; contacts: number; facts: string[] } }[]
    >`
      select public.split_lead(${org}, ${lead}, ${contacts}::bigint[], ${facts}::text[], ${uploads}::uuid[],
        ${sql.json(owner)}, ${sameAddress}, ${reason}, ${io.now()}) as result`;
    const { split_id: id, lead_id: created, ...result } = row!.result;
    const went = [plural(result.contacts, "contact point"), ...result.facts].join(", ");
    print(
      io,
      database.json,
      `lead ${created} has ${went}\nto undo it, run: sluice leads undo-split ${lead} ${id}`,
      { ok: true, command, split_id: id, lead_id: created, ...result },
    );
    return EXIT.ok;
  });
}
