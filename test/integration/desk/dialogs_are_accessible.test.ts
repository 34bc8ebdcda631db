// Every dialog, dark and at 360 pixels: axe finds nothing, Escape closes it, and the focus goes back. The
// list is held against the sources, so that a new dialog has to join it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";
import { type Filled, fillLists, FLIP, UPLOAD } from "../../support/filled_desk.ts";
import { type DeskWorld, open, startDeskWorld, wrongWith } from "./support.ts";

let world: DeskWorld;
let at: Filled;
beforeAll(async () => {
  world = await startDeskWorld();
  at = await fillLists(world);
});
afterAll(() => world?.stop());

interface Opening {
  /** The file that has the dialog, below desk/src. */
  file: string;
  page: () => string;
  /** Buttons to press one after another; the last one opens the dialog and has the focus back. */
  press?: (string | RegExp)[];
  /** Where no button opens it. */
  by?: (page: Page) => Promise<unknown>;
  /** Whether the heading has the focus afterwards, because what opened it is gone. */
  heading?: true;
}

const settings = (tab: string) => () => `settings?tab=${tab}`;
const DIALOGS: Opening[] = [
  { file: "pages/campaigns/edit.tsx", page: () => "campaigns", press: ["New campaign"] },
  { file: "pages/campaigns/campaign.ts", page: () => `campaigns/${at.campaign}`, press: ["Stop"] },
  { file: "pages/flips/budget.tsx", page: () => `flips/${FLIP}`, press: ["Add a line"] },
  { file: "pages/flips/figures.tsx", page: () => `flips/${FLIP}`, press: ["Edit figures"] },
  {
    ...{ file: "pages/flips/files.tsx", page: () => `flips/${FLIP}` },
    press: ["Remove Contract.pdf"],
    heading: true,
  },
  {
    ...{ file: "pages/lists/conflicts.tsx", page: () => "lists?tab=conflicts" },
    press: ["Answer many"],
  },
  {
    ...{ file: "pages/lists/edit_pull.tsx", page: () => "lists?tab=pulls" },
    press: ["Edit County list"],
  },
  {
    ...{ file: "pages/lists/pulls.tsx", page: () => "lists?tab=pulls" },
    press: ["Refuse the list of County list"],
  },
  {
    ...{ file: "pages/lead/record_consent.tsx", page: () => `lead/${at.lead}` },
    press: ["Record a consent"],
  },
  {
    ...{ file: "pages/lead/stop_contact.tsx", page: () => `lead/${at.lead}` },
    press: ["Stop contact"],
  },
  {
    ...{ file: "pages/lead/export_person.tsx", page: () => `lead/${at.lead}` },
    press: ["Export the record"],
  },
  {
    ...{ file: "pages/lead/erase_person.tsx", page: () => `lead/${at.lead}` },
    press: ["Erase the person"],
  },
  { file: "pages/lead/merge_lead.tsx", page: () => `lead/${at.lead}`, press: ["Merge"] },
  { file: "pages/lead/split_lead.tsx", page: () => `lead/${at.lead}`, press: ["Split"] },
  { file: "pages/lists/one.tsx", page: () => `lists/${UPLOAD}`, press: ["Undo upload"] },
  {
    ...{ file: "pages/pipeline/board.tsx", page: () => "pipeline" },
    by: (page) => page.getByLabel("Stage of Larch St").selectOption("Lost"),
  },
  {
    ...{ file: "pages/pipeline/edit.tsx", page: () => "pipeline" },
    by: (page) => page.getByRole("link", { name: "Larch St", exact: true }).press("Enter"),
  },
  {
    ...{ file: "pages/sequences/one.tsx", page: () => `sequences/${at.sequence}` },
    by: async (page) => {
      await page.getByLabel("Delay before step 1").fill("1 day");
      await page.getByLabel("Delay before step 1").blur();
      await page.getByRole("button", { name: "Save as a new version" }).press("Enter");
    },
  },
  { file: "pages/settings/api_keys.tsx", page: settings("keys"), press: ["Rotate n8n"] },
  { file: "pages/settings/api_keys.tsx", page: settings("keys"), press: ["Revoke n8n"] },
  { file: "pages/settings/create_key.tsx", page: settings("keys"), press: ["Create a key"] },
  { file: "pages/settings/edit_broker.tsx", page: settings("members"), press: ["Edit broker"] },
  { file: "pages/settings/edit_rule.tsx", page: settings("rules"), press: ["Set Calling hours"] },
  { file: "pages/settings/edit_sender.tsx", page: settings("senders"), press: ["Add a sender"] },
  { file: "pages/settings/edit_source.tsx", page: settings("sources"), press: ["Add a source"] },
  { file: "pages/settings/invite.tsx", page: settings("members"), press: ["Invite"] },
  {
    ...{ file: "pages/settings/invite.tsx", page: settings("members") },
    by: async (page) => {
      await page.getByRole("button", { name: "Invite", exact: true }).press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("E-mail address").fill("new@example.com");
      await dialog.getByLabel("Role").selectOption("viewer");
      await dialog.getByLabel("Send it by mail").uncheck();
      await dialog.getByRole("button", { name: "Make the link" }).press("Enter");
      await dialog.getByLabel("Link", { exact: true }).waitFor();
    },
  },
  { file: "pages/settings/members.tsx", page: settings("members"), press: ["Remove"] },
  {
    ...{ file: "pages/settings/providers.tsx", page: settings("providers") },
    press: ["Budget of zerobounce"],
  },
  {
    ...{ file: "pages/settings/providers.tsx", page: settings("providers") },
    press: ["Keys of zerobounce"],
  },
  {
    ...{ file: "pages/settings/rotate_secret.tsx", page: settings("sources") },
    press: ["New secret for County list"],
  },
  { file: "pages/settings/rules.tsx", page: settings("rules"), press: [/^Remove /] },
  { file: "pages/settings/stages.tsx", page: settings("stages"), press: ["Add a stage"] },
  { file: "shell.tsx", page: () => "day", by: (page) => page.keyboard.press("?") },
  { file: "ui/palette.tsx", page: () => "day", by: (page) => page.keyboard.press("Control+k") },
  { file: "work/add_task.tsx", page: () => `lead/${at.lead}`, press: ["Add a task"] },
  {
    ...{ file: "work/canned.tsx", page: () => `inbox?open=reply-${at.reply}` },
    press: ["Canned answers"],
  },
  { file: "work/open_deal.tsx", page: () => `lead/${at.lead}`, press: ["Open a deal"] },
  { file: "work/record_call.tsx", page: () => `lead/${at.lead}`, press: ["Call"] },
  { file: "work/saved_views.tsx", page: () => "day?show=never", press: ["Save view"] },
  {
    ...{ file: "work/show_once.tsx", page: settings("sources"), heading: true },
    by: async (page) => {
      await page.getByRole("button", { name: "New secret for County list" }).press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: "Make it" }).press("Enter");
      await page.getByRole("dialog", { name: "Secrets of County list" }).waitFor();
    },
  },
  {
    ...{ file: "work/templates/take_up.tsx", page: () => "sequences/template/Hello" },
    press: ["1 step on an older version"],
  },
];

