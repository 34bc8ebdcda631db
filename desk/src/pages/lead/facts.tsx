import { date, dollars, joined, sentence } from "../../ui/format.ts";
import { Panel } from "../../ui/parts.tsx";
import type { Lead } from "./lead.ts";

/** What lists and providers say; what is not known is not shown. */
export function Facts({ lead }: { lead: Lead }) {
  const rows: [string, string | null][] = [
    ["Owner", lead.owner_full],
    ["Second owner", [lead.owner_2_first, lead.owner_2_last].filter(Boolean).join(" ")],
    ["Property", joined(lead.address, lead.situs_city, lead.situs_state, lead.situs_zip)],
    ["County, parcel", joined(lead.county, lead.apn)],
    [
      "Mailing address",
      joined(lead.mailing_street, lead.mailing_city, lead.mailing_state, lead.mailing_zip),
    ],
    ["Broker", lead.broker],
    ["Source", lead.source],
    ["Known since", date(lead.created_at)],
    ...(lead.facts ?? []).map((fact): [string, string] => [
      sentence(fact.name),
      `${fact.amount_usd === null ? "" : dollars(fact.amount_usd)}${
        fact.as_of ? ` (${date(fact.as_of)})` : ""
      } ${fact.provider}`,
    ]),
    ...Object.entries(lead.attributes ?? {}).map(([name, value]): [string, string] => [
      sentence(name),
      value === null || value === undefined
        ? ""
        : typeof value === "object"
        ? JSON.stringify(value)
        : String(value),
    ]),
  ];
  return (
    <Panel title="Facts">
      <dl class="facts">
        {rows.filter(([, value]) => value).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Panel>
  );
}

/** The score, rule by rule. */
export function Explained({ lead }: { lead: Lead }) {
  const rows = (lead.score ?? []).filter((row) => row.words);
  return (
    <Panel title="Score explained">
      {rows.length === 0
        ? <p class="muted">Not scored yet. Scores follow the next run of scoring.</p>
        : (
          <ul class="points">
            {rows.map((row) => (
              <li key={`${row.axis} ${row.words}`}>
                <span>{row.words}{!row.known && <span class="muted">(not known)</span>}</span>
                <strong class={row.points < 0 ? "minus" : ""}>
                  {row.points > 0 ? `+${row.points}` : row.points}
                </strong>
              </li>
            ))}
          </ul>
        )}
    </Panel>
  );
}
