// sluice follow and sluice funnel against a real database.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";

const CORRELATION = "0af76519-16cd-43dd-8448-eb211c80319c";
let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
const [org, source, upload, lead] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 1);
  await sql`insert into public.orgs (id, name) values (${org}, 'Acme')`;
  await sql`insert into public.sources (org_id, id, key, name) values (${org}, ${source}, 'acme', 'Acme')`;
  await sql`insert into public.uploads (org_id, id, source_id, correlation_id)
    values (${org}, ${upload}, ${source}, ${CORRELATION})`;
  await sql`insert into public.leads (org_id, id, source_id, created_upload_id, owner_full, created_at)
    values (${org}, ${lead}, ${source}, ${upload}, 'Quill Marker', now() - interval '2 hours')`;
  await sql`insert into public.pipeline_events (org_id, kind, quantity, duration, correlation_id, detail)
    values (${org}, 'staged', 4, '30 seconds', ${CORRELATION}, ${sql.json({ upload_id: upload })}),
      (${org}, 'deduped', 1, '3 seconds', ${CORRELATION}, ${sql.json({ upload_id: upload })})`;
  await sql`insert into public.pipeline_events (org_id, lead_id, kind, correlation_id)
    values (${org}, ${lead}, 'verified', ${CORRELATION})`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const sluice = async (...args: string[]) => {
  const { code, out, err } = await runSluice(args, { DATABASE_URL: database.adminUrl });
  return { code, out, err, json: JSON.parse(out.trimEnd().split("\n").at(-1) || "null") };
};

test("an upload is found by its id and by its correlation id, with steps and leads", async () => {
  for (const id of [upload, CORRELATION, CORRELATION.replaceAll("-", "")]) {
    const { code, json } = await sluice("follow", id, "--json");
    expect(code).toBe(0);
    expect(json).toMatchObject({ ok: true, command: "follow", org_id: org, upload_id: upload });
    expect(json.rows.map(({ kind }: { kind: string }) => kind).sort())
      .toEqual(["event", "event", "lead", "upload"]);
  }
});

test("a lead is shown with its upload and its correlation ids, and without its name", async () => {
  const { code, json } = await sluice("follow", lead, "--json");
  expect(code).toBe(0);
  expect(json.rows).toMatchObject([
    { kind: "upload", id: upload, correlation_id: CORRELATION },
    { kind: "event", correlation_id: CORRELATION, detail: { step: "verified" } },
  ]);
  const { out } = await runSluice(["follow", lead], { DATABASE_URL: database.adminUrl });
  expect(out.split("\n")[0]).toContain(CORRELATION);
  expect(out).not.toMatch(/Quill|Marker/);
});

test("an id that nothing has fails, and one that is none is refused", async () => {
  expect(await sluice("follow", randomUUID(), "--json")).toMatchObject({
    code: 1,
    json: { ok: false },
  });
  expect(await sluice("follow", "lead-1", "--json")).toMatchObject({
    code: 2,
    json: { ok: false },
  });
});

test("the funnel shows reached, lost and durations, whole and split", async () => {
  const { json } = await sluice("funnel", "--org", "Acme", "--json");
  expect(json.steps).toMatchObject([
    { kind: "staged", reached: 4, median_seconds: 35 },
    { kind: "deduped", reached: 1, dropped: 3, kept: 0.25, median_seconds: 5.5 },
    { kind: "verified", reached: 1, dropped: 0, median_seconds: 12600 },
  ]);
  const { out } = await runSluice(["funnel", "--org", "Acme", "--by", "source"], {
    DATABASE_URL: database.adminUrl,
  });
  expect(out).toMatch(/^Acme$/m);
  expect(out).toMatch(/^verified +1 +0 +3\.5 h/m);
  expect((await sluice("funnel", "--org", "Acme", "--by", "hour", "--json")).code).toBe(2);
});
