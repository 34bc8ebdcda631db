// Writes docs/gate_rules.md from the rule data of a freshly built database: `npm run docs:rules`, or with
// `--check` reports whether the page is current.
import { listItem } from "./markdown.ts";
import { documentOf, writePage } from "./page.ts";

const VERIFIED: Record<string, string> = {
  primary_text_seen: "text seen",
  quoted_by_third_party: "quoted",
  secondary_only: "secondary",
  house_policy: "policy",
  federal_default: "federal default",
  none_found: "none found",
};

const verified = (value: string) => VERIFIED[value] ?? value.replaceAll("_", " ");

export function gateRulesDocument(): Promise<string> {
  return documentOf(async (sql) => {
    const rules = await sql`
      select rule, concern, title, is_temporary, source, verification::text as verification
      from public.gate_rules order by concern, rule`;
    const laws = await sql`
      select l.law, l.state, l.source, l.verification::text as verification, l.effective_from::text,
        l.effective_to::text, l.cap_count, l.cap_hours, l.cap_same_subject, l.channel_classes,
        (select string_agg(w.days || ' ' || w.hours, ', ' order by w.position) from (
          select string_agg(c.weekday_group, '/' order by c.position) as days, c.hours, min(c.position) as position
          from (
            select distinct x.weekday_group,
              array_position('{mon_fri,sat,sun,holiday,all}', x.weekday_group) as position,
              case when x.start_local is null then 'closed'
                else to_char(x.start_local, 'HH24:MI') || '–' || to_char(x.end_local, 'HH24:MI') end as hours
            from public.calling_windows x where x.law = l.law) c
          group by c.hours) w) as windows
      from public.calling_laws l where not l.restates_federal and l.state <> 'ALL'
      order by l.state <> 'US', l.law`;
    const concerns = [...new Set(rules.map((rule) => rule.concern as string))];
    return [
      "# Gate rules",
      "",
      "Made from the rule data in `sql/40_gate` by `npm run docs:rules`. This is not legal advice; [gate](gate.md) " +
      "says",
      "what the data is and is not.",
      "",
      "Verification: *text seen* (the official text), *quoted* (in a third party's file that names the official page),",
      "*secondary*, *federal default*, *none found*, *policy* (our own).",
      "",
      "## Calling hours",
      "",
      "By law, in local time. Windows are inclusive at the start and exclusive at the end.",
      "",
      ...laws.map((law) =>
        listItem(
          [
            `\`${law.law}\``,
            [
              law.effective_from && `from ${law.effective_from}`,
              law.effective_to && `to ${law.effective_to}`,
            ]
              .filter(Boolean).join(" "),
            `${law.windows ?? "no hours"};`,
            law.cap_count &&
            `at most ${law.cap_count} in ${law.cap_hours} h${
              law.cap_same_subject ? ", same subject" : ""
            };`,
            `${law.source} (${verified(law.verification)})`,
          ].filter(Boolean).join(" "),
        )
      ),
      "",
      "## Reasons",
      "",
      "(T): time can end the refusal, so the answer may have `next_allowed_at`.",
      "",
      ...concerns.flatMap((concern) => [
        `### ${concern}`,
        "",
        ...rules.filter((rule) => rule.concern === concern).map((rule) =>
          listItem(
            `\`${rule.rule}\`${rule.is_temporary ? " (T)" : ""}: ${rule.title}. ${rule.source} (${
              verified(rule.verification)
            })`,
          )
        ),
        "",
      ]),
    ];
  });
}

if (import.meta.main) writePage("gate_rules.md", await gateRulesDocument(), "npm run docs:rules");
