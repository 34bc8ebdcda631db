// sluice dead-letters against a real database.
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let org: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});
beforeEach(async () => {
  await sql`delete from public.orgs where name = 'Acme'`;
  const [row] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Acme') returning id`;
  org = row!.id;
});

const sluice = (args: string[], io: Partial<Io> = {}) =>
  runSluice(["dead-letters", ...args], { DATABASE_URL: database.adminUrl }, io);

async function file(queue: string, payload: Record<string, string | number>): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select private.record_dead_letter(${org}, ${queue}, ${sql.json(payload)}, 'failed repeatedly',
      'row 12 was wrong', null, '2026-11-23T10:00Z') as id`;
  return String(row!.id);
}

test("dead letters are listed, grouped, shown, and replayed one by one or by window", async () => {
  const poison = await file("process-inbox", { inbox_id: 987654321 });
  const good = await file("match-leads", { org_id: org });
  const listed = await sluice(["list", "--org", "Acme"]);
  expect(listed.out).toBe(
    `${good}  2026-11-23 10:00  match-leads  retried 2026-11-23 10:15  failed repeatedly: row 0 was wrong\n` +
      `${poison}  2026-11-23 10:00  process-inbox  retried 2026-11-23 10:15  failed repeatedly: row 0 was wrong\n`,
  );
  const causes = JSON.parse((await sluice(["causes", "--org", org, "--json"])).out);
  expect(causes.causes.map((one: { source: string; letters: string }) => [one.source, one.letters]))
    .toEqual([["match-leads", "1"], ["process-inbox", "1"]]);
  const shown = await sluice(["show", good, "999999999"]);
  expect(shown.code).toBe(1);
  expect(shown.out).toContain(`to do: sluice dead-letters replay ${good}`);
  expect(shown.out).toContain("999999999 not found");

  expect(await sluice(["replay"])).toMatchObject({ code: 2 });
  const window = ["replay", "--org", org, "--since", "2026-11-23", "--until", "2026-11-24"];
  const replayed = await sluice(window);
  expect(replayed).toMatchObject({
    code: 1,
    out: `replayed 1 dead letter of 2\n${poison} (process-inbox) not replayed: ` +
      "replayable delivery not found (SL603)\n",
  });
  expect((await sluice(["list", "--org", org, "--closed"])).out)
    .toContain(`${good}  2026-11-23 10:00  match-leads  replayed`);
  expect(await sluice(["replay", good])).toMatchObject({
    code: 1,
    out: "replayed 0 dead letters of 0\n",
  });
});

test("discarding takes a reason and a yes, and the row stays", async () => {
  const id = await file("message_failed", { message_id: crypto.randomUUID() });
  expect(await sluice(["discard", id])).toMatchObject({ code: 2 });
  const unasked = await sluice(["discard", id, "--reason", "called instead", "--json"]);
  expect(unasked.code).toBe(2);
  expect(JSON.parse(unasked.out)).toMatchObject({
    ok: false,
    error: expect.stringContaining("--yes"),
  });

  // A person at a terminal is asked.
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  stdin.end("n\n");
  const refused = await sluice(["discard", id, "--reason", "called instead"], {
    stdin,
    stderr,
  } as Partial<Io>);
  expect(refused.code).toBe(2);
  expect(String(stderr.read())).toContain("This discards 1 dead letter");
  expect((await sluice(["list", "--org", org])).out).toContain(`${id}  `);

  expect(await sluice(["discard", id, "--reason", "called instead", "--yes"]))
    .toMatchObject({ code: 0, out: "discarded 1 dead letter\n" });
  expect((await sluice(["show", id])).out).toContain("discarded because: called instead");
  const [event] = await sql`
    select actor, detail from private.audit_events where org_id = ${org} and action = 'dead_letter.discarded'`;
  expect(event).toEqual({ actor: "operator", detail: { letters: 1, first_letters: [Number(id)] } });
});
