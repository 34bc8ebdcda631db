import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ACCOUNT, sid } from "../../support/webhooks.ts";
import { type Answer, eventually } from "../intake/harness.ts";
import { startWebhooks, type WebhookWorld } from "./harness.ts";

const PLACES = 8;

let world: WebhookWorld;
beforeAll(async () => {
  world = await startWebhooks({
    env: {
      ...{ WEBHOOKS_WAITING: String(PLACES), TWILIO_ACCOUNT_SID: ACCOUNT },
      // Endpoints without a secret.
      ...{ VAPI_WEBHOOK_SECRET: "", SENDGRID_INBOUND_SECRET: "" },
    },
  });
});
afterAll(() => world?.stop());
beforeEach(() => world.sql`delete from public.webhook_inbox`);

const status = (n: number) =>
  world.twilio("status", {
    ...{ MessageSid: sid("SM", n), MessageStatus: "delivered", AccountSid: ACCOUNT },
  });
const codes = (answers: Answer[]) => answers.map(({ status }) => status);

describe("when the database cannot keep up", () => {
  test("a delivery is stored before it is answered, and deliveries beyond the limit get 503", async () => {
    const busy = await world.sql.reserve();
    await busy`begin`;
    await busy`lock table public.webhook_inbox in share mode`;
    const done: number[] = [];
    const asked = Array.from({ length: 60 }, (_, k) =>
      status(k).then((answer) => {
        done.push(answer.status);
        return answer;
      }));
    // All requests but the waiting ones are refused at once.
    await eventually(
      "the others to be refused",
      () => Promise.resolve(done.length >= 60 - PLACES ? done : null),
    );
    expect(new Set(done)).toEqual(new Set([503]));
    await busy`commit`;
    busy.release();
    const answers = await Promise.all(asked);
    const taken = codes(answers).filter((code) => code === 200).length;
    expect(taken).toBeLessThanOrEqual(PLACES);
    expect(await world.inbox()).toHaveLength(taken);
    const away = answers.filter(({ status }) => status === 503);
    expect(away.length + taken).toBe(60);
    expect(away.every(({ headers }) => Number(headers.get("retry-after")) > 0)).toBe(true);
    expect(away.map(({ json }) => json.code)).toContain("overloaded");
  });

  test("a delivery that is retried is stored once in the end", async () => {
    let left = Array.from({ length: 60 }, (_, k) => k);
    let stored = 0;
    for (let round = 0; left.length > 0 && round < 100; round++) {
      const answers = await Promise.all(left.map(status));
      stored += answers.filter(({ status }) => status === 200).length;
      expect(codes(answers).every((code) => code === 200 || code === 503)).toBe(true);
      left = left.filter((_, k) => answers[k]!.status !== 200);
    }
    expect(stored).toBe(60);
    expect((await world.inbox()).map(({ deliveries }) => deliveries)).toEqual(Array(60).fill(1));
  });
});

test("an endpoint without a secret refuses with 503", async () => {
  const answers = [
    await world.vapi({ type: "end-of-call-report", call: { id: "c" } }),
    await world.mail([{ name: "from", value: "ann@example.com" }], { secret: "" }),
    await world.mail([{ name: "from", value: "ann@example.com" }], { secret: "anything" }),
  ];
  expect(codes(answers)).toEqual([503, 503, 503]);
  expect(answers[0]!.json.code).toBe("not_configured");
  expect(await world.inbox()).toEqual([]);
  // The endpoint that has a secret accepts deliveries.
  expect((await world.sendgrid([])).status).toBe(200);
});

test("an unavailable database answers 503, and the delivery is retried", async () => {
  const elsewhere = new URL(world.stack.adminUrl);
  const name = elsewhere.pathname.slice(1);
  elsewhere.pathname = "/postgres";
  const admin = postgres(elsewhere.href, { max: 1 });
  const open = (is: boolean) => admin.unsafe(`alter database "${name}" allow_connections ${is}`);
  await open(false);
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'sluice webhooks%' and datname = ${name}`;
  try {
    const answer = await eventually("the function to notice", async () => {
      const answer = await status(1);
      return answer.status === 200 ? null : answer;
    });
    expect(answer.status).toBe(503);
  } finally {
    await open(true);
    await admin.end();
  }
  await eventually("the function to recover", async () => (await status(1)).status === 200 || null);
  expect(await world.inbox()).toHaveLength(1);
});
