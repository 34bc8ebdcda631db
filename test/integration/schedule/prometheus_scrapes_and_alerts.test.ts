// A real Prometheus reads the metrics of a running world and evaluates the alert rules; promtool checks what it is given.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRICS } from "../../../edge-functions/_shared/platform/metrics/catalogue.ts";
import { MONITORING, type Prometheus, startPrometheus } from "../../../scripts/test/prometheus.ts";
import { type SendWorld, startSendWorld } from "../../http/delivery/harness.ts";
import { makeKey } from "../../http/tenancy/support.ts";

const TOKEN = randomUUID() + randomUUID();
let world: SendWorld;
let folder: string;
let prometheus: Prometheus | undefined;

const promtool = (args: string[], input?: string) => {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, {
    encoding: "utf8",
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  });
  if (error) throw new Error(`promtool is not installed (apt-get install prometheus): ${error}`);
  return { status, output: stdout + stderr };
};

const metrics = async (token: string) => {
  const answer = await fetch(`${world.stack.functionsUrl}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
  return await answer.text();
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-prometheus-"));
  for (const name of ["alerts.yml", "alerts_test.yml"]) {
    copyFileSync(join(MONITORING, name), join(folder, name));
  }
  writeFileSync(join(folder, "sluice_token"), TOKEN);
  world = await startSendWorld({
    functions: ["metrics", "outreach"],
    env: { SLUICE_METRICS_TOKEN: TOKEN },
  });
  await world.addLeads("email", 3);
  expect((await world.ask("POST", "/dispatch", {})).json).toMatchObject({ sent: 3 });
  await world.sql`insert into public.pipeline_dlq (org_id, source, payload, reason)
    values (${world.org.id}, 'notify', '{}', 'test')`;
});
afterAll(async () => {
  await prometheus?.stop();
  await world?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("promtool accepts the answers to the operator and to a key", async () => {
  const { key } = await makeKey(world.sql, world.org.id, ["metrics.read"]);
  for (const text of [await metrics(TOKEN), await metrics(key)]) {
    const { status, output } = promtool(["check", "metrics"], text);
    expect(output).toBe("");
    expect(status).toBe(0);
    expect(text.match(/^# TYPE /gm)!.length).toBeGreaterThan(20);
  }
});

test("promtool finds what is wrong with an answer", async () => {
  const wrong = (await metrics(TOKEN)).replaceAll("sluice_uploads_total", "sluice_uploads")
    .replaceAll("sluice_messages_total", "sluice_messages");
  expect(promtool(["check", "metrics"], wrong).status).not.toBe(0);
});

test("promtool accepts configuration and rules, and each alert fires when it should", () => {
  const config = readFileSync(join(MONITORING, "prometheus.yml"), "utf8");
  writeFileSync(join(folder, "shipped.yml"), config);
  expect(promtool(["check", "config", "shipped.yml"])).toMatchObject({ status: 0 });
  expect(promtool(["check", "rules", "alerts.yml"])).toMatchObject({ status: 0 });
  const { status, output } = promtool(["test", "rules", "alerts_test.yml"]);
  expect(output).toContain("SUCCESS");
  expect(status).toBe(0);
});

test("a real Prometheus scrapes the world and evaluates the alerts", async () => {
  prometheus = await startPrometheus(world.stack.functionsUrl, TOKEN);
  const ask = (query: string) => prometheus!.ask(query).catch(() => []);
  await expect.poll(() => ask('up{job="sluice"}'), { timeout: 120_000, interval: 250 })
    .toMatchObject([{ value: "1" }]);
  await expect.poll(() => ask('sum(sluice_messages_total{state="sent"})'), { timeout: 120_000 })
    .toMatchObject([{ value: "3" }]);
  const names = (await ask('count by (__name__) ({__name__=~"sluice_.+"})'))
    .map(({ metric }) => metric.__name__!);
  expect(names.length).toBeGreaterThan(20);
  expect(
    names.filter((name) => !METRICS[name.replace(/_(bucket|sum|count)$/, "")] && !METRICS[name]),
  )
    .toEqual([]);
  // The dead letter of above is open; the alert waits for a quarter of an hour before it fires.
  await expect.poll(
    () => ask('ALERTS{alertname="SluiceDeadLetters", source="notify", alertstate="pending"}'),
    { timeout: 120_000, interval: 250 },
  ).toHaveLength(1);
  const all = await prometheus.rules();
  expect(all.filter(({ health }) => health !== "ok")).toEqual([]);
  expect(all.length).toBeGreaterThan(20);
}, 120_000);
