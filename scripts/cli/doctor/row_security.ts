// House rules that keep orgs apart, for what somebody added in Studio: the tests of this repository see only sql/.
import { type Check, failed, ok } from "./check.ts";

export const rowSecurity: Check = {
  name: "row-level security",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<{ problem: string; name: string }[]>`
      with ours as (
        select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind, c.relrowsecurity, c.reloptions,
          n.nspname as schema
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'private') and not exists (
          select from pg_catalog.pg_depend d
          where d.objid = c.oid and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'e')
      )
      select 'has no row-level security' as problem, o.name from ours o
      where o.relkind in ('r', 'p') and not o.relrowsecurity
      union all
      select 'is a view with the rights of its owner', o.name from ours o
      where o.relkind = 'v' and o.schema = 'public'
        and not coalesce(o.reloptions, '{}') && '{security_invoker=true,security_invoker=on}'
        and has_table_privilege('authenticated', o.oid, 'select')
      union all
      select 'is granted to anon', o.name from ours o
      where o.relkind in ('r', 'p', 'v', 'm')
        and has_table_privilege('anon', o.oid, 'select, insert, update, delete')
      union all
      select 'runs as its owner without a search_path', p.oid::regprocedure::text
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('public', 'private') and p.prosecdef and not exists (
          select from unnest(p.proconfig) c where c like 'search\_path=%')
        and not exists (select from pg_catalog.pg_depend d
          where d.objid = p.oid and d.classid = 'pg_catalog.pg_proc'::regclass and d.deptype = 'e')
      order by 1, 2 limit 20`;
    if (rows.length === 0) return ok("every table has it, no view or function goes round it");
    return failed(
      rows.map(({ name, problem }) => `${name} ${problem}`).join("; "),
      "Enable row-level security, add security_invoker or revoke the right, by a migration.",
    );
  },
};
