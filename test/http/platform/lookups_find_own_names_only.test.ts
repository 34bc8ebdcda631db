// Names that every object inherits must not be found where names of ours are looked up.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestSecret } from "../../../edge-functions/_shared/intake/request_secret.ts";
import { SECRET, sendgridHeaders } from "../../support/webhooks.ts";
import { askRaw, type RawRequest } from "../../support/raw_http.ts";
import { type AllWorld, startAll } from "./harness.ts";

const INHERITED = [
  ...new Set(
    [Object, Array, Map, Function, String].flatMap(({ prototype }) =>
      Object.getOwnPropertyNames(prototype)
    ),
  ),
];

let world: AllWorld;
let service: Record<string, string>;
beforeAll(async () => {
  world = await startAll({ env: { SLUICE_TEST_CLOCK: "" } });
  service = { apikey: world.stack.serviceRoleKey, "content-type": "application/json" };
});
afterAll(() => world?.stop());

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const PLACES: [string, number[], (world: AllWorld, name: string) => RawRequest][] = [
  ["the provider of a webhook", [404], (w, name) => webhook(w, name)],
  ["its kind, of SendGrid", [404], (w, name) => webhook(w, `sendgrid/${name}`)],
  ["its kind, of Twilio", [404], (w, name) => webhook(w, `twilio/${name}`)],
  ["provider and kind", [404], (w, name) => webhook(w, `${name}/${name}`)],
  ["the secret in its path", [401], (w, name) => webhook(w, `sendgrid/inbound/${name}`)],
  ["its org", [404], (w, name) => ({ ...webhook(w, ""), path: `/webhooks/${name}/vapi` })],
  ["its source", [401], (w, name) => {
    const body = bytes({});
    return {
      ...webhook(w, `generic?source=${name}`),
      headers: w.signed(body, w.webhookSecret),
      body,
    };
  }],
  ["the source of an upload", [401], (w, name) => upload(w, `?source=${name}`)],
  ["a parameter of an upload", [400], (w, name) => upload(w, `?source=call-desk&${name}=x`)],
  ["the id of an upload", [404], (w, name) => ({
    port: w.ports["csv-upload"],
    method: "GET",
    path: `/csv-upload/${name}?source=call-desk`,
    headers: w.signed(
      new Uint8Array(),
      requestSecret(w.secret, "GET", `/csv-upload/${name}`),
    ),
  })],
  ["a path below an upload", [404], (w, name) => upload(w, `/${randomUUID()}/${name}`)],
  ["an endpoint of outreach", [404], (w, name) => outreach(w, name)],
  ["a control of a lead", [404], (w, name) => outreach(w, `leads/${randomUUID()}/${name}`)],
  ["a control of a campaign", [404], (w, name) => outreach(w, `campaigns/${randomUUID()}/${name}`)],
  ["a parameter of outreach", [400], (w, name) => ({
    ...outreach(w, `due?${name}=x`),
    method: "GET",
  })],
  ["a channel to claim", [400], (w, name) => ({
    ...outreach(w, "claim"),
    body: bytes({ channel: name }),
  })],
  ["a channel of a consent", [400], (w, name) => ({
    port: w.ports.consent,
    method: "POST",
    path: "/consent",
    headers: {
      "content-type": "application/json",
      "sluice-consent-token": "x".repeat(43),
      "x-forwarded-for": randomAddress(),
    },
    body: bytes({
      ...{ channels: [name], agree: true, signature: "Ann", text_sha256: "0".repeat(64) },
      page_url: "https://example.com",
    }),
  })],
  ["the token of an unsubscribe link", [404], (w, name) => ({
    port: w.ports.unsubscribe,
    method: "POST",
    path: `/unsubscribe?u=${name}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new TextEncoder().encode("List-Unsubscribe=One-Click"),
  })],
];

function randomAddress(): string {
  return `10.${[0, 0, 0].map(() => Math.floor(Math.random() * 256)).join(".")}`;
}

const webhook = (w: AllWorld, path: string): RawRequest => ({
  port: w.ports.webhooks,
  method: "POST",
  path: `/webhooks/${w.orgId}/${path}`,
  headers: {},
  body: bytes({}),
});
const upload = (w: AllWorld, path: string): RawRequest => {
  const body = bytes({});
  const headers = w.signed(body);
  return { port: w.ports["csv-upload"], method: "POST", path: `/csv-upload${path}`, headers, body };
};
const outreach = (w: AllWorld, path: string): RawRequest => ({
  port: w.ports.outreach,
  method: "POST",
  path: `/outreach/${path}`,
  headers: service,
  body: bytes({}),
});

describe("an inherited name is not found", () => {
  test.each(PLACES)("%s: %j", async (_, statuses, request) => {
    // `__proto__` as a parameter vanishes on the way into an object; it must not do more than that.
    const names = INHERITED.filter((name) => name !== "__proto__");
    const answers = await Promise.all(
      names.map(async (name) => [name, (await askRaw(request(world, name)))?.status] as const),
    );
    expect(answers.filter(([, status]) => !statuses.includes(status!))).toEqual([]);
    expect((await askRaw(request(world, "__proto__")))?.status).toBeLessThan(500);
  });

  test("a booking event named like one is stored and has no effect", async () => {
    for (const name of ["constructor", "toString"]) {
      expect((await world.calcom({ triggerEvent: name, payload: {} })).status).toBe(200);
    }
  });

  test("the limits still count, and own names are found", async () => {
    const body = bytes([]);
    const headers = sendgridHeaders(body, new Date());
    expect((await askRaw({ ...webhook(world, "sendgrid/events"), headers, body }))?.status).toBe(
      200,
    );
    const large = { ...headers, "content-length": String(400 * 1024 * 1024) };
    const { body: _, ...announced } = webhook(world, "sendgrid/events");
    expect((await askRaw({ ...announced, headers: large }))?.status).toBe(413);
    const mail = webhook(world, `sendgrid/inbound/${SECRET}`);
    expect((await askRaw(mail))?.status).toBe(400);
    expect((await askRaw({ ...outreach(world, "due"), method: "GET" }))?.status).toBe(200);
    expect((await askRaw({ ...outreach(world, "claim"), body: bytes({ channel: "sms" }) }))?.status)
      .toBe(200);
  });
});
