import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { statementsWithoutWhere } from "../../../scripts/dev/platform/rest/where_clauses.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

interface Body {
  name: string;
  language: string;
  source: string;
}

/** The functions that this project defines. */
const bodies = async () =>
  await sql<Body[]>`
    select p.oid::regprocedure::text as name, l.lanname as language, coalesce(p.prosrc, '') as source
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where n.nspname in ('public', 'private')
      and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass
        and d.deptype = 'e')
    order by 1`;

const findings = async () =>
  (await bodies()).flatMap(({ name, source }) =>
    statementsWithoutWhere(source).map((statement) => `${name}: ${statement}`)
  );

describe("a database session of the API refuses an update or delete without a WHERE clause", () => {
  test("no function has one", async () => {
    expect(await findings()).toEqual([]);
  });

  test("every function has a body that can be read", async () => {
    const found = await bodies();
    expect(found.length).toBeGreaterThan(200);
    expect(found.filter(({ language }) => !/^(sql|plpgsql)$/.test(language))).toEqual([]);
    expect(found.filter(({ source }) => source === "")).toEqual([]);
    const statements = found.filter(({ source }) => /\b(update|delete)\b/i.test(source));
    expect(statements.length).toBeGreaterThan(50);
  });

  test("a function that has one is found", async () => {
    await sql`create function private.careless() returns void language plpgsql as $$
      begin
        update public.orgs set name = name where id is null;
        if true then
          update public.orgs o set name = (select x.name from public.orgs x where x.id = o.id);
        end if;
        execute 'delete from ' || 'public.orgs' || ' returning id';
      end $$`;
    expect(await findings()).toEqual([
      "private.careless(): update public.orgs o set name =",
      "private.careless(): delete from public.orgs returning id",
    ]);
    await sql`drop function private.careless()`;
  });
});

describe("a statement without a WHERE clause is found", () => {
  test.each([
    ["update t set a = 1", ["update t set a = 1"]],
    ["delete from t; select 1 from t where a", ["delete from t"]],
    ["with x as (delete from t returning a) select * from x where a = 1", [
      "delete from t returning a",
    ]],
    ["begin update t set a = (select b from u where c); end", ["update t set a = ("]],
    ["execute format('delete from %I', p_table)", ["delete from % i"]],
    ["delete from t -- where a = 1", ["delete from t"]],
    ["update t set a = 'x where y'", ["update t set a = x where y"]],
    ["execute $q$update t set a = 1$q$", ["update t set a = 1"]],
  ])("%s", (source, expected) => expect(statementsWithoutWhere(source)).toEqual(expected));

  test.each([
    "update t set a = 1 where b = 2",
    "delete from t using u where t.a = u.a",
    "select * from t for update skip locked",
    "select * from t for no key update",
    "insert into t values (1) on conflict (a) do update set a = 1",
    "if tg_op = 'UPDATE' then return new; end if",
    "with x as (delete from t where a returning a) select * from x",
    "execute 'delete from ' || v_table || ' where a = 1'",
    "execute format('delete from private.%I r where r.%I >= $1 ' 'returning r.*', v, w)",
    "raise exception 'the update failed'",
    "create trigger t after insert or update of a on b",
  ])("%s has one or needs none", (source) => expect(statementsWithoutWhere(source)).toEqual([]));
});
