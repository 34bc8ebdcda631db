import { writeFile } from "node:fs/promises";
import { defineCommand, leadId, print, text } from "../command.ts";
import { addDatabaseOptions, orgOfLead, readDatabase, withDatabase } from "../database.ts";
import { EXIT } from "../errors.ts";

export default [defineCommand({
  name: "export",
  description:
    "Exports everything on record about a person as JSON, with contact values in plain text, for a " +
    "lawyer or a data request. The access is logged.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<LEAD_ID>")
        .option("--out <FILE>", "write to FILE, readable by you only (default: standard output)")
        .option("--reason <TEXT>", "reason of the export, for the log (default: sluice export)"),
    ),
  read: (line) => ({
    lead: leadId(line.operands[0]!),
    file: text(line.options.out),
    reason: text(line.options.reason) ?? "sluice export",
    database: readDatabase(line),
  }),
  async run({ lead, file, reason, database }, io) {
    const record = await withDatabase(database, async (sql) => {
      const org = await orgOfLead(sql, lead);
      // Logged by a transaction of its own, before anything is read.
      const [granted] = await sql`
        select public.request_reveal(${org}, 'person', array[${lead}]::uuid[], ${reason}) as answer`;
      const [row] = await sql`
        select public.redeem_reveal(${granted!.answer.grant_id}) -> 'record' as record`;
      return row!.record;
    });
    const json = JSON.stringify(record, null, 2);
    if (file === null) print(io, database.json, json, record);
    else {
      // Other users of the folder must not read it.
      await writeFile(file, `${json}\n`, { mode: 0o600 });
      print(io, database.json, file, { ok: true, command: "export", file });
    }
    return EXIT.ok;
  },
})];
