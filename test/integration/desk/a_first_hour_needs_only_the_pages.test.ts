// The first hour of a brokerage on the desk: everything that people do is done on the pages. What is there before: an
// org with an owner, as the installation leaves it.
import { generateSync } from "otplib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  choose,
  type DeskWorld,
  open,
  ORG,
  secondFactor,
  secrets,
  settled,
  startDeskWorld,
} from "./support.ts";

const ROBIN = "robin@example.com";
const LIST = `Property Address,City,State,Zip,Owner,Reach
11 Larch St,Los Angeles,CA,90001,Zoe Quill,213-555-0111
12 Larch St,Los Angeles,CA,90001,Abe Stone,213-555-0112
13 Larch St,Los Angeles,CA,90001,Ida Moor,213-555-0113
`;

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld(
    ["csv-upload"],
    { WORKER_SWEEP_SECONDS: "3600", WORKER_SUPERVISE_SECONDS: "1" },
    { worker: true },
  );
});
afterAll(() => world?.stop());

const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true }).first();
const toast = (page: Page, text: string | RegExp) =>
  page.locator(".toast").filter({ hasText: text }).first().waitFor();
const idOf = async (name: string): Promise<string> => {
  const [lead] = await world.sql`select id from leads where owner_full = ${name}`;
  return lead?.id;
};

/** Where lists come from, who sends, what is written, and in which order: all that a campaign needs. */
async function setUp(owner: Page): Promise<void> {
  const dialog = owner.getByRole("dialog");
  await open(owner, "#/settings?tab=sources");
  await button(owner, "Add a source").click();
  await dialog.getByLabel("Name", { exact: true }).fill("County list");
  await dialog.getByLabel("Key", { exact: true }).fill("county");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("button", { name: "I have stored it" }).click();

  await open(owner, "#/settings?tab=senders");
  await button(owner, "Add a sender").click();
  await dialog.getByLabel("Way").selectOption("Texts by Twilio");
  await dialog.getByLabel("Name", { exact: true }).fill("Alpha Realty");
  await dialog.getByLabel("Number", { exact: true }).fill("+12135550190");
  await dialog.getByRole("button", { name: "Save" }).click();
  await toast(owner, "Sender added");

  await open(owner, "#/sequences/template/new");
  await owner.getByLabel("Name").fill("Hello");
  const text = owner.getByRole("textbox", { name: "Text", exact: true });
  await text.fill("Hello, is your house for sale?");
  // The page says what is missing before anything is saved.
  await owner.getByText(/how to opt out/i).first().waitFor();
  await text.fill(
    "Hello, is your house for sale? {{ sender.name }}. Reply STOP to opt out.",
  );
  await owner.locator("form .note.bad").first().waitFor({ state: "detached" });
  await button(owner, "Save as a new version").click();
  await owner.getByRole("heading", { level: 1, name: "Hello" }).waitFor();

  await open(owner, "#/sequences/new");
  await owner.getByLabel("Name").fill("One text");
  const step = owner.getByRole("listitem", { name: "Step 1" });
  await step.getByLabel("Channel").selectOption("Text");
  await choose(step, "Text", "Hello v1");
  await button(owner, "Save the sequence").click();
  await owner.getByRole("heading", { level: 1, name: "One text" }).waitFor();
}

/** Finds a lead by its name, and opens its page. */
async function find(page: Page, name: string): Promise<void> {
  await open(page, "#/search");
  await page.getByRole("searchbox").fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await settled(page);
}

async function recordCall(page: Page, outcome: string): Promise<void> {
  await button(page, "Call").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/You may call now|Do not call now/).waitFor();
  await dialog.getByLabel(outcome).check();
  await dialog.getByRole("button", { name: "Record the call" }).click();
  await toast(page, /Call recorded/);
}

