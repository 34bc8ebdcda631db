import ts from "typescript";
import { describe, expect, test } from "vitest";
import {
  cyclesOf,
  domainOf,
  DOMAINS,
  functionOf,
  reachOf,
  readModules,
  textOf,
} from "../../support/modules.ts";

const modules = readModules(["edge-functions/**/*.ts", "scripts/**/*.ts", "scripts/**/*.mjs"]);
const edges = [...modules].flatMap(([from, imports]) => imports.map((to) => ({ from, to })));
const show = ({ from, to }: { from: string; to: string }) => `${from} imports ${to}`;

test("every shared file is in a domain of the list", () => {
  const shared = [...modules.keys()].filter((file) => file.startsWith("edge-functions/_shared/"));
  expect(shared.length).toBeGreaterThan(50);
  expect(shared.filter((file) => !DOMAINS.includes(domainOf(file) ?? ""))).toEqual([]);
});

test("domains import themselves and earlier domains only", () => {
  const upward = edges.filter(({ from, to }) => {
    const [one, other] = [domainOf(from), domainOf(to)];
    return one !== null && other !== null && DOMAINS.indexOf(other) > DOMAINS.indexOf(one);
  });
  expect(upward.map(show)).toEqual([]);
});

test("imports form no cycle", () => {
  expect(cyclesOf(modules).map((cycle) => cycle.join(" → "))).toEqual([]);
});

test("a function is imported by its own files only", () => {
  const foreign = edges.filter(({ from, to }) => {
    const name = functionOf(to);
    return name !== null && from.startsWith("edge-functions/") && functionOf(from) !== name;
  });
  expect(foreign.map(show)).toEqual([]);
});

test("only platform/http and the functions import the HTTP framework", () => {
  const users = edges.filter(({ from, to }) =>
    /^(@hono|hono)(\/|$)/.test(to) && domainOf(from) !== null
  );
  expect(users.length).toBeGreaterThan(0);
  expect(users.filter(({ from }) => !from.startsWith("edge-functions/_shared/platform/http/")))
    .toEqual([]);
});

const HTTP = /\b(?:new Response|Response\.json|Deno\.serve)\b/;

/** Shared modules outside platform/http that answer or serve HTTP. */
function usersOfHttp(files: readonly string[], textOf: (file: string) => string): string[] {
  return files.filter((file) =>
    domainOf(file) !== null && !file.startsWith("edge-functions/_shared/platform/http/") &&
    HTTP.test(textOf(file))
  );
}

test("only platform/http and the functions answer HTTP requests", () => {
  expect(usersOfHttp([...modules.keys()], textOf)).toEqual([]);
});

test.each([
  "return new Response(null, { status: 204 });",
  "return Response.json({ ok: true });",
  "Deno.serve((request) => app.fetch(request));",
])("a shared module with %s is found", (text) => {
  const shared = "edge-functions/_shared/delivery/x.ts";
  const allowed = ["edge-functions/_shared/platform/http/x.ts", "edge-functions/outreach/x.ts"];
  expect(usersOfHttp([shared, ...allowed], () => text)).toEqual([shared]);
});

describe("a handler", () => {
  const handlers = [...modules.keys()].filter((file) =>
    /^edge-functions\/_shared\/[^/]+\/jobs\//.test(file)
  );
  test("is imported by the worker's list of handlers only, and by leads, which answers with the outcome", () => {
    const importers = edges.filter(({ to }) => handlers.includes(to));
    expect(new Set(importers.map(({ from }) => from)))
      .toEqual(new Set(["edge-functions/worker/handlers.ts", "edge-functions/leads/settle.ts"]));
  });
  test("reaches few other modules", () => {
    const reach = (file: string) => reachOf(modules, file).size;
    // Staging and the inbox are the largest, because they parse files and read replies (three: the learned reader, two:
    // ordinary words, one: the words that texts of errors keep).
    const enrich = "edge-functions/_shared/enrichment/jobs/enrich.ts";
    expect(Math.max(...handlers.filter((file) => file !== enrich).map(reach)))
      .toBeLessThanOrEqual(61);
    // Runs ask every data provider, and each is a folder of eight small files.
    const beside = [...reachOf(modules, enrich)].filter((file) => !/\/providers\/\w+\//.test(file));
    expect(beside.length).toBeLessThanOrEqual(33);
    expect(reach("edge-functions/_shared/matching/jobs/resolve_upload.ts"))
      .toBeLessThanOrEqual(12);
  });
});

// SQL in functions: a read-only transaction, or one call of a function of the database.
const CALL = /^\s*select\s+(?:[\w.*,\s]+\s+from\s+)?(?:private|public)\.\w+\s*\(/;
const READ_ONLY = /^\s*set transaction read only\s*$/;

const SQL = /^\s*(?:select|insert|update|delete|with)\b/i;

/** The SQL in a module: templates with the tag tx, and those with any tag that start like a statement. */
function sqlIn(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node)) {
      const sql = node.template.getText().slice(1, -1);
      if (node.tag.getText() === "tx" || SQL.test(sql)) found.push(sql);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true));
  return found;
}

function isAllowed(sql: string): boolean {
  const call = CALL.test(sql) && (sql.match(/\b(?:select|from|join)\b/g) ?? []).length <= 2;
  return call || READ_ONLY.test(sql);
}

test("functions contain no SQL beyond a call of the database's own functions", () => {
  const files = [...modules.keys()].filter((file) => functionOf(file) !== null);
  const found = files.flatMap((file) => sqlIn(textOf(file)).map((sql) => ({ file, sql })));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ sql }) => !isAllowed(sql))).toEqual([]);
});

test.each([
  ["sql`select id from public.leads`"],
  ["deps.sql<{ id: string }[]>`\n  select id from public.leads where id = ${id}`"],
  ["db`insert into public.leads values (1)`"],
  ["tx`update public.leads set apn = null`"],
  ["transaction`DELETE from public.leads`"],
  ["sql`with x as (select 1) select * from x`"],
  ["sql`select public.f() from public.leads join public.orgs using (org_id)`"],
  ["tx`lock table public.leads`"],
])("%s in a function is found", (text) => {
  expect(sqlIn(`const rows = ${text};`).filter((sql) => !isAllowed(sql))).toHaveLength(1);
});

test.each([
  ["sql`select public.outreach_day(${id}) as day`"],
  ["tx`set transaction read only`"],
  ["/* The tag sql`update x` in a comment. */ 1"],
  ["`with ${n} rows`"],
])("%s in a function is allowed", (text) => {
  expect(sqlIn(`const rows = ${text};`).filter((sql) => !isAllowed(sql))).toEqual([]);
});
