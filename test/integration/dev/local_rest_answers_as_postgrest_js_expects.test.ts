import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalPlatform, PASSWORD, startLocalPlatform } from "../../support/local_platform.ts";

const ORG = "a0000000-0000-4000-8000-000000000000";
let platform: LocalPlatform;
let token: string;
let at = new Date();
beforeAll(async () => {
  platform = await startLocalPlatform({ authClock: () => at });
  const { sql } = platform;
  const userId = await platform.addUser("ann@example.com");
  await sql`insert into orgs (id, name) values (${ORG}, 'Org A'), (gen_random_uuid(), 'Org B')`;
  await sql`insert into members (org_id, user_id, role) values (${ORG}, ${userId}, 'owner')`;
  await sql.unsafe(`
    create table public.things (id bigint primary key, name text, tags text[], at timestamptz, big numeric, done boolean);
    insert into public.things select i, 'thing ' || i, array['t' || i % 3], timestamptz '2026-01-01' + i * interval '1 hour',
      9007199254740993 + i, i % 2 = 0 from generate_series(1, 1500) i;
    create view public.many_things with (security_invoker) as select * from public.things;
    create view public.hidden_things as select 1 as id;
    revoke all on public.hidden_things from anon, authenticated;
    grant select on public.things, public.many_things to authenticated;
    alter default privileges in schema public grant execute on functions to anon, authenticated;
    create function public.add_up(p_a integer, p_b integer default 1) returns integer language sql immutable
      as 'select p_a + p_b';
    create function public.some_things(p_first bigint, p_tags text[] default '{}') returns setof public.things language sql
      stable as 'select * from public.things where id >= p_first order by id';
    create function public.one_pair(p_note jsonb) returns table (a integer, b jsonb) language sql stable
      as 'select 1, p_note';
    create function public.touch_thing(p_id bigint) returns void language sql volatile security definer
      as 'update public.things set name = name where id = p_id';
    create function public.touch_all() returns void language plpgsql volatile security definer
      as 'begin update public.things set name = name; end';
    create function public.touch_all_deeper() returns void language plpgsql volatile security definer
      as 'begin perform public.touch_all(); end';
    create function public.fail_with(p_code text) returns integer language plpgsql volatile as
      $$ begin raise exception 'plain sentence' using errcode = p_code, detail = 'more', hint = 'do this'; end $$;
    create function public.sleep_long() returns void language sql volatile as 'select pg_sleep(30)';
    create function public.whoami() returns jsonb language sql stable as
      $$ select jsonb_build_object('login', session_user, 'role', current_user, 'sub', auth.uid(),
        'method', current_setting('request.method'), 'path', current_setting('request.path'),
        'timeout', current_setting('statement_timeout'),
        'client', current_setting('request.headers')::jsonb ->> 'x-forwarded-for') $$;`).simple();
  const { data } = await platform.authClient().signInWithPassword({
    ...{ email: "ann@example.com", password: PASSWORD },
  });
  token = data.session?.access_token ?? "";
});
afterAll(() => platform?.stop());

const rest = () => platform.rest(token);
const things = () => rest().from("many_things");

