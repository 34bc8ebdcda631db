import { afterAll, beforeAll, expect, test } from "vitest";
import {
  choose,
  type DeskWorld,
  open,
  ORG,
  settled,
  startDeskWorld,
  violations,
} from "./support.ts";

let world: DeskWorld;
let id: string;
beforeAll(async () => {
  world = await startDeskWorld();
  const { sql } = world;
  const [mail] = await sql`
    insert into templates (org_id, name, channel, subject, text_body)
    values (${ORG}, 'Hello', 'email', 'Hi', '{{ sender.postal_address }} {{ unsubscribe_url }}') returning id`;
  const [row] = await sql`select save_sequence(${ORG}, 'Spring', ${
    sql.json([
      {
        node: "Mail",
        channel: "email",
        variants: [{ template_id: mail!.id }],
        next: { to: "Answered?", delay: "2 days" },
      },
      {
        node: "Answered?",
        kind: "branch",
        event: "replied",
        within: "3 days",
        yes: { to: "Broker" },
        no: { to: "Again" },
      },
      { node: "Again", channel: "email", variants: [{ template_id: mail!.id }] },
      { node: "Broker", kind: "hand_over", note: "Call this owner" },
    ])
  }) as saved`;
  id = row!.saved.sequence_id;
  const [campaign] = await sql`
    insert into campaigns (org_id, name, state, sequence_id) values (${ORG}, 'Owners', 'running', ${id}) returning id`;
  await sql`set sluice.actor = 'system'`;
  await sql`
    insert into sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at)
    select ${ORG}, ${campaign!.id}, l.id, ${id}, 2, 'branch', now() + interval '1 day'
    from leads l where l.org_id = ${ORG} and l.owner_full in ('Owner 1', 'Owner 2')`;
});
afterAll(() => world?.stop());

test("branches, hand-overs and the leads at each are shown and edited as a new version", async () => {
  const { page, problems } = await world.signIn("owner@example.com", {
    bypassCSP: true,
    viewport: { width: 360, height: 740 },
  });
  await open(page, `#/sequences/${id}`);
  const branch = page.getByRole("listitem", { name: "Answered?" });
  await branch.getByText("2 leads waiting").waitFor();
  expect(await branch.getByLabel("What happened").inputValue()).toBe("replied");
  expect(
    await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth
    ),
  ).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await violations(page)).toEqual([]);

  await branch.getByLabel("What happened").selectOption("no_answer");
  await branch.getByLabel("within").fill("5 days");
  await branch.getByLabel("within").blur();
  const broker = page.getByRole("listitem", { name: "Broker" });
  await broker.getByLabel("Note for the broker").fill("Ring on Monday");
  await broker.getByLabel("Note for the broker").blur();
  await page.getByRole("button", { name: "Save as a new version" }).click();
  const dialog = page.getByRole("dialog", { name: "Running campaigns follow the new version" });
  await dialog.getByText("no forecast of it was made").waitFor();
  await dialog.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByText("Saved as version 2; 2 leads stay on the older one").waitFor();
  await settled(page);
  const [saved] = await world.sql`
    select s.event, s.within::text, h.note from sequences q
    join sequence_steps s on s.sequence_id = q.id and s.node = 'Answered?'
    join sequence_steps h on h.sequence_id = q.id and h.node = 'Broker' where q.version = 2`;
  expect(saved).toEqual({ event: "no_answer", within: "5 days", note: "Ring on Monday" });
  await page.getByRole("button", { name: "Make a forecast of Owners" }).waitFor();

  await page.getByRole("button", { name: "Move 2 leads to this version" }).click();
  await page.getByText("Waiting leads moved to this version").waitFor();
  await page.getByRole("listitem", { name: "Answered?" }).getByText("2 leads waiting").waitFor();

  // Published from n8n meanwhile: never replaced unseen.
  await open(page, `#/sequences/${id}`);
  await page.getByText("Version 2 is newer than this one").waitFor();
  expect(problems).toEqual([]);
});

test("a sequence is written on the desk, step by step, and a name that is taken is not replaced", async () => {
  const { page, context, problems } = await world.signIn("owner@example.com");
  await open(page, "#/sequences");
  await page.getByRole("link", { name: "New sequence" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Spring");
  const first = page.getByRole("listitem", { name: "Step 1" });
  await choose(first, "Text", "Hello v1");
  await page.getByRole("button", { name: "Add a message" }).click();
  const second = page.getByRole("listitem", { name: "Step 2" });
  await second.getByLabel("Delay before step 2").fill("3 days");
  await second.getByLabel("Delay before step 2").blur();
  await second.getByLabel("Days that count").selectOption("calendar");
  await second.getByLabel("between").fill("10:00");
  await second.getByLabel("and", { exact: true }).fill("16:30");
  const save = page.getByRole("button", { name: "Save the sequence" });
  await save.click();
  await page.getByText("There is a sequence with this name already.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Autumn");
  await save.click();
  // What is wrong is said, and nothing that was set is lost.
  await page.getByText("step 2 has no text").waitFor();
  await choose(second, "Text", "Hello v1");
  await save.click();
  await page.getByText("Sequence saved. A campaign can use it now.").waitFor();
  await page.getByRole("heading", { level: 1, name: "Autumn" }).waitFor();
  const steps = await world.sql`
    select s.step, s.channel, s.delay::text, s.delay_kind, s.send_from::text, s.send_until::text
    from sequences q join sequence_steps s on s.sequence_id = q.id where q.name = 'Autumn' order by s.step`;
  expect(steps.map((step) => Object.values(step))).toEqual([
    [1, "email", "00:00:00", "business", "09:00:00", "17:00:00"],
    [2, "email", "3 days", "calendar", "10:00:00", "16:30:00"],
  ]);
  expect(problems).toEqual([]);
  await context.close();
});

test("a viewer sees the same sequence and edits nothing", async () => {
  const { page } = await world.signIn("viewer@example.com");
  await open(page, `#/sequences/${id}`);
  await page.getByText("The person replied within 3 days?").waitFor();
  await page.getByText("If so: Broker").waitFor();
  expect(await page.getByRole("button", { name: /Add|Remove|Move|Save/ }).count()).toBe(0);
});
