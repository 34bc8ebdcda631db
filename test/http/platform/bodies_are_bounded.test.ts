import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSecret } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { SECRET, sendgridHeaders } from "../../support/webhooks.ts";
import { askRaw, type OpenRequest, openRequest, type RawRequest } from "../../support/raw_http.ts";
import { type AllWorld, startAll } from "./harness.ts";

const MIB = 1024 * 1024;
const NONE = new Uint8Array();
const forgedBy = generateSecret();

const json = { "content-type": "application/json" };
const from = (address: string) => ({ "x-forwarded-for": address });
/** Announces a body and sends none of it. */
const announced = (bytes: number) => ({ "content-length": String(bytes) });

const upload = (world: AllWorld, headers: Record<string, string>, source = "call-desk") => ({
  port: world.ports["csv-upload"],
  method: "POST",
  path: `/csv-upload?source=${source}`,
  headers,
});
const webhook = (
  world: AllWorld,
  path: string,
  headers: Record<string, string>,
  org = world.orgId,
): RawRequest => ({
  port: world.ports.webhooks,
  method: "POST",
  path: `/webhooks/${org}/${path}`,
  headers,
});

describe("with the default budget", () => {
  let world: AllWorld;
  beforeAll(async () => {
    world = await startAll();
  });
  afterAll(() => world?.stop());

  test("16 forged bodies of 31 MiB do not fill the memory, and signed uploads still succeed", async () => {
    const body = new Uint8Array(31 * MIB).fill(120);
    const answers = await Promise.all(Array.from({ length: 16 }, (_, k) =>
      askRaw({
        ...upload(world, { ...world.signed(NONE, forgedBy), ...from(`203.0.113.${k + 1}`) }),
        body,
      })));
    for (const answer of answers) {
      expect([401, 503]).toContain(answer?.status);
      if (answer?.status === 503) {
        expect(JSON.parse(answer.text).code).toBe("overloaded");
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      }
    }
    expect(world.peak("csv-upload")).toBeLessThan(400);
    const csv = new TextEncoder().encode(
      "Property Address,City,State,Zip\n1 Main St,Phoenix,AZ,85001\n",
    );
    expect((await askRaw({ ...upload(world, world.signed(csv)), body: csv }))?.status).toBe(202);
  });

  describe("what can be refused without the body is refused before it is read", () => {
    const cases: [string, number, (world: AllWorld) => RawRequest][] = [
      ["an upload without signature headers", 400, (w) => upload(w, announced(MIB))],
      [
        "an upload of an unknown source",
        401,
        (w) => upload(w, { ...w.signed(NONE), ...announced(MIB) }, "nobody"),
      ],
      [
        "an upload with an old timestamp",
        401,
        (w) =>
          upload(w, { ...w.signed(NONE), ...announced(MIB), "webhook-timestamp": "1600000000" }),
      ],
      [
        "an upload that announces too much",
        413,
        (w) => upload(w, { ...w.signed(NONE), ...announced(33 * MIB) }),
      ],
      ["mail without the secret", 401, (w) => webhook(w, "sendgrid/inbound", announced(MIB))],
      ["mail with another secret", 401, (w) => webhook(w, "sendgrid/inbound/x", announced(MIB))],
      ["unsigned events", 401, (w) => webhook(w, "sendgrid/events", announced(MIB))],
      ["an unsigned text", 401, (w) => webhook(w, "twilio/sms", announced(100))],
      ["an unsigned call report", 401, (w) => webhook(w, "vapi", { ...json, ...announced(100) })],
      ["an unsigned booking", 401, (w) => webhook(w, "calcom", announced(100))],
      ["an unsigned payment", 401, (w) => webhook(w, "stripe", announced(100))],
      ["an unsigned generic event", 400, (w) => webhook(w, "generic", announced(100))],
      [
        "mail for an unknown org",
        404,
        (w) => webhook(w, `sendgrid/inbound/${SECRET}`, announced(MIB), crypto.randomUUID()),
      ],
      [
        "events that announce too much",
        413,
        (w) =>
          webhook(w, "sendgrid/events", {
            ...sendgridHeaders("", new Date()),
            ...announced(5 * MIB),
          }),
      ],
      ["a control command without a token", 401, (w) => ({
        port: w.ports.outreach,
        method: "POST",
        path: "/outreach/dispatch",
        headers: announced(100),
      })],
    ];
    test.each(cases)("%s: %i", async (_, status, request) => {
      expect((await askRaw(request(world)))?.status).toBe(status);
    });

    test("with the secret in the path, the body is read", async () => {
      const answer = await askRaw({
        ...webhook(world, `sendgrid/inbound/${SECRET}`, {}),
        body: NONE,
      });
      expect(answer?.status).toBe(400);
    });
  });
});

