// The data that the gate decides with: rules with their reviews, and time zones.
import { type Check, combine, failed, type Finding, ok, warning } from "./check.ts";

/** After this many days a rule should be read again. */
export const REVIEW_DAYS = 365;
/** What the shipped data has more of. */
const LEAST = { zips: 900, areaCodes: 300 };

export const ruleData: Check = {
  name: "rule data",
  needs: ["database"],
  async run({ sql }) {
    const [release] = await sql<{ version: string; whole: boolean; days: number }[]>`
      select r.version, r.data_hash = private.gate_data_hash() as whole, current_date - r.released_on as days
      from public.rule_sets r order by r.released_on desc, r.revision desc limit 1`;
    if (!release) {
      return failed("there is no rule set: the gate has no rules", "Run `npx supabase db push`.");
    }
    const old = await sql<{ what: string; rows: number; oldest: string }[]>`
      select x.what, count(*)::integer as rows, min(x.on)::text as oldest
      from (
        select 'gate rules' as what, g.reviewed_on as on from public.gate_rules g
        union all select 'calling laws', l.reviewed_on from public.calling_laws l
        union all select 'state rules', s.reviewed_on from public.state_rules s
        union all select 'waivers of orgs', o.reviewed_on from public.org_gate_rules o
        union all select 'do-not-call lists', d.reviewed_on from private.dnc_list_states d) x
      where x.on < current_date - ${REVIEW_DAYS}::integer
      group by x.what order by x.what`;
    const findings: Finding[] = [
      release.whole ? ok(`version ${release.version}`) : failed(
        `the rules differ from those of version ${release.version}, which decisions name`,
        "Somebody changed rule data by hand: restore it, or release a version (docs/gate.md).",
      ),
    ];
    if (old.length > 0) {
      findings.push(warning(
        `not reviewed for a year: ${
          old.map(({ what, rows, oldest }) => `${rows} ${what} (since ${oldest})`).join(", ")
        }`,
        "Read the sources again, then change reviewed_on in a new version of the rules.",
      ));
    }
    return combine(findings);
  },
};

export const zoneData: Check = {
  name: "zone data",
  needs: ["database"],
  async run({ sql }) {
    const [row] = await sql<{ zips: number; codes: number; unknown: string[] | null }[]>`
      select (select count(*)::integer from public.zip_zones) as zips,
        (select count(*)::integer from public.area_code_zones) as codes,
        (select array_agg(distinct z order by z)
          from (select unnest(p.zones) as z from public.zip_zones p
            union all select unnest(a.zones) from public.area_code_zones a
            union all select o.time_zone from public.orgs o) x
          where not exists (select from pg_catalog.pg_timezone_names n where n.name = x.z)) as unknown`;
    const { zips, codes, unknown } = row!;
    if (zips < LEAST.zips || codes < LEAST.areaCodes) {
      return failed(
        `${zips} ZIP codes and ${codes} area codes have a time zone: contacts elsewhere are refused`,
        "Run `npx supabase db push`: the data comes with the migrations.",
      );
    }
    if (unknown) {
      return failed(
        `the server does not know ${unknown.join(", ")}`,
        "Upgrade the project's database: its time zone data is too old.",
      );
    }
    return ok(`${zips} ZIP codes, ${codes} area codes`);
  },
};