/** Dialogs that are no one page's, and asked for elsewhere: the signing in of owners, and the parts of all dialogs. */
const ELSEWHERE = ["sign/step_up.tsx", "ui/dialog.tsx"];

test("the list of dialogs has every dialog of the sources", () => {
  const sources = globSync("**/*.{ts,tsx}", { cwd: join(root, "desk/src") })
    .filter((file) => !ELSEWHERE.includes(file));
  const counted = (files: string[]) => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(file, (counts.get(file) ?? 0) + 1);
    return Object.fromEntries([...counts].sort());
  };
  const inSources = sources.flatMap((file) => {
    const text = readFileSync(join(root, "desk/src", file), "utf8");
    return (text.match(/<(Form)?Dialog\b|[^.\w]confirmed\(\{/g) ?? []).map(() => file);
  });
  expect(counted(DIALOGS.map(({ file }) => file))).toEqual(counted(inSources));
});

test("axe finds nothing in any dialog, dark and at 360 pixels, and the focus goes back", async () => {
  const { page, context } = await world.signIn("owner@example.com", {
    ...{ colorScheme: "dark", bypassCSP: true, viewport: { width: 360, height: 740 } },
    reducedMotion: "reduce",
  });
  const wrong: string[] = [];
  for (const { file, page: path, press = [], by, heading } of DIALOGS) {
    const name = `${file} ${press.at(-1) ?? ""}`;
    await open(page, `#/${path()}`);
    for (const label of press) {
      await page.locator("main").getByRole("button", { name: label, exact: true }).first()
        .press("Enter");
    }
    await by?.(page);
    const dialog = page.locator("dialog[open]");
    await dialog.first().waitFor();
    // One that takes the place of another may come before that one has gone.
    await page.waitForFunction(() => document.querySelectorAll("dialog[open]").length === 1);
    await page.waitForFunction(() => !document.querySelector("dialog .waiting"));
    if (await dialog.evaluate((element) => !element.contains(document.activeElement))) {
      wrong.push(`${name}: the focus is not in it`);
    }
    wrong.push(...await wrongWith(page, name));
    const opener = press.at(-1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const [level, label] = await page.evaluate(() => {
      const active = document.activeElement;
      return [active?.tagName, active?.getAttribute("aria-label") ?? active?.textContent?.trim()];
    });
    const back = heading
      ? level === "H1"
      : opener === undefined
      ? level !== "BODY"
      : level !== "BODY" &&
        (opener instanceof RegExp ? opener.test(label ?? "") : label === opener);
    if (!back) wrong.push(`${name}: the focus goes to ${level} “${label}”`);
  }
  expect(wrong).toEqual([]);
  await context.close();
});

test("the menu at 360 pixels and the dialog for a second factor are accessible, and its QR code is read", async () => {
  const { decodeQR } = await import("qr/decode.js");
  const { page, context } = await world.signIn("broker@example.com", {
    ...{ colorScheme: "dark", bypassCSP: true, viewport: { width: 360, height: 740 } },
  });
  await page.getByRole("button", { name: "Menu" }).press("Enter");
  await page.locator(".side-foot summary").press("Enter");
  expect(await wrongWith(page, "menu")).toEqual([]);
  await page.getByRole("button", { name: "Menu" }).press("Enter");

  await open(page, "#/settings?tab=mine");
  await page.getByRole("button", { name: "Set up or confirm" }).press("Enter");
  const picture = page.getByRole("img", { name: /^QR code/ });
  await picture.waitFor();
  expect(await wrongWith(page, "second factor")).toEqual([]);
  const png = (await picture.screenshot({ scale: "css" })).toString("base64");
  const { data, width, height } = await page.evaluate(async (bytes) => {
    const image = await createImageBitmap(
      await (await fetch(`data:image/png;base64,${bytes}`)).blob(),
    );
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    return {
      data: [...context.getImageData(0, 0, image.width, image.height).data],
      width: image.width,
      height: image.height,
    };
  }, png);
  const read = new URL(decodeQR({ data: Uint8Array.from(data), width, height }));
  const shown = (await page.locator("main code").textContent() ?? "").replaceAll(" ", "");
  expect(read.protocol).toBe("otpauth:");
  expect(read.searchParams.get("secret")).toBe(shown);
  await context.close();
});
