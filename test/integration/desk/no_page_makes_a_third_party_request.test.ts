import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, PAGES, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
});
afterAll(() => world?.stop());

test("pages talk to their own host and the project only, within the policy and Trusted Types", async () => {
  const { page, context, requests, problems } = await world.signIn("owner@example.com");
  for (const path of PAGES) await open(page, path.replace(/^/, "#/"));
  await open(page, "#/search?view=map");
  const allowed = [new URL(world.desk.url).origin, world.stack.url];
  expect(requests.length).toBeGreaterThan(20);
  expect(
    requests.filter((url) => !allowed.includes(new URL(url).origin) && !url.startsWith("data:")),
  )
    .toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

test("the policy is sent and refuses inline scripts, strings as HTML, and other hosts", async () => {
  const answer = await fetch(world.desk.url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain("unsafe");
  const { page, context } = await world.signIn("viewer@example.com");
  const refused = await page.evaluate(async () => {
    const told: string[] = [];
    try {
      document.body.innerHTML = "<b>x</b>";
    } catch (error) {
      told.push((error as Error).name);
    }
    await fetch("https://example.com/").catch((error) => told.push((error as Error).name));
    const script = document.createElement("script");
    try {
      script.text = "globalThis.inlineRan = true";
      document.head.append(script);
    } catch (error) {
      told.push((error as Error).name);
    }
    return [...told, "inlineRan" in globalThis];
  });
  expect(refused).toEqual(["TypeError", "TypeError", "TypeError", false]);
  await context.close();
});
