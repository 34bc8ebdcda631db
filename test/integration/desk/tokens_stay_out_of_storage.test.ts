import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
});
afterAll(() => world?.stop());

/** Everything that the browser keeps for the desk, as text; keys that cannot be exported as such. */
const stored = () =>
  new Promise<string>((resolve, reject) => {
    const request = indexedDB.open("sluice-desk");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const all = request.result.transaction("session").objectStore("session").getAll();
      all.onsuccess = () => {
        const decoder = new TextDecoder("latin1");
        const items = all.result.map((item) =>
          item instanceof CryptoKey
            ? `key extractable=${item.extractable}`
            : decoder.decode(item.data as ArrayBuffer)
        );
        request.result.close();
        resolve(
          JSON.stringify([items, { ...localStorage }, { ...sessionStorage }, document.cookie]),
        );
      };
    };
  });

test("the session survives a reload, and no token lies readable in the browser's storage", async () => {
  const { page, context } = await world.signIn("broker@example.com");
  const text = await page.evaluate(stored);
  expect(text).toContain("key extractable=false");
  // A JWT, and the names under which auth-js keeps tokens.
  expect(text).not.toMatch(/eyJ|refresh_token|access_token|broker@example/);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
  await context.close();
});

test("a session that is not kept ends with the page", async () => {
  const context = await world.browser.newContext();
  const page = await context.newPage();
  await page.goto(world.desk.url);
  await page.getByLabel("Stay signed in").uncheck();
  await page.getByLabel("E-mail address").fill("broker@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "My day" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await context.close();
});

test("signing out everywhere ends the session in another browser", async () => {
  const here = await world.signIn("viewer@example.com");
  const there = await world.signIn("viewer@example.com");
  await here.page.getByText("viewer@example.com").first().click();
  await here.page.getByRole("button", { name: "Sign out everywhere" }).click();
  await here.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  // Its access token would be valid for an hour; the next call ends it.
  await there.page.evaluate(() => location.hash = "#/tasks");
  await there.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await here.context.close();
  await there.context.close();
});
