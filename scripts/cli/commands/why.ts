import { defineCommand, instant, leadId, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  orgOfLead,
  readDatabase,
  type Sql,
  withDatabase,
} from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";

const CHANNELS = ["email", "sms", "voice_manual", "voice_ai"];

export default [defineCommand({
  name: "why",
  description:
    "Explains why a person was or was not contacted: every decision on record with its reasons, the " +
    "law and the evidence, and the answer of the gate now or at another time. Stores nothing.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<LEAD_ID>")
        .option("--channel <CHANNEL>", `only this channel: ${CHANNELS.join(", ")}`)
        .option("--at <TIME>", "2026-11-21, or 2026-11-21T18:00:00Z (default: now)"),
    ),
  read(line) {
    const lead = leadId(line.operands[0]!);
    const channel = text(line.options.channel);
    if (channel !== null && !CHANNELS.includes(channel)) {
      throw new UsageError(`--channel must be one of ${CHANNELS.join(", ")}`);
    }
    const at = text(line.options.at);
    return {
      lead,
      channel,
      at: at === null ? null : instant("--at", at),
      database: readDatabase(line),
    };
  },
  async run({ lead, channel, at, database }, io) {
    const { text, object } = await withDatabase(
      database,
      (sql) => why(sql, lead, channel, at ?? io.now()),
    );
    print(io, database.json, text, object);
    return EXIT.ok;
  },
})];

async function why(sql: Sql, lead: string, channel: string | null, at: Date) {
  const org = await orgOfLead(sql, lead);
  const channels = channel === null ? ["sms", "voice_manual", "voice_ai", "email"] : [channel];
  const decisions = await sql`
    select decided_at, as_of, channel, contact, verdict, why, evidence, next_allowed_at, decision_id, rules,
      rule_version
    from public.why_not_contacted
    where org_id = ${org} and lead_id = ${lead} and channel = any (${channels})
    order by decided_at, decision_id`;
  const outlook = await sql`
    select channel, contact, outlook, why, evidence, rules, next_allowed_at
    from public.contact_outlook(${[lead]}::uuid[], ${channels}, 'marketing', ${at})`;
  const time = (value: Date | null) => value?.toISOString().replace(".000Z", "Z");
  const lines = decisions.length === 0 ? ["No decisions on record."] : decisions.flatMap((d) => [
    `${time(d.decided_at)}  ${d.channel} to ${d.contact ?? "an erased contact"}: ${d.verdict}, ` +
    `as of ${time(d.as_of)} (decision ${d.decision_id}, rules ${d.rule_version})`,
    `  because: ${d.why}`,
    `  evidence: ${d.evidence}`,
    ...d.next_allowed_at ? [`  earliest permitted time: ${time(d.next_allowed_at)}`] : [],
  ]);
  lines.push("", `At ${time(at)}, by the data on record:`);
  if (outlook.length === 0) lines.push("  the lead has no contact for this channel");
  for (const o of outlook) {
    const next = o.outlook !== "now" && o.next_allowed_at
      ? `, from ${time(o.next_allowed_at)}`
      : "";
    lines.push(`  ${o.channel} to ${o.contact}: ${o.outlook}${next}`);
    if (o.outlook !== "now") lines.push(`    because: ${o.why}`);
    lines.push(`    evidence: ${o.evidence}`);
  }
  const object = {
    ok: true,
    command: "why",
    lead_id: lead,
    at: at.toISOString(),
    decisions,
    outlook,
  };
  return { text: lines.join("\n"), object };
}
