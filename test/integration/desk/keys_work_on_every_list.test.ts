import { afterAll, beforeAll, expect, test } from "vitest";
import { type Filled, fillLists, FLIP } from "../../support/filled_desk.ts";
import { type DeskWorld, open, ORG, type SignedIn, startDeskWorld } from "./support.ts";

let world: DeskWorld;
let at: Filled;
let owner: SignedIn;
beforeAll(async () => {
  world = await startDeskWorld();
  at = await fillLists(world);
  await world.sql`
    insert into senders (org_id, channel, provider, name, address, postal_address)
    values (${ORG}, 'email', 'sendgrid', 'Alpha Realty', 'hello@example.com', '1 Main St, Los Angeles, CA 90001')`;
  owner = await world.signIn("owner@example.com");
});
afterAll(() => world?.stop());

/** The row with the focus, and whether the window has a dialog. */
const place = () =>
  owner.page.evaluate(() => ({
    row: document.activeElement?.closest("main [data-row]")?.getAttribute("data-row") ?? null,
    rows: [...document.querySelectorAll<HTMLElement>("main [data-row]")]
      .filter((row) => row.offsetParent !== null).map((row) => row.dataset.row),
  }));

test("j and k move through the rows of every list, and / goes to the search", async () => {
  const { page } = owner;
  const lists = [
    ...[
      "inbox?state=all",
      "tasks?list=team",
      "search?q=Owner",
      "pipeline",
      "flips",
    ],
    ...["campaigns", "sequences", "sequences?tab=templates", `sequences/${at.sequence}`, "lists"],
    ...[
      "lists?tab=conflicts",
      `flips/${FLIP}`,
      "settings",
      "settings?tab=senders",
      "settings?tab=sources",
    ],
    ...["settings?tab=rules", "settings?tab=providers", "settings?tab=keys", "audit"],
  ];
  const wrong: string[] = [];
  for (const list of lists) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await open(page, `#/${list}`);
    await page.locator("main [data-row]").first().waitFor().catch(() => {});
    const { rows } = await place();
    if (rows.length === 0) {
      wrong.push(`${list}: no row`);
      continue;
    }
    await page.keyboard.press("j");
    if ((await place()).row !== rows[0]) wrong.push(`${list}: j does not go to the first row`);
    await page.keyboard.press("j");
    if ((await place()).row !== rows[Math.min(1, rows.length - 1)]) wrong.push(`${list}: j stays`);
    await page.keyboard.press("k");
    if ((await place()).row !== rows[0]) wrong.push(`${list}: k does not go back`);
    await page.keyboard.press("/");
    await page.getByRole("searchbox").waitFor();
    await page.waitForFunction(() => document.activeElement?.matches("[type=search]"))
      .catch(() => wrong.push(`${list}: / does not go to the search`));
  }
  expect(wrong).toEqual([]);
});

test("e finishes the row with the focus, r calls and answers, and a dialog leaves letters to its fields", async () => {
  const broker = await world.signIn("broker@example.com");
  await open(broker.page, "#/day?show=all");
  await broker.page.locator("main [data-row]").first().waitFor();
  await broker.page.keyboard.press("j");
  await broker.page.keyboard.press("r");
  const call = broker.page.getByRole("dialog", { name: /^Call / });
  await call.waitFor();
  // In a dialog, letters are letters.
  await broker.page.keyboard.press("e");
  expect(await call.count()).toBe(1);
  await broker.page.keyboard.press("Escape");
  await call.waitFor({ state: "detached" });
  await broker.page.waitForFunction(() => document.activeElement?.closest("main [data-row]"));
  await broker.context.close();

  const { page } = owner;

  await open(page, `#/inbox?open=reply-${at.reply}`);
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.id === "answer");
  await page.keyboard.type("ejk/");
  expect(await page.locator("#answer").inputValue()).toBe("ejk/");
  await page.locator("#answer").fill("");
  await open(page, "#/inbox");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await page.getByText("Closed", { exact: true }).waitFor();
  const [reply] = await world
    .sql`select answered_at is not null as closed from replies where id = ${at.reply}`;
  expect(reply).toEqual({ closed: true });
});

test("letters can be switched off, and Tab goes through a page in the order of its parts", async () => {
  const { page } = owner;
  await open(page, "#/tasks?list=team");
  await page.keyboard.press("?");
  await page.getByLabel("Single letters act as keys").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  expect((await place()).row).toBeNull();
  await page.keyboard.press("?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

  // From the heading through the page, and from the start again: the skip link, the navigation, the page.
  const order: string[] = [];
  await page.keyboard.press("Tab");
  for (let n = 0; n < 90; n++) {
    order.push(
      await page.evaluate(() =>
        ["skip", "side", "main"].find((name) => document.activeElement?.closest(`.${name}`)) ??
          "other"
      ),
    );
    await page.keyboard.press("Tab");
  }
  const parts = order.filter((part, n) => part !== order[n - 1]).filter((part) => part !== "other");
  expect(parts.join()).toContain("skip,side,main");
  // Tab stops have no numbers of their own.
  expect(await page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count()).toBe(0);
});
