// `npm run demo`: a list goes through the whole core, to people and to the appointments that they book,
// and the results are printed. The sandbox simulates the providers: nothing leaves the machine.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { connect } from "../dev/database.ts";
import { localPath, root } from "../dev/paths.ts";
import { freePort } from "../dev/state.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import { DemoClock, runDays } from "./days.ts";
import { clientOf, enrich, enrichmentTotals, nothingEnriched, oneScore } from "./enrichment.ts";
import { makeList } from "./list.ts";
import { makeOutreach, recordConsents } from "./outreach.ts";
import { people } from "./people.ts";
import { outreachTotals, stories } from "./stories.ts";
import {
  anyLeads,
  examples,
  firstFed,
  funnel,
  lacksPlace,
  noTotals,
  rejects,
  totals,
} from "./summary.ts";
import { addSignIns, signInsText } from "./sign_ins.ts";
import { type ServedDesk, startDesk } from "../desk/serve.ts";
import { makeWorld, runNextFeed, type World } from "./world.ts";

const usage = `Usage: npm run demo -- [--file LIST.csv] [--keep] [--json] [--scratch]

  --file LIST.csv  use your own list
  --state CA, --city NAME, --county NAME
                   place of rows without one
  --keep           leaves functions and worker running until Ctrl-C
  --json           end with one JSON object
  --scratch        use a database that is dropped afterwards
`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        file: { type: "string" },
        state: { type: "string" },
        city: { type: "string" },
        county: { type: "string" },
        keep: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        scratch: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const options = readOptions();

const say = (text = "") => console.log(text);
const heading = (text: string) => say(`\n${text}\n${"-".repeat(text.length)}`);

/** Runs the client as a user would, with its progress on this terminal. Returns its JSON object. */
function runClient(args: string[], world: World): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [
    join(root, "scripts", "cli", "sluice.ts"),
    ...args,
    "--json",
  ], {
    cwd: root,
    env: { ...process.env, SLUICE_SECRET: world.secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((done, failed) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
    child.on("error", failed);
    child.on("close", (code) => {
      const last = output.trimEnd().split("\n").at(-1) ?? "";
      if (last.startsWith("{")) done(JSON.parse(last));
      else failed(new Error(`The client ended with code ${code}.`));
    });
  });
}

/** From the feed: three steps, the answers, and a weekend for people delayed by hours and holidays. */
const DAYS = 9;

const words: Record<string, string> = { email: "mails", sms: "texts", voice_ai: "calls" };

async function reachOut(
  sql: ReturnType<typeof connect>,
  stack: Stack,
  { sandbox, clock, world, from }: {
    sandbox: Sandbox;
    clock: DemoClock;
    world: World;
    from: Date;
  },
): Promise<void> {
  await runDays({
    ...{ sql, stack, sandbox, clock, world, from, days: DAYS },
    onDay: (day) => {
      const sent = Object.entries(day.sent).map(([channel, n]) => `${n} ${words[channel]}`);
      say(
        `  ${day.date}  ${sent.join(", ") || "nothing"} sent; ${day.refused} refused; ` +
          `replies ${day.replied}, opt-outs ${day.opted_out}, bounces ${day.bounced}, bookings ${day.booked}`,
      );
    },
  });
}

interface Outside {
  sandbox: Sandbox;
  clock: DemoClock;
  desk: ServedDesk | null;
}

