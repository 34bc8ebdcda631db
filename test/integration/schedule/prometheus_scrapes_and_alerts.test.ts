// A real Prometheus reads the metrics of a running world and evaluates the alert rules; promtool checks what it is given.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRICS } from "../../../edge-functions/_shared/platform/metrics/catalogue.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { freePort } from "../../../scripts/dev/state.ts";
import { type SendWorld, startSendWorld } from "../../http/delivery/harness.ts";
import { makeKey } from "../../http/tenancy/support.ts";

const TOKEN = randomUUID() + randomUUID();
const MONITORING = join(root, "supabase", "monitoring");
let world: SendWorld;
let folder: string;
let prometheus: ChildProcess | undefined;
let url: string;

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
  if (prometheus && prometheus.exitCode === null) {
    const ended = new Promise((done) => prometheus!.on("exit", done));
    prometheus.kill("SIGTERM");
    await ended;
  }
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
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const target = new URL(world.stack.functionsUrl);
  const config = readFileSync(join(MONITORING, "prometheus.yml"), "utf8")
    .replace("PROJECT.supabase.co", target.host).replace("scheme: https", "scheme: http")
    .replaceAll("_interval: 1m", "_interval: 1s");
  writeFileSync(join(folder, "prometheus.yml"), config);
  prometheus = spawn("prometheus", [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--storage.tsdb.retention.size=64MB",
  ], { stdio: "ignore" });
  const ask = async (
    query: string,
  ): Promise<{ metric: Record<string, string>; value: string }[]> => {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
      .then((one) => one.json(), () => null) as
        | { data?: { result: { metric: Record<string, string>; value: [number, string] }[] } }
        | null;
    return (answer?.data?.result ?? []).map(({ metric, value }) => ({ metric, value: value[1] }));
  };
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
  const rules = await fetch(`${url}/api/v1/rules`).then((one) => one.json()) as {
    data: { groups: { rules: { health: string; name: string }[] }[] };
  };
  const all = rules.data.groups.flatMap((group) => group.rules);
  expect(all.filter(({ health }) => health !== "ok")).toEqual([]);
  expect(all.length).toBeGreaterThan(20);
}, 120_000);
