import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, settled, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld(["outreach"]);
});
afterAll(() => world?.stop());

/** A browser of one's own that nobody has signed in to. */
const browser = async () => {
  const context = await world.browser.newContext({ locale: "en-US" });
  return { context, page: await context.newPage() };
};

test("an owner invites, the person joins by the mail's link, and a sign-out everywhere ends every browser", async () => {
  const email = "new@example.com";
  const { page: owner, context } = await world.signIn("owner@example.com");
  await open(owner, "#/settings");
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill(email);
  await dialog.getByLabel("Name").fill("Nia New");
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await dialog.getByText("A link is on its way to").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await owner.getByRole("button", { name: "Send again" }).waitFor();

  // The link of the invitation signs in, and nothing of it stays in the address.
  const first = await browser();
  const [invitation] = await world.mailTo(email);
  await first.page.goto(invitation!.link);
  await first.page.getByText("invites you as").waitFor();
  await first.page.getByText(`Signed in as ${email}`).waitFor();
  expect(first.page.url()).not.toMatch(/access_token|refresh_token|[?]invitation=/);
  await first.page.getByLabel("I have read this and agree.").check();
  await first.page.getByRole("button", { name: "Join Alpha Realty" }).click();
  await first.page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
  const [member] = await world.sql`
    select m.role, b.name from members m join auth.users u on u.id = m.user_id join brokers b on b.user_id = m.user_id
    where m.org_id = ${ORG} and u.email = ${email}`;
  expect(member).toEqual({ role: "broker", name: "Nia New" });
  await open(first.page, "#/settings");
  expect(await first.page.getByRole("button", { name: "Invite", exact: true }).count()).toBe(0);

  // A sign-in link, in another browser.
  const second = await browser();
  await second.page.goto(world.desk.url);
  await second.page.getByRole("button", { name: "Sign in with a link by mail" }).click();
  await second.page.getByLabel("E-mail address").fill(email);
  await second.page.getByRole("button", { name: "Mail me a link" }).click();
  await second.page.getByRole("heading", { name: "Check your mail" }).waitFor();
  const [signIn] = await world.mailTo(email);
  await second.page.goto(signIn!.link);
  await second.page.getByRole("heading", { level: 1, name: "My day" }).waitFor();

  // Signed out everywhere in one: the other writes no more.
  await world
    .sql`update leads set assigned_broker_id = (select id from brokers where name = 'Nia New')
    where org_id = ${ORG} and owner_full = 'Owner 9'`;
  const [task] = await world.sql`
    insert into tasks (org_id, lead_id, kind, created_at, due_at, created_by, assigned_to)
    select l.org_id, l.id, 'follow_up', now(), now(), u.id, u.id from leads l, auth.users u
    where l.org_id = ${ORG} and l.owner_full = 'Owner 9' and u.email = ${email} returning id`;
  await open(first.page, "#/tasks");
  await first.page.getByRole("button", { name: /^Done/ }).first().waitFor();
  await open(second.page, "#/settings?tab=mine");
  await second.page.getByRole("button", { name: "Sign out everywhere" }).click();
  await second.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await first.page.getByRole("button", { name: /^Done/ }).first().click();
  await first.page.getByRole("alert").or(first.page.getByRole("heading", { name: "Sign in" }))
    .first().waitFor();
  const [kept] = await world.sql`select done_at as done from tasks t
    where id = ${task?.id}`;
  expect(kept).toEqual({ done: null });
  for (const one of [context, first.context, second.context]) await one.close();
});

test("a used link leads back to the invitation, where another is asked for in any browser", async () => {
  const { page: owner, context } = await world.signIn("owner@example.com");
  await open(owner, "#/settings");
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill("slow@example.com");
  await dialog.getByLabel("Role").selectOption("viewer");
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await dialog.getByText("A link is on its way to").waitFor();
  const [{ link } = { link: "" }] = await world.mailTo("slow@example.com");
  // A scanner of the mail server opens it first.
  await fetch(link, { redirect: "manual" });
  const { page, context: own } = await browser();
  await page.goto(link);
  await page.getByLabel("E-mail address").fill("slow@example.com");
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await page.goto((await world.mailTo("slow@example.com"))[0]!.link);
  await page.getByText("invites you as").waitFor();
  await page.getByLabel("I have read this and agree.").check();
  await page.getByRole("button", { name: "Join Alpha Realty" }).click();
  await settled(page);
  for (const one of [context, own]) await one.close();
});
