// What members did by command or SQL only: consents and their end, merges and splits, requests of persons, pulls.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { choose, type DeskWorld, open, ORG, type SignedIn, startDeskWorld } from "./support.ts";

let world: DeskWorld;
let owner: SignedIn;
let lead: Record<string, string>;
let source: string;
beforeAll(async () => {
  world = await startDeskWorld();
  const leads = await world.sql`select id, owner_full from leads where org_id = ${ORG}`;
  lead = Object.fromEntries(leads.map(({ id, owner_full }) => [owner_full, id]));
  const [made] = await world.sql`
    insert into sources (org_id, key, name) values (${ORG}, 'county', 'County list') returning id`;
  source = made!.id;
  owner = await world.signIn("owner@example.com");
});
afterAll(() => world?.stop());

const dialog = (who: SignedIn, name: string | RegExp) => who.page.getByRole("dialog", { name });
const button = (who: SignedIn, name: string | RegExp) =>
  who.page.locator("main").getByRole("button", { name, exact: true });

test("a broker stops a number and records a consent, which lifts it when an owner confirms", async () => {
  const broker = await world.signIn("broker@example.com");
  const at = `#/lead/${lead["Owner 1"]}`;
  await open(broker.page, at);
  await button(broker, "Stop contact").click();
  const stop = dialog(broker, "Stop contact");
  expect(await stop.getByRole("option", { name: "Known to sue" }).count()).toBe(0);
  await stop.getByLabel("Call by hand").uncheck();
  await stop.getByLabel("AI call").uncheck();
  await stop.getByLabel("How the person said it").selectOption("In a letter");
  await stop.getByLabel("When").fill("2026-01-05T10:00");
  await stop.getByLabel("The person's words").fill("No texts please");
  await stop.getByRole("button", { name: "Stop contact" }).click();
  await broker.page.getByText("Stopped: Text").waitFor();
  await broker.page.getByText("letter, recorded by a member · by Ann Ames").waitFor();

  await button(broker, "Record a consent").click();
  const record = dialog(broker, "Record a consent");
  await record.getByLabel("Text", { exact: true }).check();
  await record.getByLabel("How it was given").selectOption("Said on the phone or in person");
  await record.getByLabel("When").fill("2026-01-06T10:00");
  await record.getByLabel("Wording").fill("Somebody may text me.");
  await record.getByLabel("Where the evidence is kept").fill("Recording 4");
  await record.getByRole("button", { name: "Record" }).click();
  await record.getByText("text is required").waitFor();
  // What was typed is still there, and the focus where it was.
  expect(
    await record.getByRole("button", { name: "Record" }).evaluate((it) =>
      it === document.activeElement
    ),
  ).toBe(true);
  await record.getByLabel("Wording").fill("Alpha Realty may text me.");
  await record.getByRole("button", { name: "Record" }).click();
  await broker.page.getByText("Consent recorded").waitFor();
  expect(await button(broker, "Confirm and lift").count()).toBe(0);
  await broker.context.close();

  await open(owner.page, at);
  await button(owner, "Confirm and lift").click();
  await owner.page.getByText("Consent confirmed").waitFor();
  const lifts = await world.sql`select channel from suppression_lifts where org_id = ${ORG}`;
  expect([...lifts]).toEqual([{ channel: "sms" }]);
  const viewer = await world.signIn("viewer@example.com");
  await open(viewer.page, at);
  await viewer.page.getByText("letter, recorded by a member").first().waitFor();
  for (const name of ["Stop contact", "Record a consent", "Revoke", "Merge", "Split"]) {
    expect(await viewer.page.locator("main").getByRole("button", { name }).count()).toBe(0);
  }
  await viewer.context.close();
});

test("two leads are merged and split from the page, and both are undone", async () => {
  const { page } = owner;
  await open(page, `#/lead/${lead["Owner 2"]}`);
  await button(owner, "Merge").click();
  const merge = dialog(owner, "Merge with another lead");
  await merge.getByLabel("Find the other lead").fill("Owner 3");
  await merge.getByLabel(/^Owner 3/).check();
  await merge.getByRole("button", { name: "Merge" }).click();
  await page.getByText("Leads merged").waitFor();
  // Of the owner's name, the one that survives is shown.
  const others = async () =>
    (await world.sql`select 1 from leads where org_id = ${ORG} and id = ${lead["Owner 3"]!}`)
      .length;
  expect(await others()).toBe(0);
  await button(owner, /^Undo the merge of Owner 3/).click();
  await page.getByText("Merge undone: both leads are back").waitFor();
  expect(await others()).toBe(1);

  await button(owner, "Split").click();
  const split = dialog(owner, "Split this lead");
  await split.getByLabel(/55-?0102|0102/).check();
  await split.getByLabel("Last name of the new owner").fill("Newman");
  await split.getByRole("button", { name: "Split" }).click();
  await page.getByRole("heading", { level: 1, name: "Newman" }).waitFor();
  await button(owner, /^Undo the split of/).click();
  await page.getByText("Split undone: one lead again").waitFor();
  const [left] = await world.sql`
    select count(*)::int as n from contact_points where org_id = ${ORG} and lead_id = ${lead[
    "Owner 2"
  ]!}`;
  expect(left?.n).toBe(1);
});

