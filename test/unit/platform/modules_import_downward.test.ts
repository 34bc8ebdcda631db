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

describe("a handler", () => {
  const handlers = [...modules.keys()].filter((file) =>
    /^edge-functions\/_shared\/[^/]+\/jobs\//.test(file)
  );
  test("is imported by the worker's list of handlers only", () => {
    const importers = edges.filter(({ to }) => handlers.includes(to));
    expect(new Set(importers.map(({ from }) => from)))
      .toEqual(new Set(["edge-functions/worker/handlers.ts"]));
  });
  test("reaches few other modules", () => {
    const reach = (file: string) => reachOf(modules, file).size;
    // Staging is the largest, because it parses files.
    expect(Math.max(...handlers.map(reach))).toBeLessThanOrEqual(45);
    expect(reach("edge-functions/_shared/matching/jobs/resolve_upload.ts"))
      .toBeLessThanOrEqual(12);
  });
});

// SQL in functions: a read-only transaction, or one call of a function of the database.
const CALL = /^\s*select\s+(?:[\w.*,\s]+\s+from\s+)?(?:private|public)\.\w+\s*\(/;
const READ_ONLY = /^\s*set transaction read only\s*$/;

test("functions contain no SQL beyond a call of the database's own functions", () => {
  const files = [...modules.keys()].filter((file) => functionOf(file) !== null);
  const found = files.flatMap((file) =>
    [...textOf(file).matchAll(/\btx(?:<[^`]*?>)?`([^`]*)`/g)].map(([, sql = ""]) => ({ file, sql }))
  );
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ sql }) => !READ_ONLY.test(sql) && !isCall(sql))).toEqual([]);
});

function isCall(sql: string): boolean {
  return CALL.test(sql) && (sql.match(/\b(?:select|from|join)\b/g) ?? []).length <= 2;
}
