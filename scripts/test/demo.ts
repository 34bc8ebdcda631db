// Runs the demo as a user does, and checks that its numbers add up and that it can be monitored.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROWS } from "../build/dashboard.ts";
import { root } from "../dev/paths.ts";
import { type Check, check } from "./check.ts";
import { startPrometheus, until } from "./prometheus.ts";

const verdicts = ["rejected", "created", "updated", "unchanged", "merged", "conflicts"];
const outreach = ["sent", "replied", "opted_out", "bounced", "booked", "twice", "lost"];
const bought = ["checked", "cached", "cost_usd", "over_budget", "traced", "scored"];
const numbers = [
  ...["received", ...verdicts, "verified", "contactable", "fed"],
  ...[...bought, ...outreach, "seconds"],
];

interface Demo {
  /** The URL of its functions, and its numbers; null where it ended before. */
  found: { url: string; result: Record<string, number> } | null;
  problems: string;
  /** Ends it; the scratch database is dropped. */
  stop(): Promise<void>;
}

/** Runs until the demo has printed its numbers; its stack goes on until it is stopped. */
async function startDemo(token: string): Promise<Demo> {
  const child = spawn(process.execPath, [
    ...[join(root, "scripts", "dev", "setup.mjs"), "scripts/demo/main.ts"],
    ...["--json", "--scratch", "--keep"],
  ], {
    cwd: root,
    env: { ...process.env, SLUICE_METRICS_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.on("close", () => done()));
  let [stdout, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
  const numbers = new Promise<string | null>((done) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const line = /^\{.*\}$/m.exec(stdout);
      if (line) done(line[0]);
    });
    child.on("error", () => done(null)).on("close", () => done(null));
  });
  const line = await numbers;
  const url = /^The stack runs at (\S+);/m.exec(stdout)?.[1];
  return {
    found: line && url ? { url, result: JSON.parse(line) as Record<string, number> } : null,
    problems: line && url ? "" : `${stdout.slice(-500)}\n${stderr.slice(-4000)}`,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
}

export async function demo(): Promise<Check[]> {
  if (!existsSync(join(root, "scripts", "demo", "main.ts"))) return [];
  const token = randomUUID() + randomUUID();
  const world = await startDemo(token);
  try {
    const ran = check("npm run demo -- --json", world.problems);
    if (!world.found) return [ran];
    const { url, result } = world.found;
    return [ran, ...numbersOf(result), ...await monitored(url, token, result)];
  } finally {
    await world.stop();
  }
}

const MOST_MS = 60_000;

/** A real Prometheus scrapes the filled stack, evaluates the alerts, and answers each query of the dashboard. */
async function monitored(
  url: string,
  token: string,
  result: Record<string, number>,
): Promise<Check[]> {
  const prometheus = await startPrometheus(url, token);
  try {
    const number = async (query: string) => Number((await prometheus.ask(query))[0]?.value ?? NaN);
    // Two scrapes: rates have something to compare.
    const scrapes = await until(
      () => number('sum_over_time(up{job="sluice"}[1h])').catch(() => 0),
      (count) => count >= 2,
      MOST_MS,
    );
    const up = check(
      "a real Prometheus scrapes the filled stack",
      scrapes >= 2
        ? ""
        : "it has not scraped (is prometheus installed: apt-get install prometheus?)",
    );
    if (!up.ok) return [up];
    const counted = {
      created: await number('sum(sluice_upload_rows_total{verdict="created"})'),
      completed: await number('sum(sluice_uploads_total{outcome="completed"})'),
      sent: await number('sum(sluice_messages_total{state="sent"})'),
    };
    const panels = ROWS.flatMap(([, panels]) => panels);
    const queries = panels.flatMap(({ targets }) =>
      targets.map(([expr]) => expr.replaceAll("$org", ".*"))
    );
    const answers = await Promise.all(queries.map((query) =>
      prometheus.ask(query).then(
        (samples) => samples.length > 0 ? "filled" : "empty",
        (error: Error) => `${query}: ${error.message}`,
      )
    ));
    const filled = answers.filter((answer) => answer === "filled").length;
    const rules = await until(
      () => prometheus.rules(),
      (all) => all.length > 0 && all.every(({ health }) => health === "ok"),
      MOST_MS,
    );
    return [
      up,
      check(
        "it has the numbers of the demo",
        counted.created === result.created && counted.completed > 0 && counted.sent >= result.sent!
          ? ""
          : JSON.stringify(counted),
      ),
      {
        ...check(
          "it answers every query of the dashboard, and more than half have data",
          answers.filter((answer) => answer !== "filled" && answer !== "empty").join("\n") ||
            (filled > queries.length / 2
              ? ""
              : queries.filter((_, n) => answers[n] === "empty").join("\n")),
        ),
        measured: [`${filled} of ${queries.length} queries of the dashboard have data`],
      },
      check(
        "it evaluates every alert",
        rules.filter(({ health }) => health !== "ok").map(({ name }) => name).join(", "),
      ),
    ];
  } finally {
    await prometheus.stop();
  }
}

function numbersOf(result: Record<string, number>): Check[] {
  const missing = numbers.filter((name) => typeof result[name] !== "number").join(", ");
  const sum = verdicts.reduce((total, name) => total + (result[name] ?? 0), 0);
  return [
    check("it reports all numbers", missing && `missing: ${missing}`),
    check(
      "every received row has exactly one verdict",
      sum === result.received ? "" : `${sum} verdicts for ${result.received} rows`,
    ),
    check("leads were verified, contactable and fed", result.fed ? "" : JSON.stringify(result)),
    check(
      "e-mails were verified, the cache saved calls, the budget refused some, and all leads have a score",
      bought.every((name) => (result[name] ?? 0) > 0) && result.cost_usd! <= 13 &&
        result.scored === result.created
        ? ""
        : JSON.stringify(result),
    ),
    check(
      "people were contacted, replied, opted out, bounced and booked",
      ["sent", "replied", "opted_out", "bounced", "booked"].every((name) => (result[name] ?? 0) > 0)
        ? ""
        : JSON.stringify(result),
    ),
    check(
      "no person received a step twice, and the providers have every message of the ledger",
      result.twice === 0 && result.lost === 0 ? "" : `${result.twice} twice, ${result.lost} lost`,
    ),
  ];
}