test("the record of a person is exported, and erased when the name is typed", async () => {
  const { page } = owner;
  await open(page, `#/lead/${lead["Owner 4"]}`);
  await button(owner, "Export the record").click();
  const download = page.waitForEvent("download");
  await dialog(owner, "Export the record").getByRole("button", { name: "Download" }).click();
  const record = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(record.contacts[0].value).toBe("+12135550104");
  await dialog(owner, "Export the record").getByRole("button", { name: "Close" }).click();
  const [logged] = await world.sql`
    select reason from private.pii_access_log where lead_id = ${lead[
    "Owner 4"
  ]!} and subject = 'person'`;
  expect(logged?.reason).toBe("Request of the person");

  await button(owner, "Erase the person").click();
  const erase = dialog(owner, "Erase the person");
  await erase.getByLabel("Number of the request").fill("R-17");
  await erase.getByLabel("Type “Owner 4” to confirm").fill("Owner 5");
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await erase.getByText("to erase, type “Owner 4”").waitFor();
  await erase.getByLabel("Type “Owner 4” to confirm").fill("Owner 4");
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await erase.getByText("The person is erased on 1 lead").waitFor();
  await erase.getByText("suppressions, as keyed hashes", { exact: false }).waitFor();
  await erase.getByRole("button", { name: "Close" }).click();
  await page.getByRole("heading", { level: 2, name: "Erased" }).waitFor();
  const [left] = await world.sql`
    select owner_full, (select count(*)::int from contact_points c where c.lead_id = l.id) as contacts
    from leads l where l.id = ${lead["Owner 4"]!}`;
  expect(left).toEqual({ owner_full: null, contacts: 0 });
});

test("a pull is added, paused, changed and run, and a list that lost rows is refused", async () => {
  const { page } = owner;
  await open(page, "#/lists?tab=pulls");
  await button(owner, "Add a pull").click();
  const add = dialog(owner, "New scheduled pull");
  await add.getByLabel("Source").selectOption("County list");
  await add.getByLabel("Address").fill("http://example.com/owners.csv");
  await add.getByLabel("Terms").fill("Contract of 2026");
  await add.getByRole("button", { name: "Save" }).click();
  await add.getByRole("alert").getByText("the URL").waitFor();
  await add.getByLabel("Address").fill("https://example.com/owners.csv");
  await add.getByLabel("Token of the server").fill("a token");
  await add.getByRole("button", { name: "Save" }).click();
  await page.getByText("Pull added").waitFor();
  await button(owner, "Pause County list").click();
  await page.getByText("County list is paused").waitFor();
  await button(owner, "Edit County list").click();
  const edit = dialog(owner, "Pull of County list");
  await edit.getByLabel("Sunday").uncheck();
  await edit.getByLabel("Share of rows that may be lost, in %").fill("50");
  await edit.getByRole("button", { name: "Save" }).click();
  await page.getByText("Pull saved").waitFor();
  const [pull] = await world.sql`
    select active, weekdays, most_lost::float8, token_cipher is not null as token from pulls`;
  expect(pull).toEqual({
    active: false,
    weekdays: [1, 2, 3, 4, 5, 6],
    most_lost: 0.5,
    token: true,
  });
  await button(owner, "Run County list now").click();
  await page.getByText("County list is fetched within a minute").waitFor();
  await world.sql`
    update pull_runs set state = 'held', rows = 10, error = '10 rows, after 100 in the last good run'`;

  const viewer = await world.signIn("viewer@example.com");
  await open(viewer.page, `#/lists?tab=pulls&pull=${source}`);
  await viewer.page.getByText("An owner or admin releases or refuses it").waitFor();
  await viewer.page.getByRole("heading", { name: "Runs of County list" }).waitFor();
  expect(await viewer.page.locator("main table").getByRole("button").count()).toBe(0);
  await viewer.context.close();

  await open(page, "#/lists");
  await open(page, "#/lists?tab=pulls");
  await button(owner, "Refuse the list of County list").click();
  await dialog(owner, /^Refuse this list/).getByRole("button", { name: "Refuse the list" }).click();
  await page.getByText("Refused: nothing of it was kept").waitFor();
  expect([...await world.sql`select state from pull_runs`]).toEqual([{ state: "dropped" }]);
});

test("messages can be used in an open dialog, and any of three hundred sequences is found by its name", async () => {
  const { page } = owner;
  await world.sql`
    insert into sequences (org_id, name) select ${ORG}, 'Sequence ' || lpad(n::text, 3, '0') from generate_series(1, 300) n`;
  await open(page, `#/lead/${lead["Owner 5"]}`);
  await button(owner, "Add a task").click();
  await dialog(owner, "Add a task").getByRole("button", { name: "Add" }).click();
  const told = page.getByRole("status").getByText("Task added");
  await told.waitFor();
  await open(page, "#/campaigns");
  await button(owner, "New campaign").first().click();
  const campaign = dialog(owner, "New campaign");
  // The page behind a dialog cannot be clicked: the message is in it.
  await campaign.locator(".toast", { hasText: "Task added" })
    .getByRole("button", { name: "Dismiss" }).click();
  await told.waitFor({ state: "detached" });
  await campaign.getByLabel("Name", { exact: true }).fill("Late");
  await choose(campaign, "Sequence", "Sequence 287");
  await campaign.getByRole("button", { name: "Save" }).click();
  await page.getByText("Campaign saved").waitFor();
  const [saved] = await world.sql`
    select q.name from campaigns c join sequences q on q.id = c.sequence_id where c.name = 'Late'`;
  expect(saved?.name).toBe("Sequence 287");
});
