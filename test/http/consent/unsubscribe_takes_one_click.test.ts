import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMAIL, type OpenWorld, PHONE, startOpenWorld } from "./harness.ts";
import { call } from "../intake/harness.ts";

const NAVIGATION = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

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

describe("a GET", () => {
  test("never unsubscribes and never answers HTML", async () => {
    const before = await world.state();
    for (const accept of ["*/*", "application/json", NAVIGATION.accept]) {
      for (const method of ["GET", "HEAD"]) {
        for (const query of ["", "&List-Unsubscribe=One-Click", "&from=page&confirm=yes"]) {
          const answer = await fetch(url(token) + query, {
            ...{ method, redirect: "error", headers: { accept } },
          });
          const { status, headers } = answer;
          expect(status).toBe(200);
          expect(headers.get("content-type")).not.toContain("html");
          expect(headers.get("content-security-policy")).toContain("default-src 'none'");
          expect(headers.get("set-cookie")).toBeNull();
          expect(await answer.text()).not.toContain(token);
        }
      }
    }
    expect(await world.state()).toBe(before);
    expect(await world.held(EMAIL, "email")).toBe(false);
  });

  test("tells a program that the link is valid", async () => {
    const { json, headers } = await call(url(token), { redirect: "error" });
    expect(json).toEqual({ state: "valid" });
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  test("tells a person in plain text how to unsubscribe where no page is hosted", async () => {
    const { headers, text } = await call(url(token), { redirect: "error", headers: NAVIGATION });
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text).toContain("has not unsubscribed you");
    expect(text).toContain('answer the e-mail with the word "unsubscribe"');
  });
});

test("a link with one character changed is invalid", async () => {
  const before = await world.state();
  for (const at of [0, 1, 20, 30, 50, 64, 65]) {
    const flipped = token.slice(0, at) + (token[at] === "B" ? "C" : "B") + token.slice(at + 1);
    expect((await post(flipped)).json.code).toBe("link_invalid");
    const asked = await call(url(flipped));
    expect([asked.status, asked.json.code]).toEqual([404, "link_invalid"]);
    const person = await call(url(flipped), { headers: NAVIGATION });
    expect([person.status, person.headers.get("content-type")])
      .toEqual([404, "text/plain; charset=utf-8"]);
    expect(person.text).toContain("This link is invalid");
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
  expect([answer.status, answer.json]).toEqual([200, { outcome: "unsubscribed" }]);
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
    expect([answer.status, answer.json]).toEqual([200, { outcome: "unsubscribed" }]);
    expect(await world.held(value, "email")).toBe(true);
  }
  const rows = await world.sql<
    { method: string }[]
  >`select method from public.consents order by id`;
  expect(rows.slice(-2).map(({ method }) => method))
    .toEqual(["one-click unsubscribe", "unsubscribe page"]);
});
