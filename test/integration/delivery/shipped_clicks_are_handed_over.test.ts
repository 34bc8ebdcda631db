// The sequence Link follow-up, as it ships: the ledger hands over whoever clicks the link, at once and once, also where the
// process that walks is killed. A scanner's click counts for nothing: the lead gets the second e-mail like everybody else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishSequence } from "../../../edge-functions/_shared/campaigns/canvas/publish.ts";
import { parseTemplate } from "../../../scripts/cli/template_file.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { sequenceFiles, sequenceFolder } from "../../../scripts/n8n/workflows.ts";
import { killAfter } from "../../support/killed_process.ts";
import { addOrg, addRuns, click, ORG, sendDue } from "../../support/ledger.ts";

/** Wednesday, 11:00 in Phoenix. */
const START = new Date("2026-11-18T18:00:00Z");
const after = (minutes: number) => new Date(START.getTime() + minutes * 60_000);
const DAY = 24 * 60;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let leads: string[];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  await sql`select private.ensure_event_partitions('2026-11-18Z'), private.ensure_decision_partitions('2026-11-18Z')`;
  const { workflow } = sequenceFiles().find(({ file }) => file === "link-follow-up.json")!;
  await sql.begin(async (tx) => {
    await addOrg(tx);
    for (const file of ["owner-link-email.txt", "owner-second-email.txt"]) {
      const { name, channel, subject, text } = parseTemplate(
        readFileSync(join(sequenceFolder, "texts", file), "utf8"),
      );
      await tx`insert into public.templates (org_id, name, channel, subject, text_body)
        values (${ORG}, ${name}, ${channel}, ${subject}, ${text})`;
    }
    const published = await publishSequence(tx as never, ORG, {
      ...{ workflow, version: null, dryRun: false },
    });
    expect(published.problems).toEqual([]);
    const addresses = ["ann@example.com", "bob@example.com", "cat@example.com"];
    await addRuns(tx, published.sequence_id!, addresses, START);
  });
  leads = (await sql<{ id: string }[]>`select id from public.leads order by owner_full`)
    .map(({ id }) => id);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const walk = (at: Date) => sql`select private.walk_due_runs(${at})`;
const ends = async () =>
  (await sql<{ end_reason: string | null }[]>`
    select r.end_reason from public.sequence_runs r join public.leads l on l.id = r.lead_id
    order by l.owner_full`).map(({ end_reason }) => end_reason);
const sent = async () =>
  (await sql<{ nodes: string[] }[]>`
    select array(select s.node from public.messages m join public.sequence_steps s
        on s.sequence_id = m.sequence_id and s.step = m.step
      where m.lead_id = l.id and m.sent_at is not null order by m.sent_at) as nodes
    from public.leads l order by l.owner_full`).map(({ nodes }) => nodes.join(", "));

test("everybody gets the e-mail with the link", async () => {
  await sendDue(sql, START);
  expect(await sent()).toEqual(["E-mail with a link", "E-mail with a link", "E-mail with a link"]);
});

test("a person's click is handed over a minute later, and a scanner's is not", async () => {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'system', true)`;
    await click(tx, leads[0]!, after(60), { machine: false });
    await click(tx, leads[1]!, after(60), { machine: true });
  });
  await walk(after(60));
  expect(await ends()).toEqual([null, null, null]);
  await killAfter(database.adminUrl, {
    statements: [{
      text: "select private.walk_due_runs($1)",
      parameters: [after(61).toISOString()],
    }],
    committed: false,
  });
  expect(await ends()).toEqual([null, null, null]);
  for (const minutes of [61, 62]) await walk(after(minutes));
  expect(await ends()).toEqual(["handed_over", null, null]);
  expect(
    await sql`select lead_id, detail ->> 'note' as note from public.tasks where org_id = ${ORG} and kind = 'hand_over'`,
  ).toEqual([
    { lead_id: leads[0], note: "The owner opened the link of the first e-mail: call today." },
  ]);
});

test("after three days the others get the second e-mail, on a day and at an hour of the step", async () => {
  await walk(after(3 * DAY));
  const due = await sql<{ next_at: Date; at: string }[]>`
    select next_at, to_char(next_at at time zone 'America/Phoenix', 'Dy HH24') as at
    from public.sequence_runs where state = 'active' order by next_at`;
  expect(due).toHaveLength(2);
  for (const { at } of due) expect(at).toMatch(/^Mon (09|1[0-6])$/);
  // Dates have milliseconds, and the database microseconds.
  await sendDue(sql, new Date(due[1]!.next_at.getTime() + 1));
  expect(await sent()).toEqual([
    "E-mail with a link",
    "E-mail with a link, Second e-mail",
    "E-mail with a link, Second e-mail",
  ]);
  expect(await ends()).toEqual(["handed_over", "completed", "completed"]);
});