test("an owner and a new broker get from an invitation to a closed deal", async () => {
  const { sql } = world;
  const { page: owner, problems } = await world.signIn("owner@example.com");

  await setUp(owner);

  // The owner invites a broker.
  await open(owner, "#/settings");
  await button(owner, "Invite").click();
  const inviting = owner.getByRole("dialog");
  await inviting.getByLabel("E-mail address").fill(ROBIN);
  await inviting.getByLabel("Name").fill("Robin Reed");
  await inviting.getByLabel("Send it by mail").uncheck();
  await inviting.getByRole("button", { name: "Make the link" }).click();
  const link = await inviting.getByRole("textbox", { name: "Link" }).inputValue();
  await button(owner, "Close").click();

  // Sign-up is off: the project made the account. A link by mail signs in, and the invitation is there again.
  await world.addUser(ROBIN);
  const context = await world.browser.newContext({ locale: "en-US" });
  context.setDefaultTimeout(120_000);
  const robin = await context.newPage();
  await robin.goto(link);
  await robin.getByLabel("E-mail address").fill(ROBIN);
  await button(robin, "Mail me a link").click();
  await robin.getByRole("heading", { name: "Check your mail" }).waitFor();
  const [mail] = await world.mailTo(ROBIN);
  await robin.goto(mail!.link);
  await robin.getByRole("heading", { name: "Invitation" }).waitFor();
  await robin.getByLabel("I have read this and agree.").check();
  await button(robin, "Join Alpha Realty").click();
  await robin.getByRole("heading", { level: 1, name: "My day" }).waitFor();

  // A password and an authenticator; then the broker signs in with both.
  await open(robin, "#/settings?tab=mine");
  await robin.getByLabel("New password").fill("a long enough password");
  await button(robin, "Change").click();
  await toast(robin, "Password changed");
  await button(robin, "Set up or confirm").click();
  const secret = (await robin.locator("main code").textContent() ?? "").replaceAll(" ", "");
  secrets.set(ROBIN, secret);
  await robin.getByLabel("Code of your authenticator app").fill(generateSync({ secret }));
  await button(robin, "Confirm").click();
  await robin.getByText("This session has a second factor.").waitFor();
  await robin.locator(".side-foot summary").click();
  await button(robin, "Sign out").click();
  await robin.getByLabel("E-mail address").fill(ROBIN);
  await robin.getByLabel("Password", { exact: true }).fill("a long enough password");
  await robin.keyboard.press("Enter");
  await robin.getByRole("heading", { level: 1, name: "Settings" }).waitFor();

  // A list is uploaded; one column is not known, and is sent where it belongs.
  await open(owner, "#/lists");
  await owner.getByLabel("File").setInputFiles({
    ...{ name: "owners.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) },
  });
  const reach = owner.getByRole("combobox", { name: "Where “Reach” goes" });
  await reach.waitFor();
  expect(await reach.inputValue()).toBe("attribute");
  await reach.selectOption("phone_1");
  await owner.getByText("changed", { exact: true }).waitFor();
  await button(owner, "Save the mapping and upload").click();
  await owner.getByRole("heading", { level: 1, name: "owners.csv" }).waitFor();
  await owner.getByText("completed", { exact: true }).waitFor();
  expect(await idOf("Zoe Quill")).toBeTruthy();

  // The leads are given to the broker.
  for (const name of ["Zoe Quill", "Abe Stone", "Ida Moor"]) {
    await find(owner, name);
    await owner.getByRole("combobox", { name: "Broker" }).selectOption("Robin Reed");
    await toast(owner, "Lead given to the broker");
  }

  // A campaign is launched after its forecast. In the night, a provider verified the phones and the leads were counted.
  await sql`update contact_points set verified = true where org_id = ${ORG}`;
  await sql`update leads set phone_verified = true where org_id = ${ORG}`;
  await sql`select public.refresh_contactable_leads(now(), true)`;
  await open(owner, "#/campaigns");
  await button(owner, "New campaign").click();
  await owner.getByRole("dialog").getByLabel("Name").fill("Spring");
  await choose(owner.getByRole("dialog"), "Sequence", "One text");
  await button(owner, "Save").click();
  await owner.getByRole("heading", { level: 1, name: "Spring" }).waitFor();
  await button(owner, "Make the forecast").click();
  await owner.getByText(/[1-9]\d* leads fit on/).waitFor();
  await owner.getByRole("table", { name: "Forecast by channel" }).waitFor();
  await button(owner, "Launch").click();
  await toast(owner, "Campaign launched");
  await owner.getByText("running", { exact: true }).waitFor();

  // Somebody writes; the broker reads it and answers.
  await sql`
    select t.outcome from private.apply_reply_event(${ORG}, 'twilio', ${
    sql.json({
      ...{ key: "k1", at: new Date().toISOString(), channel: "sms", from: "+12135550111" },
      ...{ text: "What would you pay?", label: "question" },
    })
  }) t`;
  await open(robin, "#/inbox");
  await robin.reload();
  await robin.getByRole("link", { name: /Zoe Quill/ }).click();
  await secondFactor(robin, ROBIN);
  await robin.getByText("What would you pay?").waitFor();
  await robin.getByLabel("Answer by text").fill("A fair price. When may I call?");
  await button(robin, "Send").click();
  await toast(robin, /The answer is sent now|Not sent: /);
  const [answer] = await sql`select state from messages where org_id = ${ORG} and kind = 'manual'`;
  expect(answer).toBeDefined();

  // A call is recorded, and the appointment with it.
  await find(robin, "Zoe Quill");
  await recordCall(robin, "Made an appointment");
  const [booking] = await sql`select count(*)::int as n from bookings where org_id = ${ORG}`;
  expect(booking?.n).toBe(1);

  // A wish is heard on the phone: a suppression at once.
  await find(robin, "Abe Stone");
  await recordCall(robin, "Does not want to be called");
  await toast(robin, "The wish is in force now.");
  await robin.getByRole("region", { name: "Consents and suppressions" }).locator(".tag.bad").first()
    .waitFor();

  // A deal is opened, and closed.
  await find(robin, "Zoe Quill");
  await button(robin, "Open a deal").click();
  await robin.getByRole("dialog").getByLabel("Price, USD").fill("480000");
  await robin.getByRole("dialog").getByRole("button", { name: "Open" }).click();
  await toast(robin, "Deal opened");
  await robin.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  await robin.getByRole("combobox", { name: /^Stage of / }).selectOption("Closed");
  await toast(robin, "Moved to Closed");
  await robin.getByRole("region", { name: "Closed" }).getByRole("link").first().waitFor();

  // Why somebody is not called: in words, and the law one click deep.
  await open(robin, "#/day?show=never");
  const row = robin.locator("main [data-row]").filter({ hasText: "Abe Stone" });
  await row.waitFor();
  await row.locator("summary").first().click();
  await row.getByText(/Rule: /).first().waitFor();

  expect(problems).toEqual([]);
  await context.close();
}, 600_000);