async function raw(path: string, init: RequestInit = {}, as = token) {
  const { url, publishableKey } = platform.stack;
  const response = await fetch(`${url}/rest/v1${path}`, {
    ...init,
    headers: { apikey: publishableKey, authorization: `Bearer ${as}`, ...init.headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text ? JSON.parse(text) : null,
  };
}

describe("a view is read", () => {
  test("with the columns, filters, order and range that were asked for", async () => {
    const { data, status } = await things().select("id,label:name").gt("id", 10).lte("id", 20)
      .eq("done", true).order("id", { ascending: false }).range(1, 2);
    expect(status).toBe(200);
    expect(data).toEqual([{ id: 18, label: "thing 18" }, { id: 16, label: "thing 16" }]);
  });

  test("by each operator of the grammar", async () => {
    const ids = async (filter: string) =>
      (await raw(`/many_things?select=id&order=id&limit=3&${filter}`)).body
        .map(({ id }: { id: number }) => id);
    expect(await ids("id=eq.7")).toEqual([7]);
    expect(await ids("id=neq.1")).toEqual([2, 3, 4]);
    expect(await ids("id=gte.5&id=lt.7")).toEqual([5, 6]);
    expect(await ids("name=like.*ng%2012")).toEqual([12]);
    expect(await ids("name=ilike.THING 9")).toEqual([9]);
    expect(await ids("done=is.false")).toEqual([1, 3, 5]);
    expect(await ids("name=is.null")).toEqual([]);
    expect(await ids("name=not.is.null&id=in.(3,1)")).toEqual([1, 3]);
    expect(await ids(`name=in.("thing 4","a,b")`)).toEqual([4]);
    expect(await ids("tags=cs.{t2}")).toEqual([2, 5, 8]);
    expect(await ids("tags=ov.{t2,t0}")).toEqual([2, 3, 5]);
    expect(await ids("tags=cd.{t0}")).toEqual([3, 6, 9]);
    expect(await ids("or=(id.eq.2,and.eq.1)").catch(() => "refused")).toBe("refused");
    expect(await ids("or=(id.eq.2,id.eq.4)")).toEqual([2, 4]);
    expect(await ids("at=lt.2026-01-01T02:30:00Z")).toEqual([1, 2]);
    expect(await ids("id=not.gt.2")).toEqual([1, 2]);
  });

  test("a thousand rows at most, with the exact count where it is wished", async () => {
    const { data, count, status } = await things().select("id", { count: "exact" });
    expect([data?.length, count, status]).toEqual([1000, 1500, 206]);
    const head = await things().select("*", { count: "exact", head: true }).eq("done", true);
    expect([head.data, head.count]).toEqual([null, 750]);
  });

  test("numbers beyond 2^53 keep their digits", async () => {
    const { url, publishableKey } = platform.stack;
    const response = await fetch(`${url}/rest/v1/many_things?select=big&id=eq.2`, {
      headers: {
        ...{ apikey: publishableKey, authorization: `Bearer ${token}` },
        accept: "application/vnd.pgrst.object+json",
      },
    });
    expect(await response.text()).toBe('{"big":9007199254740995}');
  });

  test("as one object, or 406 where it is not one", async () => {
    expect((await things().select("id").eq("id", 3).single()).data).toEqual({ id: 3 });
    expect(await things().select("id").lt("id", 3).single()).toMatchObject({
      status: 406,
      error: {
        code: "PGRST116",
        message: "Cannot coerce the result to a single JSON object",
        details: "The result contains 2 rows",
      },
    });
    expect((await things().select("id").eq("id", -1).maybeSingle()).data).toBeNull();
  });

  test("an offset behind the end, with a count, is 416", async () => {
    expect(await raw("/many_things?offset=2000", { headers: { prefer: "count=exact" } }))
      .toMatchObject({ status: 416, body: { code: "PGRST103" } });
  });

  test("under the policies of its tables", async () => {
    expect((await rest().from("orgs").select("name")).data).toEqual([{ name: "Org A" }]);
  });
});

describe("a function is called", () => {
  test("by the names of its arguments, with defaults", async () => {
    expect((await rest().rpc("add_up", { p_a: 2 })).data).toBe(3);
    expect((await rest().rpc("add_up", { p_a: 2, p_b: 5 })).data).toBe(7);
    expect((await rest().rpc("add_up", { p_a: 2, p_b: 5 }, { get: true })).data).toBe(7);
  });

  test("with rows, which select, order and range apply to", async () => {
    const { data, count } = await rest()
      .rpc("some_things", { p_first: 1490, p_tags: ["a"] }, { count: "exact" })
      .select("id").order("id", { ascending: false }).limit(2);
    expect([data, count]).toEqual([[{ id: 1500 }, { id: 1499 }], 11]);
    expect((await rest().rpc("one_pair", { p_note: { x: [1] } })).data)
      .toEqual([{ a: 1, b: { x: [1] } }]);
  });

  test("as the login and role of the platform, with the claims and headers of the request", async () => {
    const { data } = await rest().rpc("whoami");
    expect(data).toMatchObject({
      ...{ login: "authenticator", role: "authenticated", method: "POST", timeout: "8s" },
      path: "/rest/v1/rpc/whoami",
    });
    expect(data.client).toBe("127.0.0.1");
    expect((await platform.rest().rpc("whoami")).data).toMatchObject({
      role: "anon",
      timeout: "3s",
    });
  });

  test("a volatile one only by POST, and nothing comes back from void", async () => {
    expect(await rest().rpc("touch_thing", { p_id: 1 })).toMatchObject({ status: 204, data: null });
    expect(await rest().rpc("touch_thing", { p_id: 1 }, { get: true }))
      .toMatchObject({ status: 405, error: { code: "25006" } });
  });
});

describe("errors have PostgREST's form", () => {
  test.each([
    ["SL426", 400],
    ["P0001", 400],
    ["23505", 409],
    ["22023", 400],
    ["57014", 500],
    ["40001", 500],
    ["42501", 403],
  ])("%s is answered with %i", async (code, status) => {
    const { error, status: got } = await rest().rpc("fail_with", { p_code: code });
    expect(got).toBe(status);
    expect({ ...error }).toMatchObject({
      ...{ code, message: "plain sentence", details: "more", hint: "do this" },
    });
  });

  test("an unknown function, argument, view or column is named", async () => {
    expect(await rest().rpc("add_up", { p_x: 1 })).toMatchObject({
      status: 404,
      error: {
        code: "PGRST202",
        message: "Could not find the function public.add_up(p_x) in the schema cache",
      },
    });
    expect(await rest().from("no_view").select()).toMatchObject({
      ...{ status: 404, error: { code: "PGRST205" } },
    });
    expect(await things().select("nothing")).toMatchObject({
      status: 400,
      error: { code: "42703", message: "column many_things.nothing does not exist" },
    });
  });

  test("a right that is missing is 403 with a token and 401 without", async () => {
    const denied = { code: "42501", message: "permission denied for view hidden_things" };
    expect(await rest().from("hidden_things").select()).toMatchObject({
      status: 403,
      error: denied,
    });
    expect(await platform.rest().from("hidden_things").select())
      .toMatchObject({ status: 401, error: denied });
  });

  test("a bad token is PGRST301, an expired one PGRST303, a role that a token may not name 401", async () => {
    expect(await platform.rest("a.b.c").from("orgs").select())
      .toMatchObject({ status: 401, error: { code: "PGRST301" } });
    at = new Date(Date.now() + 3601_000);
    expect(await platform.rest(token).from("orgs").select())
      .toMatchObject({ status: 401, error: { code: "PGRST303", message: "JWT expired" } });
    at = new Date();
    const postgres = await platform.stack.signJwt({ role: "postgres" }, "ES256");
    expect(await platform.rest(postgres).from("orgs").select()).toMatchObject({
      status: 401,
      error: { message: 'role "postgres" does not exist' },
    });
  });

  test("a statement ends after the time that its role has", async () => {
    const answer = await platform.rest().rpc("sleep_long");
    expect(answer).toMatchObject({ status: 500, error: { code: "57014" } });
  });
});

describe("an update without a where clause is refused, as safeupdate does", () => {
  test.each(["touch_all", "touch_all_deeper"])("in %s", async (name) => {
    expect(await rest().rpc(name)).toMatchObject({
      status: 400,
      error: { code: "21000", message: "UPDATE requires a WHERE clause" },
    });
  });
});

describe("whatever the grammar does not list is 501 and says what", () => {
  test.each([
    ["GET", "/many_things?select=id,things(id)", 'select "things(id)"'],
    ["GET", "/many_things?select=id::text", "select"],
    ["GET", "/many_things?select=a->b", "select"],
    ["GET", "/many_things?name=fts.x", 'filter "name=fts.x"'],
    ["GET", "/many_things?or=(id.eq.1,or(id.eq.2,id.eq.3))", "nested logic"],
    ["GET", "/many_things?order=a->b", "order"],
    ["POST", "/things", "POST /things"],
    ["PATCH", "/things?id=eq.1", "PATCH /things"],
    ["DELETE", "/things?id=eq.1", "DELETE /things"],
    ["GET", "/", "the path"],
  ])("%s %s", async (method, path, what) => {
    const { status, body } = await raw(path, { method });
    expect(status).toBe(501);
    expect(body.code).toBe("LOCAL501");
    expect(body.message).toContain(what);
  });

  test.each([
    [{ prefer: "count=planned" }, "Prefer"],
    [{ prefer: "return=representation" }, "Prefer"],
    [{ accept: "text/csv" }, "Accept"],
    [{ "accept-profile": "private" }, "accept-profile"],
  ])("headers %j", async (headers, what) => {
    const { status, body } = await raw("/many_things", { headers: headers as HeadersInit });
    expect([status, body.message]).toEqual([501, expect.stringContaining(what)]);
  });
});

test("a page of another origin may read the answers and their ranges", async () => {
  const response = await fetch(`${platform.stack.url}/rest/v1/orgs`, {
    method: "OPTIONS",
    headers: {
      origin: "http://127.0.0.1:5173",
      "access-control-request-method": "GET",
      "access-control-request-headers": "apikey, authorization, prefer",
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const { headers } = await raw("/orgs?select=id");
  expect(headers.get("access-control-expose-headers")).toContain("Content-Range");
  expect(headers.get("content-range")).toBe("0-0/*");
});
