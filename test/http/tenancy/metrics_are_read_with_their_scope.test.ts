import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../intake/harness.ts";
import { type Org, type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { ALL_SCOPES, askWith, makeKey } from "./support.ts";

const TOKEN = randomUUID() + randomUUID();
let world: SendWorld;
let other: Org;

beforeAll(async () => {
  world = await startSendWorld({
    functions: ["metrics", "outreach"],
    env: { SLUICE_METRICS_TOKEN: TOKEN },
  });
  other = await world.addOrg();
  await world.addLeads("email", 3);
  await world.addLeads("email", 1, other);
  expect((await world.ask("POST", "/dispatch", {})).json).toMatchObject({ sent: 4 });
});
afterAll(() => world?.stop());

const read = (token: string) => askWith(world.stack, token, "GET /metrics");
const valueOf = (text: string, name: string, ...labels: string[]) =>
  text.split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);

test("a key with the scope reads the values of its org and no other", async () => {
  const { key } = await makeKey(world.sql, world.org.id, ["metrics.read"], { role: "viewer" });
  const { status, text, headers } = await read(key);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain(`org="${world.org.id}"`);
  expect(text).not.toContain(other.id);
  expect(text).not.toContain("sluice_queue_jobs");
  expect(valueOf(text, "sluice_messages_total", 'state="sent"')).toBe(3);
  expect(valueOf(text, "sluice_provider_requests_total", 'status="ok"', 'purpose="send"')).toBe(3);
  const seconds = "sluice_provider_request_duration_seconds";
  expect(valueOf(text, `${seconds}_count`)).toBe(3);
  expect(valueOf(text, `${seconds}_bucket`, 'le="+Inf"')).toBe(3);
  expect(valueOf(text, `${seconds}_sum`)).toBeGreaterThan(0);
  expect(valueOf(text, "sluice_gate_decisions_total", 'verdict="allowed"')).toBeGreaterThan(2);
});

test("a key with every other scope does not", async () => {
  const scopes = ALL_SCOPES.filter((scope) => scope !== "metrics.read");
  const { key } = await makeKey(world.sql, world.org.id, scopes);
  expect(await read(key)).toMatchObject({ status: 403, json: { code: "missing_scope" } });
});

test("the operator's token and the service read all orgs and the installation", async () => {
  const answers = [
    await read(TOKEN),
    await call(`${world.stack.functionsUrl}/metrics`, {
      headers: { apikey: world.stack.serviceRoleKey },
    }),
  ];
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    expect(text).toContain(`org="${world.org.id}"`);
    expect(text).toContain(`org="${other.id}"`);
    expect(text).toContain("# TYPE sluice_queue_jobs gauge");
    expect(valueOf(text, "sluice_messages_total", 'state="sent"')).toBe(4);
  }
});

test("the operator's token opens nothing else", async () => {
  const { status } = await askWith(world.stack, TOKEN, "GET /outreach/due");
  expect(status).toBe(401);
});

test("a token that is nearly the operator's is refused, and so are other methods", async () => {
  for (const token of [`${TOKEN}x`, TOKEN.slice(1), "", randomUUID()]) {
    expect((await read(token)).status).toBe(401);
  }
  expect((await askWith(world.stack, TOKEN, "POST /metrics")).status).toBe(405);
});
