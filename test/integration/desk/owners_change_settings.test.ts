import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, type SignedIn, startDeskWorld, violations } from "./support.ts";

let world: DeskWorld;
let owner: SignedIn;
beforeAll(async () => {
  world = await startDeskWorld();
  owner = await world.signIn("owner@example.com", { bypassCSP: true });
});
afterAll(() => world?.stop());

const dialog = (name: string | RegExp) => owner.page.getByRole("dialog", { name });
/** Nothing is wrong with an open dialog, neither wide nor at 360 pixels. */
async function looksRight(): Promise<void> {
  const { page } = owner;
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect(wide).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("the org is renamed, with holidays and a retention, and a foreign change is not overwritten", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=org");
  await page.getByLabel("Name", { exact: true }).fill("Alpha Realty West");
  await page.getByLabel("Holidays").fill("2026-12-25\n2026-12-26");
  await page.getByLabel(/^Days for which the bytes/).fill("45");
  await page.getByLabel("Postal address").fill("1 Main St, Los Angeles, CA 90001");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  const [org] = await world.sql`select name, holidays::text, settings from orgs where id = ${ORG}`;
  expect(org).toEqual({
    name: "Alpha Realty West",
    holidays: "{2026-12-25,2026-12-26}",
    settings: { raw_days: 45, postal_address: "1 Main St, Los Angeles, CA 90001" },
  });
  await world.sql`update orgs set settings = settings || '{"seller": "Alpha"}' where id = ${ORG}`;
  await page.getByLabel(/^Days for which the bytes/).fill("50");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("somebody changed these settings meanwhile").waitFor();
});

test("a sender is added with the postal address of the org, changed and paused", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=senders");
  await page.getByRole("button", { name: "Add a sender" }).click();
  await looksRight();
  await dialog("New sender").getByLabel("Name", { exact: true }).fill("Alpha Realty");
  await dialog("New sender").getByLabel("From-address").fill("hello@example.com");
  await dialog("New sender").getByLabel("Messages in 24 hours").fill("500");
  await dialog("New sender").getByRole("button", { name: "Save" }).click();
  await page.getByText("Sender added").waitFor();
  await page.getByRole("button", { name: "Edit Alpha Realty hello@example.com" }).click();
  const edit = dialog(/hello@example.com/);
  await edit.getByLabel("Messages in 24 hours").fill("");
  await edit.getByLabel("SPF, DKIM and DMARC of the domain pass").check();
  await edit.getByRole("button", { name: "Save" }).click();
  await page.getByText("Sender saved").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Sender paused").waitFor();
  const [sender] = await world.sql`
    select postal_address, per_day, authenticated_at is not null as authenticated, state from senders`;
  expect(sender).toEqual({
    postal_address: "1 Main St, Los Angeles, CA 90001",
    per_day: null,
    authenticated: true,
    state: "paused",
  });
});

test("the secrets of a new source are shown once and never again", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=sources");
  await page.getByRole("button", { name: "Add a source" }).click();
  await dialog("New source").getByLabel("Name", { exact: true }).fill("County list");
  await dialog("New source").getByLabel("Key", { exact: true }).fill("county");
  await dialog("New source").getByRole("button", { name: "Save" }).click();
  const once = dialog("Secrets of County list");
  const secret = await once.getByRole("textbox", { name: "Secret for uploads" }).inputValue();
  expect(secret).toMatch(/^whsec_/);
  await looksRight();
  await once.getByRole("button", { name: "I have stored it" }).click();
  await page.reload();
  await page.getByRole("button", { name: "New secret for County list" }).waitFor();
  expect(await page.content()).not.toContain(secret.slice(6));

  await page.getByRole("button", { name: "New secret for County list" }).click();
  const rotate = dialog("New secret for County list");
  await rotate.getByLabel("The present secret ends").selectOption("now");
  await rotate.getByRole("button", { name: "Make it" }).click();
  expect(await once.getByRole("textbox", { name: "Secret for uploads" }).inputValue()).not.toBe(
    secret,
  );
  await once.getByRole("button", { name: "I have stored it" }).click();
  const [valid] = await world.sql`
    select count(*)::int as n from private.source_secrets where expires_at is null or expires_at > now()`;
  expect(valid?.n).toBe(1);
});

test("a rule is set with its reason, a reason is waived by counsel's name, and the law is one click deep", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=rules");
  await page.getByRole("button", { name: "Set Calling hours", exact: true }).click();
  const hours = owner.page.getByRole("dialog", { name: "Calling hours", exact: true });
  await looksRight();
  await hours.getByLabel("From").fill("10:00");
  await hours.getByLabel("Sunday").check();
  await hours.getByLabel("Why").fill("Nobody answers earlier");
  await hours.getByRole("button", { name: "Save" }).click();
  await page.getByText("10:00 to 20:00, closed sun").waitFor();

  await page.getByRole("button", { name: "Set Waived reasons" }).click();
  const waive = dialog("Waived reasons");
  await waive.getByRole("checkbox").first().check();
  await looksRight();
  await waive.getByLabel("Why").fill("Advice of October");
  await waive.getByLabel("Counsel who approved it").fill("A. Counsel");
  await waive.getByRole("button", { name: "Save" }).click();
  await page.getByText("approved by A. Counsel").waitFor();

  const reason = page.getByText("No consent on record");
  await reason.click();
  const law = page.locator("details", { has: reason }).getByRole("link");
  expect(await law.getAttribute("href")).toBe(
    "https://www.ecfr.gov/current/title-47/section-64.1200",
  );
  const rules = await world.sql`select key, value, counsel from org_gate_rules order by key`;
  expect(rules[0]).toEqual({
    key: "calling_hours",
    value: { start: "10:00", end: "20:00", closed: ["sun"] },
    counsel: null,
  });
  expect(rules[1]).toMatchObject({ key: "waive", counsel: "A. Counsel" });
});

