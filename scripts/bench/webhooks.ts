// Item 10: webhooks accepted by the endpoint, with p50 and p99, against n8n's own webhook node storing to
// Postgres on the same machine in the same run (where n8n is installed), and that overload loses nothing.
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { connect } from "../dev/database.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import { accepted, load, type LoadResult, percentile, type Shot } from "./http_load.ts";
import { measureN8nWebhook } from "./n8n_webhook.ts";
import { integer, type Line } from "./report.ts";

const PUBLIC_URL = "https://sluice.example.com";
const TOKEN = "0123456789abcdef0123456789abcdef";
const ACCOUNT = `AC${TOKEN}`;
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

export interface WebhookBench {
  milliseconds: number;
  connections: number;
}

export async function measureWebhooks(
  { milliseconds, connections }: WebhookBench,
  progress: (text: string) => void = () => {},
): Promise<Line[]> {
  const lines: Line[] = [];
  progress("n8n's webhook node");
  const baseline = await measureN8nWebhook(connections, milliseconds, progress);
  await withEndpoint(8_192, async ({ port, orgId, stored }) => {
    for (
      const [name, next] of [["status of a text", texts(orgId)], [
        "10 events of mail",
        mails(orgId),
      ]] as const
    ) {
      progress(`the webhook endpoint, ${name}`);
      await load(port, connections, next, milliseconds / 4);
      const before = await stored();
      const run = await load(port, connections, next, milliseconds);
      lines.push(...rateLines(name, run, await stored() - before, connections, baseline));
    }
  });
  progress("overload");
  lines.push(await measureOverload(milliseconds));
  return lines;
}

interface Endpoint {
  port: number;
  orgId: string;
  /** Rows in the inbox. */
  stored(): Promise<number>;
}

async function withEndpoint<T>(
  waiting: number,
  work: (endpoint: Endpoint) => Promise<T>,
): Promise<T> {
  const stack: Stack = await startStack({
    functions: ["webhooks"],
    env: {
      SLUICE_PUBLIC_URL: PUBLIC_URL,
      TWILIO_ACCOUNT_SID: ACCOUNT,
      TWILIO_AUTH_TOKEN: TOKEN,
      SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey.export({ type: "spki", format: "der" })
        .toString("base64"),
      WEBHOOKS_WAITING: String(waiting),
    },
  });
  const sql = connect(stack.adminUrl, 1);
  try {
    const [org] = await sql`insert into public.orgs (name) values ('Bench') returning id`;
    return await work({
      // Not through the gateway of the local stack, because n8n has none in front of it either.
      port: await stack.processes.get("webhooks")!.port() as number,
      orgId: org!.id,
      async stored() {
        const [row] =
          await sql`select coalesce(sum(deliveries), 0)::integer as n from public.webhook_inbox`;
        return row!.n;
      },
    });
  } finally {
    await sql.end();
    await stack.stop();
  }
}

let made = 0;
const hex = (n: number) => n.toString(16).padStart(32, "0");

/** Status callbacks, each of a different message. */
function texts(orgId: string): () => Shot {
  const path = `/webhooks/${orgId}/twilio/status`;
  return () => {
    const form = {
      AccountSid: ACCOUNT,
      ApiVersion: "2010-04-01",
      From: "+12135550199",
      MessageSid: `SM${hex(++made)}`,
      MessageStatus: "delivered",
      To: "+12135550101",
    };
    const signed = Object.entries(form).reduce(
      (text, [name, value]) => text + name + value,
      `${PUBLIC_URL}/functions/v1${path}`,
    );
    return {
      path,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": createHmac("sha1", TOKEN).update(signed).digest("base64"),
      },
      body: new URLSearchParams(form).toString(),
    };
  };
}

function mails(orgId: string): () => Shot {
  const path = `/webhooks/${orgId}/sendgrid/events`;
  return () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const body = JSON.stringify(Array.from({ length: 10 }, () => ({
      email: "ann@example.com",
      timestamp,
      event: "delivered",
      response: "250 OK",
      message_id: randomUUID(),
      sg_event_id: randomUUID(),
      sg_message_id: `${hex(++made)}.recvd-1.0`,
    })));
    return {
      path,
      headers: {
        "content-type": "application/json",
        "x-twilio-email-event-webhook-timestamp": String(timestamp),
        "x-twilio-email-event-webhook-signature": sign(
          "sha256",
          Buffer.from(timestamp + body),
          privateKey,
        ).toString("base64"),
      },
      body,
    };
  };
}

interface Baseline {
  engine: string;
  perSecond: number;
  goal: number;
}

function rateLines(
  name: string,
  run: LoadResult,
  stored: number,
  connections: number,
  baseline: Baseline[],
): Line[] {
  const ok = accepted(run);
  const perSecond = ok / run.seconds;
  const p50 = percentile(run.latencies, 0.5);
  const p99 = percentile(run.latencies, 0.99);
  const absolute = `${integer(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  const what = `webhooks accepted, ${name}, ${connections} connections`;
  const data = { per_second: perSecond, p50_ms: p50, p99_ms: p99, accepted: ok, stored };
  const kept: Line = {
    item: 10,
    what,
    ratio: null,
    against: "",
    absolute,
    goal: "median < 50 ms, each 2xx stored",
    met: p50 < 50 && stored === ok,
    data,
  };
  return [
    kept,
    ...baseline.map(({ engine, perSecond: theirs, goal }): Line => ({
      item: 10,
      what,
      ratio: perSecond / theirs,
      against: `n8n's webhook to Postgres, ${engine}, ${theirs.toFixed(0)}/s`,
      absolute,
      goal: `≥ ${goal} ×`,
      met: perSecond / theirs >= goal,
      data: { ...data, n8n_per_second: theirs },
    })),
  ];
}

/** Far more concurrent requests than slots: those with a 2xx response are stored, others are refused. */
async function measureOverload(milliseconds: number): Promise<Line> {
  return await withEndpoint(16, async ({ port, orgId, stored }) => {
    const run = await load(port, 200, texts(orgId), milliseconds);
    const ok = accepted(run);
    const rows = await stored();
    const refused = run.answers.get(503) ?? 0;
    const other = [...run.answers.values()].reduce((sum, n) => sum + n, 0) - ok - refused;
    return {
      item: 10,
      what: "overload: 200 connections, 16 places",
      ratio: null,
      against: "",
      absolute: `${integer(ok)} accepted, ${integer(rows)} stored, ${integer(refused)} refused`,
      goal: "no 2xx lost, nothing but 2xx and 503",
      met: rows === ok && other === 0 && refused > 0,
      data: { accepted: ok, stored: rows, sent_away: refused, other },
    };
  });
}
