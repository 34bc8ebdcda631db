import { defineCommand, leadId, print, text } from "../command.ts";
import { addDatabaseOptions, orgOfLead, readDatabase, withDatabase } from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";

export default [defineCommand({
  name: "erase",
  description:
    "Erases the person behind a lead and lists what the law requires to be kept: suppressions as " +
    "hashes, consents, decisions and contact attempts.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<LEAD_ID>")
        .option("--reason <TEXT>", "requester and date of the request; stored (required)"),
    ),
  read(line) {
    const lead = leadId(line.operands[0]!);
    const reason = text(line.options.reason);
    if (reason === null || reason.trim().length < 3) {
      throw new UsageError("--reason is required: the requester and the date of the request");
    }
    return { lead, reason, database: readDatabase(line) };
  },
  async run({ lead, reason, database }, io) {
    const kept = await withDatabase(database, async (sql) => {
      const org = await orgOfLead(sql, lead);
      const [row] = await sql`
        select public.erase_lead(${org}, ${lead}, ${reason}, ${io.now()}) as kept`;
      return row!.kept as Record<string, number | string>;
    });
    const counts = ["suppressions", "consents", "decisions", "contact_attempts"]
      .map((name) => `${kept[name]} ${name.replace("_", " ")}`).join(", ");
    print(
      io,
      database.json,
      `erased ${lead}; kept ${counts}: ${kept.why}\n${kept.uploaded_files}`,
      { ok: true, command: "erase", lead_id: lead, kept },
    );
    return EXIT.ok;
  },
})];
