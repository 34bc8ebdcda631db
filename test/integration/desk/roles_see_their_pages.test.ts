import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, PAGES, RIVAL, startDeskWorld } from "./support.ts";

let world: DeskWorld;
let leadId: string;
beforeAll(async () => {
  world = await startDeskWorld();
  const [lead] = await world.sql`select id from leads where owner_full = 'Owner 1'`;
  leadId = lead?.id;
  // A list is uploaded for a source: each of the two orgs has one.
  await world.sql`insert into sources (org_id, key, name)
    values (${ORG}, 'county', 'County list'), (${RIVAL}, 'vendor', 'Vendor list')`;
});
afterAll(() => world?.stop());

const NAVIGATION = ["My day", "Inbox", "Tasks and calls", "Search", "Pipeline", "Flip tracker"]
  .concat(["Campaigns", "Sequences", "Lists", "Numbers", "Settings"]);

interface Seen {
  audit: boolean;
  /** The lead of the org by its address. */
  lead: boolean;
  /** Names of buttons on the pages, that only some roles have. */
  upload: boolean;
  invite: boolean;
  campaign: boolean;
  call: boolean;
  give: boolean;
  consent: boolean;
  merge: boolean;
  export: boolean;
  erase: boolean;
  pull: boolean;
}

const manager: Seen = {
  audit: true,
  lead: true,
  upload: true,
  invite: true,
  campaign: true,
  call: true,
  give: true,
  consent: true,
  merge: true,
  export: true,
  erase: true,
  pull: true,
};
const nothing = Object.fromEntries(Object.keys(manager).map((name) => [name, false]));

test.each<[string, Partial<Seen>]>([
  ["owner", manager],
  // An owner lets single admins export.
  ["admin", { ...manager, export: false }],
  ["broker", { lead: true, call: true, consent: true }],
  ["viewer", { lead: true }],
  // The owner of another org: every control, and no lead of this one.
  ["rival", { ...nothing, audit: true, upload: true, invite: true, campaign: true, pull: true }],
])("%s opens every page without an error, and sees what the role has", async (who, expected) => {
  const { page, context, problems } = await world.signIn(`${who}@example.com`);
  const seen: Record<string, boolean> = {};
  const wrong: string[] = [];
  const has = async (role: "button" | "combobox", name: string | RegExp) =>
    await page.locator("main").getByRole(role, { name, exact: true }).count() > 0;
  seen.audit = await page.getByRole("link", { name: "Audit" }).count() > 0;
  for (const name of NAVIGATION) {
    if (await page.locator(".nav").getByRole("link", { name }).count() === 0) wrong.push(name);
  }
  for (const path of [...PAGES, "lists?tab=pulls", "sequences", `lead/${leadId}`]) {
    await open(page, `#/${path}`);
    for (const alert of await page.locator("main [role=alert], .toast.error").all()) {
      wrong.push(`${path}: ${await alert.textContent()}`);
    }
    const text = await page.locator("body").innerText();
    if (who === "rival" && /Juniper|Alpha Realty|Ann Ames|broker@example|Owner \d/.test(text)) {
      // The words of the search are the rival's own.
      if (path !== "search?q=Owner") wrong.push(`${path}: data of another org`);
    }
    if (path === "lists") seen.upload = await has("button", "Upload");
    if (path === "settings") seen.invite = await has("button", "Invite");
    if (path === "lists?tab=pulls") seen.pull = await has("button", "Add a pull");
    if (path === "campaigns") seen.campaign = await has("button", "New campaign");
    if (path.startsWith("lead/")) {
      seen.lead = await page.getByRole("heading", { level: 1, name: "Owner 1" }).count() > 0;
      seen.call = await has("button", "Call");
      seen.give = await has("combobox", "Broker");
      seen.consent = await has("button", "Record a consent") && await has("button", "Stop contact");
      seen.merge = await has("button", "Merge") && await has("button", "Split");
      seen.export = await has("button", "Export the record");
      seen.erase = await has("button", "Erase the person");
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toEqual({ ...nothing, ...expected });
  expect(problems).toEqual([]);
  await context.close();
});
