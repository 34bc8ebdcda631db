import { afterEach, describe, expect, it } from "vitest";
import { type Clients, startClients } from "./harness.ts";

let clients: Clients | null = null;
const clock = new Date("2026-12-01T17:00:00Z");
const start = async (options: Parameters<typeof startClients>[0] = {}) =>
  clients = await startClients({ now: () => clock, ...options });
afterEach(() => clients?.stop());

const mail = (to = "owner@example.com") => ({
  ...{ to, from: "robin@example.org", subject: "Your house", text: "Hello" },
});
const sms = { to: "+12135550101", from: "+12025550142", body: "Hi" };
const outcome = (work: Promise<unknown>) =>
  work.then(() => "ok", (error) => error.code ?? "failed");

describe("faults of requests", () => {
  it("answer the nth request with a status and Retry-After, and accept nothing", async () => {
    const { mail: client, sandbox } = await start();
    const rule = sandbox.fault({
      ...{ provider: "sendgrid", path: "/v3/mail/send", nth: 2 },
      then: { status: 429, retryAfter: 7 },
    });
    expect(await outcome(client.send(mail()))).toBe("ok");
    const error = await client.send(mail()).then(() => null, (error) => error);
    expect(error.code).toBe(429);
    expect(error.response.headers["retry-after"]).toBe("7");
    expect(error.response.headers["x-ratelimit-remaining"]).toBe("0");
    expect(error.response.body.errors[0].message).toBe("too many requests");
    expect(await outcome(client.send(mail()))).toBe("ok");
    expect(sandbox.received.emails).toHaveLength(2);
    expect(rule.hits).toBe(1);
  });

  it("apply to the given provider, path and request, as often as configured, until removed", async () => {
    const { mail: client, twilio, sandbox } = await start();
    const rule = sandbox.fault({ provider: "twilio", times: 2, then: { status: 503 } });
    sandbox.fault({
      path: /send$/,
      when: ({ body }) => body.includes("unlucky"),
      then: { status: 500 },
    });
    expect(await outcome(client.send(mail()))).toBe("ok");
    expect(await outcome(client.send(mail("unlucky@example.com")))).toBe(500);
    expect(await outcome(twilio.messages.create(sms))).toBe(20503);
    expect(await outcome(twilio.messages.create(sms))).toBe(20503);
    expect(await outcome(twilio.messages.create(sms))).toBe("ok");
    rule.remove();
    sandbox.clearFaults();
    expect(await outcome(client.send(mail("unlucky@example.com")))).toBe("ok");
  });

  it("accept a request and drop the response, which only the sandbox knows", async () => {
    const { twilio, sandbox } = await start();
    sandbox.fault({ provider: "twilio", nth: 1, then: "drop" });
    sandbox.fault({ provider: "twilio", nth: 1, then: "drop_after" });
    expect(await outcome(twilio.messages.create(sms))).not.toBe("ok");
    expect(sandbox.received.messages).toHaveLength(0);
    expect(await outcome(twilio.messages.create(sms))).not.toBe("ok");
    expect(sandbox.received.messages).toHaveLength(1);
    expect((await twilio.messages.list({ to: sms.to })).map(({ sid }) => sid))
      .toEqual([sandbox.received.messages[0].sid]);
  });

  it("never answer when configured so, before or after accepting", async () => {
    const { sandbox } = await start();
    const request = (body: unknown) =>
      fetch(`${sandbox.sendgrid.url}/v3/mail/send`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${sandbox.sendgrid.apiKey}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
    const body = {
      personalizations: [{ to: [{ email: "owner@example.com" }] }],
      ...{ from: { email: "robin@example.org" }, subject: "Your house" },
      content: [{ type: "text/plain", value: "Hello" }],
    };
    const when = ({ body }: { body: Buffer }) => body.includes("Hello");
    const silent = sandbox.fault({ when, nth: 1, then: "timeout" });
    const accepted = sandbox.fault({ when, nth: 1, then: "timeout_after" });
    const pending = [request(body), request(body)];
    const answered = Promise.race(pending.map((one) => one.then(() => true, () => true)));
    // A third request is answered long after the other two were read.
    while (silent.hits + accepted.hits < 2) await request({});
    expect(await Promise.race([answered, request({}).then(() => false)])).toBe(false);
    expect(sandbox.received.emails).toHaveLength(1);
    await sandbox.stop();
    expect(await Promise.all(pending.map((one) => one.then(() => "answer", () => "none"))))
      .toEqual(["none", "none"]);
  });

  it("apply to the same requests with the same seed", async () => {
    const course = async (seed: number) => {
      const { mail: client, sandbox, stop } = await start({ seed });
      sandbox.fault({ share: 0.3, then: { status: 500 } });
      const outcomes = [];
      for (let index = 0; index < 40; index++) outcomes.push(await outcome(client.send(mail())));
      await stop();
      return outcomes;
    };
    const first = await course(7);
    expect(await course(7)).toEqual(first);
    expect(new Set(first)).toEqual(new Set(["ok", 500]));
    expect(await course(8)).not.toEqual(first);
  });

  it("enforce a rate limit like the provider", async () => {
    const { mail: client, sandbox } = await start({
      limits: { sendgrid: { requests: 2, seconds: 3600 } },
    });
    const outcomes = [];
    for (let index = 0; index < 4; index++) outcomes.push(await outcome(client.send(mail())));
    expect(outcomes).toEqual(["ok", "ok", 429, 429]);
    expect(sandbox.received.emails).toHaveLength(2);
  });

  it("refuse a body that is larger than the provider accepts", async () => {
    const { sandbox } = await start();
    const answer = await fetch(`${sandbox.sendgrid.url}/v3/mail/send`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "x".repeat(31 * 1024 * 1024),
    });
    expect(answer.status).toBe(413);
  });
});