async function travel(stack: Stack, outside: Outside): Promise<void> {
  const { sandbox, clock } = outside;
  const sql = connect(stack.adminUrl);
  try {
    const started = performance.now();
    const world = await makeWorld(sql, options);
    await addSignIns(sql, stack, world);
    await makeOutreach(sql, world, sandbox.twilio.number);
    sandbox.setWebhooksUrl(`${stack.functionsUrl}/webhooks/${world.orgId}`);
    const folder = localPath("demo");
    mkdirSync(folder, { recursive: true });
    const list = options.file ? null : makeList();
    const file = options.file
      ? resolve(process.env.INIT_CWD ?? ".", options.file)
      : join(folder, "list.csv");
    if (list) writeFileSync(file, list.csv);
    const rejectsFile = join(folder, `${basename(file)}.rejects.csv`);

    heading(`1. Upload ${file} with the client, signed`);
    const answer = await runClient(
      [
        "upload",
        file,
        "--source",
        world.sourceKey,
        "--url",
        stack.functionsUrl,
        "--rejects",
        rejectsFile,
      ],
      world,
    );
    const uploadId = String(answer.upload_id);
    if (answer.state !== "completed") {
      const error = String(answer.error ?? `The upload ended in state ${answer.state}.`);
      console.error(`\nThe file was refused: ${error}`);
      process.exitCode = 1;
      if (options.json) say(JSON.stringify({ ...noTotals, ...nothingEnriched, seconds: 0, error }));
      return;
    }

    // A user's own list has only unproven consents.
    if (list) await recordConsents(sql, world);

    heading(
      "2. Verify e-mails and trace phones at data providers, within budgets, and score the leads",
    );
    const client = clientOf(stack.adminUrl);
    await enrich(sql, client, world, sandbox, say);

    heading(
      "3. Refresh the contactable leads and feed the campaign, on the next business day at 06:00",
    );
    const feed = await runNextFeed(sql, world);
    say(`  ${feed.date}: refreshed 05:30, fed ${feed.fed} leads at 06:00 Los Angeles time`);

    heading("4. E-mail on the day of the feed, a text two days later, a call two days after that");
    await reachOut(sql, stack, { sandbox, clock, world, from: feed.feedAt });
    const outreach = await outreachTotals(sql, world, sandbox);
    const score = await oneScore(sql, client, world, clock.now());
    const enriched = await enrichmentTotals(sql, world);

    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    const counts = await totals(sql, world, uploadId);
    heading("The result of every row");
    for (const [name, count] of Object.entries(counts)) {
      say(`  ${name.padEnd(12)}${String(count).padStart(8)}`);
    }
    heading(list ? "Three spellings, one lead" : "Five leads");
    say(list ? await examples(sql, world, list.examples) : await anyLeads(sql, world));
    heading("Rejected rows, by reason");
    say(await rejects(sql, uploadId));
    if (counts.rejected > 0) say(`  all rejected rows, with line and reason: ${rejectsFile}`);
    if (await lacksPlace(sql, uploadId)) {
      say("  Some rows have no place: set it with --city, --state and --county.");
    }
    heading("The first leads of the feed");
    say(await firstFed(sql, world));
    heading("The funnel");
    say(await funnel(sql, world));
    heading("Messages received by the providers, and the responses of people");
    for (const [name, count] of Object.entries(outreach)) {
      say(`  ${name.padEnd(12)}${String(count).padStart(8)}`);
    }
    heading("Five people, every decision");
    say(await stories(sql, world));
    heading("The score of one lead, explained");
    say(score);
    heading("Next steps");
    if (options.scratch) say("  This ran in a separate database, which has been dropped.");
    else {
      say(
        `  npm run db:psql            then: select * from public.leads where org_id = '${world.orgId}' limit 5;`,
      );
      say(`  supabase/snippets/         SQL for common questions of brokers and operators`);
      say(`  npm run dev                run the stack until Ctrl-C`);
      say(
        `  SLUICE_SECRET=… npm run sluice -- undo ${uploadId} --source ${world.sourceKey}   undo the upload`,
      );
    }
    if (options.keep && outside.desk) {
      say(`\nThe desk: ${outside.desk.url}\n  ${await signInsText(sql)}`);
    }
    if (options.keep) {
      say(
        `\nThe stack runs at ${stack.functionsUrl}; the signing secret of ${world.sourceKey} is ` +
          `${world.secret}.\nCtrl-C stops it.`,
      );
    }
    if (options.json) say(JSON.stringify({ ...counts, ...enriched, ...outreach, seconds }));
  } finally {
    await sql.end();
  }
}

if (options.help) {
  say(usage);
} else {
  let stack: Stack | null = null;
  let sandbox: Sandbox | null = null;
  let desk: ServedDesk | null = null;
  const clock = new DemoClock();
  try {
    sandbox = await startSandbox({ now: clock.now, signingTime: clock.now, persona: people });
    const deskPort = await freePort(54330);
    stack = await startStack({
      database: options.scratch ? "test" : "main",
      worker: true,
      env: {
        ...sandbox.env,
        SENDGRID_ACTIVITY: "on",
        // The sandbox always responds, but slowly on a busy machine.
        OUTREACH_TIMEOUT_MS: "30000",
        SLUICE_TEST_CLOCK: "allow",
        SLUICE_CLOCK_FILE: clock.file,
        ...process.env.SLUICE_METRICS_TOKEN
          ? { SLUICE_METRICS_TOKEN: process.env.SLUICE_METRICS_TOKEN }
          : {},
        SLUICE_DESK_ORIGINS: `http://127.0.0.1:${deskPort}`,
      },
    });
    if (options.keep) {
      desk = await startDesk({
        url: stack.url,
        key: stack.publishableKey,
        port: deskPort,
      });
    }
    await travel(stack, { sandbox, clock, desk });
    clock.clear();
    if (options.keep) {
      await new Promise<void>((stop) => {
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop());
      });
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    clock.clear();
    await desk?.close();
    await stack?.stop();
    await sandbox?.stop();
  }
}
