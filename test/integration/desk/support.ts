// The desk in a real Chromium, on the local platform and a database of its own: two orgs, their people, leads and tasks.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSync } from "otplib";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { buildDesk } from "../../../scripts/desk/build_desk.ts";
import { type ServedDesk, startDesk } from "../../../scripts/desk/serve.ts";
import { freePort } from "../../../scripts/dev/state.ts";
import {
  onSupabase,
  openSupabase,
  PASSWORD,
  type Platform,
  startLocalPlatform,
} from "../../support/local_platform.ts";
import { openBrowser, PATIENCE_MS } from "../consent/support.ts";

export const ORG = "a0000000-0000-4000-8000-000000000000";
export const RIVAL = "b0000000-0000-4000-8000-000000000000";
export const PHONE = "+12135550101";

export interface DeskWorld extends Platform {
  desk: ServedDesk;
  browser: Browser;
  /** A browser of one's own, signed in, on My day. */
  signIn(email: string, options?: Parameters<Browser["newContext"]>[0]): Promise<SignedIn>;
}

export interface SignedIn {
  page: Page;
  context: BrowserContext;
  /** Addresses of all requests. */
  requests: string[];
  /** Errors of the page and refusals of the content security policy. */
  problems: string[];
}

async function fill({ sql, addUser }: Platform): Promise<void> {
  const user = {
    owner: await addUser("owner@example.com"),
    admin: await addUser("admin@example.com"),
    broker: await addUser("broker@example.com"),
    viewer: await addUser("viewer@example.com"),
    rival: await addUser("rival@example.com"),
  };
  await sql`insert into orgs (id, name) values (${ORG}, 'Alpha Realty'), (${RIVAL}, 'Beta Homes')`;
  await sql`
    insert into members (org_id, user_id, role) values (${ORG}, ${user.owner}, 'owner'),
      (${ORG}, ${user.admin}, 'admin'),
      (${ORG}, ${user.broker}, 'broker'), (${ORG}, ${user.viewer}, 'viewer'), (${RIVAL}, ${user.rival}, 'owner')`;
  const [broker] = await sql`
    insert into brokers (org_id, user_id, name) values (${ORG}, ${user.broker}, 'Ann Ames') returning id`;
  await sql`
    insert into leads (org_id, situs_house_number, situs_street, situs_city, situs_state, situs_zip, county_fips,
      owner_full, assigned_broker_id, lead_score, time_zone)
    select ${ORG}, n::text, 'Juniper St', 'Los Angeles', 'CA', '90001', '06037', 'Owner ' || n, ${broker?.id}, 20 + n,
      'America/Los_Angeles'
    from generate_series(1, 9) n`;
  await sql`
    insert into contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
    select l.org_id, l.id, 'phone', private.blind_index(x.phone, private.blind_key(l.org_id)),
      private.encrypt_value(x.phone, private.org_key(l.org_id, private.active_key_id(l.org_id, 'data'))),
      private.active_key_id(l.org_id, 'data'), private.mask_contact(x.phone)
    from leads l cross join lateral (select '+1213555010' || right(l.owner_full, 1) as phone) x where l.org_id = ${ORG}`;
  await sql`
    insert into tasks (org_id, lead_id, kind, created_at, due_at, created_by, assigned_to)
    select l.org_id, l.id, 'follow_up', now(), now() - interval '1 hour', ${user.broker}, ${user.broker}
    from leads l where l.org_id = ${ORG} and l.owner_full in ('Owner 1', 'Owner 2', 'Owner 3')`;
}

/** Keys of the authenticator apps, by address. */
export const secrets = new Map<string, string>();

/** Owners are asked for a second factor at once: the first time it is set up. */
export async function secondFactor(page: Page, email: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const field = dialog.getByLabel("Code of your authenticator app");
  await field.waitFor();
  const key = dialog.locator("code");
  if (await key.count() > 0) {
    secrets.set(email, (await key.textContent() ?? "").replaceAll(" ", ""));
  }
  await field.fill(generateSync({ secret: secrets.get(email) ?? "" }));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.waitFor({ state: "hidden" });
  await settled(page);
}

/**
 * With the functions of these names, which the desk may call. Without any, the desk runs on `supabase start` too, where
 * the environment names it.
 */
