// Templates of running sequences that could not be saved today: their messages fail instead of going out with gaps.
import { type Check, failed, notRun, ok } from "./check.ts";

export const templates: Check = {
  name: "templates",
  needs: ["database"],
  async run({ sql }) {
    const [known] =
      await sql`select to_regprocedure('private.template_errors(text, text, text, text)') as check`;
    if (!known?.check) return notRun("the database does not check templates yet");
    const wrong = await sql<{ org: string; name: string; version: number; errors: string[] }[]>`
      select o.name as org, t.name, t.version, e.errors
      from public.templates t
      join public.orgs o on o.id = t.org_id
      cross join lateral (select private.template_errors(t.channel, t.subject, t.text_body, t.html_body) as errors) e
      where e.errors <> '{}'
        and exists (select from public.step_variants v where v.org_id = t.org_id and v.template_id = t.id)
      order by 1, 2, 3`;
    if (wrong.length === 0) return ok("those in use can be saved as they are");
    return failed(
      `messages of these templates may fail: ${
        wrong.map(({ org, name, version, errors }) =>
          `${name} ${version} of ${org} (${errors.join("; ")})`
        ).join(", ")
      }`,
      "Save a new version: npx sluice template put FILE. Then set it in the steps that use the old one.",
    );
  },
};
