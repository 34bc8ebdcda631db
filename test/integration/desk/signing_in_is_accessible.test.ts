// What people see before the desk, and what they are told there: dark and at 360 pixels, axe finds nothing.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATIENCE_MS } from "../consent/support.ts";
import { PASSWORD } from "../../support/local_platform.ts";
import { type DeskWorld, secondFactor, startDeskWorld, wrongWith } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
});
afterAll(() => world?.stop());

const NARROW = {
  colorScheme: "dark",
  bypassCSP: true,
  viewport: { width: 360, height: 740 },
  reducedMotion: "reduce",
} as const;

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

test("sign-in, its refusal, a link by mail, a forgotten password and a person without an org", async () => {
  await world.addUser("nobody@example.com");
  const context = await world.browser.newContext({ locale: "en-US", ...NARROW });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const wrong: string[] = [];
  await page.goto(world.desk.url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  wrong.push(...await wrongWith(page, "sign-in"));
  await signIn(page, "nobody@example.com", "not the password");
  await page.getByRole("alert").waitFor();
  wrong.push(...await wrongWith(page, "wrong password"));
  await page.getByRole("button", { name: "Forgot password" }).press("Enter");
  await page.getByRole("heading", { name: "Set a new password" }).waitFor();
  wrong.push(...await wrongWith(page, "forgotten password"));
  await page.getByRole("button", { name: "Sign in with a link by mail" }).press("Enter");
  await page.getByLabel("E-mail address").fill("nobody@example.com");
  await page.getByRole("button", { name: "Mail me a link" }).press("Enter");
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  wrong.push(...await wrongWith(page, "mail"));
  await page.goto(`${world.desk.url}?invitation=unknown`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  wrong.push(...await wrongWith(page, "invitation"));
  await page.getByRole("button", { name: "Use a password" }).press("Enter");
  await signIn(page, "nobody@example.com", PASSWORD);
  await page.getByRole("heading", { name: "Invitation" }).waitFor();
  await page.waitForFunction(() => !document.querySelector("main .waiting"));
  wrong.push(...await wrongWith(page, "unknown invitation"));
  await page.getByRole("link", { name: "To the desk" }).press("Enter");
  await page.getByRole("heading", { name: "No org yet" }).waitFor();
  wrong.push(...await wrongWith(page, "no org"));
  expect(wrong).toEqual([]);
  await context.close();
});

test("the prompt for a second factor, when it is set up, refused and asked again", async () => {
  const wrong: string[] = [];
  for (const time of ["first", "second"]) {
    const context = await world.browser.newContext({ locale: "en-US", ...NARROW });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(world.desk.url);
    await signIn(page, "owner@example.com", PASSWORD);
    const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
    await dialog.getByLabel("Code of your authenticator app").waitFor();
    if (time === "first") await dialog.getByRole("img", { name: /^QR code/ }).waitFor();
    wrong.push(...await wrongWith(page, `${time} prompt`));
    if (time === "first") await secondFactor(page, "owner@example.com");
    else {
      await dialog.getByLabel("Code of your authenticator app").fill("000000");
      await dialog.getByRole("button", { name: "Confirm" }).press("Enter");
      await dialog.getByText("This code is not valid.").waitFor();
      wrong.push(...await wrongWith(page, "refused code"));
      await dialog.getByRole("button", { name: "Not now" }).press("Enter");
      await page.getByRole("alert").first().waitFor();
      wrong.push(...await wrongWith(page, "declined"));
    }
    await context.close();
  }
  expect(wrong).toEqual([]);
});
