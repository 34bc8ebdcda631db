import { afterAll, beforeAll, expect, test } from "vitest";
import { EMAIL, type OpenWorld, startOpenWorld } from "./harness.ts";
import { call } from "../intake/harness.ts";

const PAGES = "https://pages.example.com/sluice";
const NAVIGATION = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

let world: OpenWorld;
let token: string;
let link: string;
beforeAll(async () => {
  world = await startOpenWorld(["unsubscribe"], { SLUICE_PAGES_URL: `${PAGES}/` });
  const [row] = await world.sql<{ token: string }[]>`
    select private.unsubscribe_token(${world.orgId}, ${await world.bidx(EMAIL)}) as token`;
  token = row!.token;
  link = `${world.stack.functionsUrl}/unsubscribe?u=${token}`;
});
afterAll(() => world?.stop());

test("the function's own link leads a person to the hosted page, and changes nothing", async () => {
  const before = await world.state();
  const person = await call(link, { redirect: "manual", headers: NAVIGATION });
  expect([person.status, person.headers.get("location")])
    .toEqual([303, `${PAGES}/unsubscribe/index.html#${token}`]);
  const program = await call(link, { redirect: "error" });
  expect([program.status, program.json]).toEqual([200, { state: "valid" }]);
  expect(await world.state()).toBe(before);
});

test("an invalid link leads nowhere", async () => {
  const { status, headers } = await call(`${link}x`, { redirect: "manual", headers: NAVIGATION });
  expect([status, headers.get("location")]).toEqual([404, null]);
});

test("a one-click POST is not redirected, whatever it accepts", async () => {
  const { status, json } = await call(link, {
    ...{ method: "POST", redirect: "error", headers: NAVIGATION },
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });
  expect([status, json]).toEqual([200, { outcome: "unsubscribed" }]);
  expect(await world.held(EMAIL, "email")).toBe(true);
});
