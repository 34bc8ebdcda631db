// Data past the days and months of its org.
import { type Check, ok, warning } from "./check.ts";

export const retention: Check = {
  name: "retention",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<{ name: string; what: string; oldest: Date }[]>`
      select coalesce(o.name, 'installation') as name, r.what, r.oldest
      from private.overdue_retention() r left join public.orgs o on o.id = r.org_id
      order by r.oldest`;
    if (rows.length === 0) return ok("nothing is kept longer than its org wants");
    return warning(
      rows.map(({ name, what, oldest }) =>
        `${name}: ${what} of ${oldest.toISOString().slice(0, 10)} are still there`
      ).join("; "),
      "See whether the daily tasks retention and old_months run; `npx sluice retention run` deletes them now.",
    );
  },
};
