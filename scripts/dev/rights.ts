// Rights that differ between two databases. `supabase db diff` does not see those that default privileges give to a new
// object, so it leaves out the statement that takes them away.
import { connect } from "./database.ts";

interface Right {
  object: string;
  role: string;
  privilege: string;
}

interface Rights {
  objects: Set<string>;
  list: Map<string, Right>;
}

async function readRights(url: string): Promise<Rights> {
  const sql = connect(url);
  try {
    await sql`select set_config('search_path', '', false)`;
    const rows = await sql<{ object: string; role: string | null; privilege: string | null }[]>`
      with objects as (
        select case p.prokind when 'p' then 'procedure ' else 'function ' end || p.oid::regprocedure as object,
          p.proowner as owner, coalesce(p.proacl, acldefault('f', p.proowner)) as acl, p.pronamespace as schema,
          p.oid, 'pg_proc'::regclass as class
        from pg_proc p
        union all
        select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass, c.relowner,
          coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)),
          c.relnamespace, c.oid, 'pg_class'::regclass
        from pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'S')
      )
      select o.object,
        case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(nullif(a.grantee, 0))) end as role,
        lower(a.privilege_type) as privilege
      from objects o left join lateral aclexplode(o.acl) a on a.grantee <> o.owner
      where o.schema in ('public'::regnamespace, 'private'::regnamespace)
        and not exists (select from pg_depend d where d.objid = o.oid and d.classid = o.class and d.deptype = 'e')
      order by 1, 2, 3`;
    const list = new Map<string, Right>();
    for (const { object, role, privilege } of rows) {
      if (role && privilege) {
        list.set(`${object} ${role} ${privilege}`, { object, role, privilege });
      }
    }
    return { objects: new Set(rows.map(({ object }) => object)), list };
  } finally {
    await sql.end();
  }
}

/** Statements that give the functions, tables and views of the first database the rights of the second. */
export async function rightsStatements(from: string, to: string): Promise<string[]> {
  const [before, after] = [await readRights(from), await readRights(to)];
  const statements = (verb: "revoke" | "grant", list: Right[]) =>
    [...Map.groupBy(list, ({ object, role }) => JSON.stringify([object, role])).values()].map(
      (group) => {
        const [{ object, role } = { object: "", role: "" }] = group;
        const privileges = group.map(({ privilege }) => privilege).join(", ");
        return `${verb} ${privileges} on ${object} ${verb === "grant" ? "to" : "from"} ${role};`;
      },
    );
  /** Rights that only the first has, to objects that both have. */
  const beyond = (one: Rights, other: Rights) =>
    [...one.list].filter(([key, { object }]) => other.objects.has(object) && !other.list.has(key))
      .map(([, right]) => right);
  return [
    ...statements("revoke", beyond(before, after)),
    ...statements("grant", beyond(after, before)),
  ];
}
