import { defineCommand, leadId, print, text } from "../command.ts";
import { addDatabaseOptions, orgOfLead, readDatabase, withDatabase } from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";

interface Kept {
  erased: Record<string, number>;
  stays: { what: string; count: number | null; until: string; why: string }[];
}

export default [defineCommand({
  name: "erase",
  description:
    "Erases the person behind a lead and lists what stays, until when and why: suppressions as " +
    "hashes, consents, decisions, contact attempts, stored uploads.",
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
      return row!.kept as Kept;
    });
    const erased = Object.entries(kept.erased)
      .map(([name, count]) => `${count} ${name.replace("_", " ")}`).join(", ");
    const stays = kept.stays.map(({ what, count, until, why }) =>
      `- ${count === null ? "" : `${count} `}${what}; until ${until}: ${why}`
    );
    print(
      io,
      database.json,
      [`erased ${lead}: ${erased}`, "What stays:", ...stays].join("\n"),
      { ok: true, command: "erase", lead_id: lead, kept },
    );
    return EXIT.ok;
  },
})];