describe("faults of webhooks", () => {
  const events = (listener: Clients["listener"]) =>
    listener.caught.map((post) => JSON.parse(post.body.toString())[0])
      .map(({ event, sg_event_id }) => [event, sg_event_id]);

  it("duplicate webhooks with the same ids, and shuffle them", async () => {
    const { mail: client, sandbox, listener } = await start({
      ...{ batchSize: 1, seed: 3, persona: () => [{ kind: "open" }, { kind: "click" }] },
    });
    sandbox.webhookFaults({ duplicate: 1, shuffle: true });
    await client.send(mail());
    await sandbox.drain();
    const got = events(listener);
    expect(got).toHaveLength(8);
    expect(new Set(got.map(([, id]) => id)).size).toBe(4);
    expect(got.map(([event]) => event)).not.toEqual(
      ["processed", "delivered", "open", "click"].flatMap((event) => [event, event]),
    );
    sandbox.webhookFaults({});
    listener.caught.length = 0;
    await client.send(mail());
    await sandbox.drain();
    expect(events(listener).map(([event]) => event))
      .toEqual(["processed", "delivered", "open", "click"]);
  });

  it("are retried after 5xx and 429, and not after other 4xx", async () => {
    const { mail: client, sandbox, listener } = await start({ maxAttempts: 3 });
    const answers = [503, 429, 200];
    listener.status = () => answers.shift() ?? 200;
    await client.send(mail());
    expect(await sandbox.deliver(clock)).toEqual({ delivered: 0, failed: 0, waiting: 2 });
    expect(await sandbox.drain()).toEqual({ delivered: 2, failed: 0, waiting: 0 });
    expect(sandbox.deliveries.map(({ status }) => status)).toEqual([503, 429, 200]);
    listener.status = () => 500;
    await client.send(mail());
    expect(await sandbox.drain()).toEqual({ delivered: 0, failed: 2, waiting: 0 });
    listener.status = () => 401;
    await client.send(mail());
    expect((await sandbox.drain()).waiting).toBe(0);
    expect(sandbox.deliveries.at(-1)?.status).toBe(401);
  });
});