export async function startDeskWorld(
  functions: string[] = [],
  env: Record<string, string> = {},
  { worker = false } = {},
): Promise<DeskWorld> {
  const browser = await openBrowser();
  const port = await freePort();
  if (onSupabase() && (functions.length > 0 || worker)) {
    throw new Error("Tests of the desk that start functions need the local stack.");
  }
  const platform = onSupabase() ? await openSupabase() : await startLocalPlatform({
    functions,
    worker,
    env: { ...env, SLUICE_DESK_ORIGINS: `http://127.0.0.1:${port}` },
  });
  await fill(platform);
  // A folder of its own: files of tests run side by side.
  const folder = await buildDesk(mkdtempSync(join(tmpdir(), "desk-")));
  const desk = await startDesk({
    folder,
    url: platform.stack.url,
    key: platform.stack.publishableKey,
    port,
  });
  return {
    ...platform,
    desk,
    browser,
    async signIn(email, options = {}) {
      const context = await browser.newContext({ locale: "en-US", ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const requests: string[] = [];
      const problems: string[] = [];
      context.on("request", (request) => requests.push(request.url()));
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (/Content Security Policy|Trusted/i.test(message.text())) problems.push(message.text());
      });
      await page.goto(desk.url);
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
      if (/owner|admin|rival/.test(email)) await secondFactor(page, email);
      return { page, context, requests, problems };
    },
    async stop() {
      await desk.close();
      rmSync(folder, { recursive: true, force: true });
      await browser.close();
      await platform.stop();
    },
  };
}

/** Goes to a page and waits until nothing is loading. */
export async function open(page: Page, hash: string): Promise<void> {
  // The event comes later than the assignment; until then the page before is shown, and it is settled, too.
  await page.evaluate((to) =>
    new Promise<void>((done) => {
      const before = location.href;
      location.hash = to;
      if (location.href === before) done();
      else addEventListener("hashchange", () => done(), { once: true });
    }), hash);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.querySelector("main h1") && !document.querySelector("main .waiting")
  );
}

/** Types a name into a field that looks it up, and takes what is found. */
export async function choose(within: Locator, label: string, name: string): Promise<void> {
  await within.getByRole("combobox", { name: label, exact: true })
    .fill(name.replace(/ v\d+$/, ""));
  await within.getByRole("option", { name, exact: true }).click();
}

const CALLS = "**/rest/v1/rpc/**";

/** From now on the project answers every call with an error; the result ends that. */
export async function breakCalls(page: Page): Promise<() => Promise<void>> {
  await page.route(CALLS, (route) =>
    route.fulfill({
      status: 500,
      headers: { "access-control-allow-origin": "*" },
      json: { code: "XX000", message: "Internal error", details: null, hint: null },
    }));
  return () => page.unroute(CALLS);
}

/** From now on no call reaches the project; the result ends that. */
export async function cutOff(page: Page): Promise<() => Promise<void>> {
  await page.route(CALLS, (route) => route.abort("internetdisconnected"));
  return () => page.unroute(CALLS);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong, WCAG 2.2 AA and best practice. Needs a context that bypasses the policy, to bring axe in. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const result = await page.evaluate(`axe.run({ runOnly:
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`) as {
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`);
}

/** How many pixels too wide the page is. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What is wrong with what is shown now: axe, and anything that scrolls sideways. */
export async function wrongWith(page: Page, name: string): Promise<string[]> {
  const wide = await tooWide(page);
  return [
    ...(wide > 0 ? [`${name}: ${wide} pixels too wide`] : []),
    ...(await violations(page)).map((found) => `${name}: ${found}`),
  ];
}

/** The pages that the navigation has for an owner. */
export const PAGES = [
  ...["day", "day?show=never", "inbox", "tasks", "tasks?list=calls", "search?q=Owner", "pipeline"],
  ...["flips", "campaigns", "lists", "lists?tab=conflicts", "numbers", "settings"],
  ...["settings?tab=mine", "settings?tab=org", "settings?tab=senders", "settings?tab=sources"],
  ...["settings?tab=stages"],
  ...["settings?tab=rules", "settings?tab=providers", "settings?tab=keys", "audit"],
  ...[
    "sequences",
    "sequences/new",
    "sequences?tab=templates",
    "sequences/template/new",
    "lists?tab=pulls",
  ],
  ...["numbers?by=broker&costs=source", "search?view=map", "search?view=map&by=zip"],
];
