// Parcel numbers of leads that would be no keys today: fillers, and numbers that a spreadsheet has rounded. Lists
// from before the rules may have united several parcels under one; nothing is changed without a person.
import { type Check, notRun, ok, warning } from "./check.ts";

export const parcels: Check = {
  name: "parcel numbers",
  needs: ["database"],
  async run({ sql }) {
    const [known] = await sql`select to_regprocedure('private.is_rounded_number(text)') as check`;
    if (!known?.check) return notRun("the database does not check parcel numbers yet");
    const found = await sql<{ org: string; leads: number; examples: string[] }[]>`
      with numbers as (
        select l.org_id, l.county_fips, l.apn,
          private.is_filler_number(l.apn) or private.is_rounded_number(l.apn) as is_filler,
          right(l.apn, 5) = '00000' and length(l.apn) >= 9 as is_rounded
        from public.leads l
        where l.apn_segments is null and l.county_fips is not null
          and (length(l.apn) <= 4 or right(l.apn, 2) = '00' or private.is_filler_number(l.apn))
          and l.apn ~ '^[0-9]+$'
      ), doubtful as (
        select n.*
        from (
          select x.*, count(*) over (partition by x.org_id, x.county_fips, x.is_filler, x.is_rounded) as alike
          from numbers x
          where x.is_filler or x.is_rounded or length(x.apn) <= 4 and length(ltrim(x.apn, '0')) <= 3
        ) n
        -- 20 of a kind show that the county numbers its parcels like this.
        where n.is_filler or n.alike < 20
      )
      select o.name as org, count(*)::int as leads,
        (array_agg(distinct d.county_fips || ' ' || d.apn order by d.county_fips || ' ' || d.apn))[1:5] as examples
      from doubtful d join public.orgs o on o.id = d.org_id
      group by o.name order by o.name`;
    if (found.length === 0) return ok("none of the leads' is a filler or rounded");
    return warning(
      "parcel numbers of leads that no list would be matched by today: " +
        found.map(({ org, leads, examples }) => `${leads} of ${org} (${examples.join(", ")})`)
          .join("; "),
      "Several properties may share such a lead: compare it with its lists. " +
        "See docs/matching.md, Parcel numbers of earlier lists.",
    );
  },
};
