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
        .option("--out <FILE>", "write to FILE, readable by you only (default: standard output)"),
    ),
  read: (line) => ({
    lead: leadId(line.operands[0]!),
    file: text(line.options.out),
    database: readDatabase(line),
  }),
  async run({ lead, file, database }, io) {
    const record = await withDatabase(database, async (sql) => {
      const org = await orgOfLead(sql, lead);
      const [row] = await sql`select public.export_person(${org}, ${lead}) as record`;
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