describe("with a small budget", () => {
  const BUDGET = 2 * MIB;
  let world: AllWorld;
  const open: OpenRequest[] = [];
  const slow = (request: RawRequest, sent: Uint8Array): OpenRequest => {
    const opened = openRequest(request);
    opened.socket.write(sent);
    open.push(opened);
    return opened;
  };
  beforeAll(async () => {
    world = await startAll({
      env: {
        BODY_BUDGET_BYTES: String(BUDGET),
        MAX_PART_BYTES: String(BUDGET / 2),
        BODY_TIMEOUT_MS: "3000",
      },
    });
  });
  afterAll(() => {
    for (const { socket } of open) socket.destroy();
    return world?.stop();
  });

  test("slow clients keep neither other addresses nor signed deliveries out", async () => {
    const attack = Array.from({ length: 40 }, () =>
      slow(
        webhook(world, "sendgrid/events", {
          ...sendgridHeaders("", new Date()),
          ...from("203.0.113.1"),
          ...announced(MIB),
        }),
        new Uint8Array(40 * 1024),
      ));
    const statusOf = async (address: string) => {
      const body = new TextEncoder().encode("[]");
      const headers = { ...json, ...sendgridHeaders(body, new Date()), ...from(address) };
      return (await askRaw({ ...webhook(world, "sendgrid/events", headers), body }))?.status;
    };
    // Their share is used up once the first of them is refused.
    expect((await Promise.race(attack.map(({ answer }) => answer)))?.status).toBe(503);
    const started = performance.now();
    expect(await statusOf("203.0.113.2")).toBe(200);
    expect(await statusOf("2001:db8::1")).toBe(200);
    expect(performance.now() - started).toBeLessThan(2500);
    const ends = await Promise.all(attack.map(({ answer }) => answer));
    expect(new Set(ends.map((end) => end?.status))).toEqual(new Set([408, 503]));
    expect(await statusOf("203.0.113.1")).toBe(200);
  });

  const slowCases: [string, (world: AllWorld) => RawRequest][] = [
    ["csv-upload", (w) => upload(w, { ...w.signed(NONE, forgedBy), ...announced(1000) })],
    ["webhooks", (w) => webhook(w, `sendgrid/inbound/${SECRET}`, announced(1000))],
    ["consent", (w) => ({
      port: w.ports.consent,
      method: "POST",
      path: "/consent",
      headers: { ...json, ...announced(1000), "sluice-consent-token": "x".repeat(43) },
    })],
    ["unsubscribe", (w) => ({
      port: w.ports.unsubscribe,
      method: "POST",
      path: "/unsubscribe?u=x",
      headers: announced(1000),
    })],
    ["outreach", (w) => ({
      port: w.ports.outreach,
      method: "POST",
      path: "/outreach/claim",
      headers: {
        ...json,
        ...announced(1000),
        apikey: w.stack.serviceRoleKey,
        authorization: `Bearer ${w.stack.serviceRoleKey}`,
      },
    })],
  ];
  test.each(slowCases)("a body of %s that does not arrive in time: 408", async (_, request) => {
    const started = performance.now();
    const { answer } = slow(request(world), new Uint8Array(10).fill(32));
    expect((await answer)?.status).toBe(408);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test("a body that arrives slowly but in time is read", async () => {
    const csv = new TextEncoder().encode(
      "Property Address,City,State,Zip\n2 Main St,Phoenix,AZ,85001\n",
    );
    const request = upload(world, { ...world.signed(csv), ...announced(csv.byteLength) });
    const { socket, answer } = slow(request, csv.subarray(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 500));
    socket.write(csv.subarray(20));
    expect((await answer)?.status).toBe(202);
  });
});
