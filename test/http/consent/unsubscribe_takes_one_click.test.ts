import { afterAll, beforeAll, expect, test } from "vitest";
import { EMAIL, type OpenWorld, PHONE, startOpenWorld } from "./harness.ts";
import { call } from "../intake/harness.ts";

let world: OpenWorld;
let token: string;
beforeAll(async () => {
  world = await startOpenWorld(["unsubscribe"]);
  token = await linkFor(EMAIL);
});
afterAll(() => world?.stop());

async function linkFor(value: string): Promise<string> {
  const [row] = await world.sql<{ token: string }[]>`
    select private.unsubscribe_token(${world.orgId}, ${await world.bidx(value)}) as token`;
  return row!.token;
}
const url = (u: string) => `${world.stack.functionsUrl}/unsubscribe?u=${encodeURIComponent(u)}`;
const post = (
  u: string,
  body: BodyInit = new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
) => call(url(u), { method: "POST", body, redirect: "error" });

test("a GET shows a page with a button and unsubscribes no address", async () => {
  const before = await world.state();
  for (const method of ["GET", "HEAD"]) {
    const { status, headers, text } = await call(url(token), { method, redirect: "error" });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/html");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("set-cookie")).toBeNull();
    if (method === "GET") {
      expect(text).toContain('<form method="post">');
      expect(text).toContain("<button>Unsubscribe</button>");
      expect(text).not.toContain(token);
    }
  }
  expect(await world.state()).toBe(before);
  expect(await world.held(EMAIL, "email")).toBe(false);
});

test("a link with one character changed is invalid", async () => {
  const before = await world.state();
  for (const at of [0, 1, 20, 30, 50, 64, 65]) {
    const flipped = token.slice(0, at) + (token[at] === "B" ? "C" : "B") + token.slice(at + 1);
    expect((await post(flipped)).json.code).toBe("link_invalid");
    const page = await call(url(flipped));
    expect(page.status).toBe(404);
    expect(page.text).not.toContain("<button>");
  }
  for (const nothing of ["", "x", token.repeat(2)]) expect((await post(nothing)).status).toBe(404);
  expect((await call(url("").split("?")[0]!, { method: "POST" })).status).toBe(400);
  expect(await world.state()).toBe(before);
});

test("a POST without One-Click does not unsubscribe", async () => {
  const before = await world.state();
  for (const body of ["", "List-Unsubscribe=No", "a=b"]) {
    const answer = await call(url(token), {
      method: "POST",
      body,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect([answer.status, answer.json.code]).toEqual([400, "malformed_request"]);
  }
  const json = await call(url(token), {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  expect(json.status).toBe(400);
  expect((await call(url(token), { method: "DELETE" })).status).toBe(405);
  expect(await world.state()).toBe(before);
});

test("the one-click POST takes effect at once, for e-mail but not for the phone", async () => {
  const answer = await post(token);
  expect([answer.status, answer.text]).toEqual([200, "You are unsubscribed.\n"]);
  expect(await world.held(EMAIL, "email")).toBe(true);
  expect(await world.held(PHONE, "sms")).toBe(false);
  const [row] = await world.sql`
    select action, channels, method, recorded_by from public.consents`;
  expect(row).toEqual({
    action: "revoke",
    channels: ["email"],
    method: "one-click unsubscribe",
    recorded_by: "person",
  });
  const after = await world.state();
  expect((await post(token)).status).toBe(200);
  expect(await world.state()).toBe(after);
});

test("multipart and the page's own button work as well", async () => {
  for (const [value, from] of [["m@example.com", null], ["p@example.com", "page"]] as const) {
    const form = new FormData();
    form.set("List-Unsubscribe", "One-Click");
    if (from) form.set("from", from);
    const answer = await post(await linkFor(value), form);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain(from ? "text/html" : "text/plain");
    expect(await world.held(value, "email")).toBe(true);
  }
});
