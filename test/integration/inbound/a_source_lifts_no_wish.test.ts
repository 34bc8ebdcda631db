// Whoever signs for a source of the org, such as the vendor of its lists, can report what people said and add opt-outs.
// It lifts none: neither with a START in somebody's name nor with a time in the future.
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../../edge-functions/_shared/providers/events.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { at, makeOrg, type Person, sms, store, worker } from "./support.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = postgres(database.adminUrl, { max: 4, onnotice: () => {} });
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

const LATER = "2031-01-01T00:00:00.000Z";

/** A reply as a source reports it, received at `seconds`. */
const reported = (person: Person, text: string, seconds: number, timestamp: string): Delivery => ({
  ...{ provider: "generic", kind: "generic", contentType: "application/json" },
  params: { source: "list-a", webhook_id: `reported-${text}-${seconds}` },
  body: new TextEncoder().encode(JSON.stringify({
    ...{ type: "contact.replied", timestamp },
    data: { channel: "sms", from: person.phone, text },
  })),
  receivedAt: at(seconds),
});

/** The requests that were read, in order, and whether texts are ended, after deliveries that arrive one by one. */
async function after(deliveries: (person: Person) => Delivery[]) {
  const { orgId, people: [person] } = await makeOrg(sql, ["sms"]);
  for (const one of deliveries(person!)) await worker(sql)(await store(sql, orgId, [one]));
  const [row] = await sql<{ ended: boolean; requests: string[]; latest: Date }[]>`
    select private.is_suppressed(${orgId}, private.contact_index(${orgId}, ${
    person!.phone
  }), 'sms') as ended,
      (select array_agg(r.request order by r.id) from public.replies r where r.org_id = ${orgId}) as requests,
      (select max(r.at) from public.replies r where r.org_id = ${orgId}) as latest`;
  return row!;
}

const stop = (person: Person, seconds: number) => sms(person, 1, "STOP", seconds);

test("a START that a source reports is a reply, and lifts no STOP; one from the carrier does", async () => {
  for (const text of ["START", "unstop"]) {
    expect(
      await after((person) => [
        stop(person, 60),
        reported(person, text, 120, at(120).toISOString()),
      ]),
    ).toMatchObject({ ended: true, requests: ["opt_out", "none"] });
    expect(await after((person) => [stop(person, 60), sms(person, 2, text, 120)]))
      .toMatchObject({ ended: false, requests: ["opt_out", "opt_in"] });
  }
});

test("a STOP that a source reports is one", async () => {
  expect(await after((person) => [reported(person, "STOP", 60, at(60).toISOString())]))
    .toMatchObject({ ended: true, requests: ["opt_out"] });
});

test("an event from the future counts at its receipt, so what is said later stays later", async () => {
  const said = await after((person) => [
    reported(person, "START", 60, LATER),
    stop(person, 120),
  ]);
  expect(said).toEqual({ ended: true, requests: ["none", "opt_out"], latest: at(120) });
  expect(
    await after((person) => [reported(person, "STOP", 60, LATER), sms(person, 2, "START", 120)]),
  )
    .toMatchObject({ ended: false, requests: ["opt_out", "opt_in"] });
});