test("budgets and keys of a provider go in, and no key comes out", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=providers");
  await page.getByRole("button", { name: "Budget of zerobounce" }).click();
  await dialog("Budget of zerobounce").getByLabel("USD a day").fill("2.5");
  await dialog("Budget of zerobounce").getByRole("button", { name: "Save" }).click();
  await page.getByText("$0.00 of $2.50").waitFor();
  await page.getByRole("button", { name: "Keys of zerobounce" }).click();
  await dialog("Keys of zerobounce").getByLabel("Name of the account").fill("own");
  await dialog("Keys of zerobounce").getByLabel("ZEROBOUNCE_API_KEY").fill("a-secret-key");
  await looksRight();
  await dialog("Keys of zerobounce").getByRole("button", { name: "Store" }).click();
  await page.getByText("own: 1 settings, stored").waitFor();
  expect(await page.content()).not.toContain("a-secret-key");
});

test("a broker sees members and the own sign-in, no settings of the org", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  await open(page, "#/settings");
  expect(
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link").allTextContents(),
  )
    .toEqual(["Members and brokers", "My sign-in"]);
  await open(page, "#/settings?tab=sources");
  await page.getByText("This section is for owners and admins.").waitFor();
  await context.close();
});

test("an API key is created with its scopes, shown once, rotated and revoked", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=keys");
  await page.getByRole("button", { name: "Create a key" }).click();
  const create = dialog("Create an API key");
  await create.getByLabel("What it is for").fill("n8n");
  await create.getByLabel("Acts as").selectOption("admin");
  await create.getByLabel(/read leads, without names/).check();
  await create.getByLabel(/forecast, start, pause/).check();
  await looksRight();
  await create.getByRole("button", { name: "Create it" }).click();
  const once = dialog("The key is shown this once");
  const key = await once.getByRole("textbox", { name: "API key" }).inputValue();
  expect(key).toMatch(/^slk_[0-9a-f]{16}_/);
  await looksRight();
  await once.getByRole("button", { name: "I have stored it" }).click();
  const [made] = await world.sql`select role, scopes from api_keys where name = 'n8n'`;
  expect(made).toEqual({ role: "admin", scopes: ["campaigns.control", "leads.read"] });

  await page.getByRole("button", { name: "Rotate n8n" }).click();
  await dialog("New key for n8n").getByRole("button", { name: "Make it" }).click();
  await once.getByRole("button", { name: "I have stored it" }).click();
  await page.getByText("replaced", { exact: true }).waitFor();
  expect(await page.content()).not.toContain(key);

  await page.getByRole("button", { name: "Revoke n8n" }).first().click();
  await page.getByRole("alertdialog").or(page.getByRole("dialog"))
    .getByRole("button", { name: "Revoke it" }).click();
  await page.getByText("Key revoked").waitFor();
  const states = await world.sql`
    select count(*) filter (where revoked_at is null)::int as open, count(*)::int as all from api_keys
    where name = 'n8n'`;
  expect(states[0]).toEqual({ open: 1, all: 2 });
});

test("an owner lets an admin export and ends it; an admin sees the right and cannot give it", async () => {
  const { page } = owner;
  await open(page, "#/settings?tab=members");
  const box = page.getByRole("checkbox", { name: "admin@example.com may export plain values" });
  await box.waitFor();
  expect(await box.isChecked()).toBe(false);
  expect(await page.getByRole("checkbox", { name: /may export plain values/ }).count()).toBe(1);
  const may = async () =>
    (await world.sql<{ may: boolean }[]>`
      select m.may_export as may from members m join auth.users u on u.id = m.user_id
      where m.org_id = ${ORG} and u.email = 'admin@example.com'`)[0]!.may;
  await box.check();
  await page.getByText("May export plain values").waitFor();
  expect(await may()).toBe(true);

  const admin = await world.signIn("admin@example.com");
  await open(admin.page, "#/settings?tab=members");
  await admin.page.getByRole("row", { name: /admin@example.com/ }).getByText("yes").waitFor();
  expect(await admin.page.getByRole("checkbox", { name: /may export/ }).count()).toBe(0);
  await admin.context.close();

  await box.uncheck();
  await page.getByText("May no longer export").waitFor();
  expect(await may()).toBe(false);
  const events = await world.sql<{ detail: unknown }[]>`
    select detail from private.audit_events where org_id = ${ORG} and action = 'member.changed'
      and detail ? 'may_export' order by id`;
  expect(events.map(({ detail }) => detail)).toEqual([
    { may_export: [false, true] },
    { may_export: [true, false] },
  ]);
});
