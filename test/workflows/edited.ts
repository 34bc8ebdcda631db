// A person's edits of a sequence in n8n change what the next lead gets, end to end: n8n, the API with a key, the
// validator, the ledger, the gate and the providers. Nobody writes code, and leads that are on the way stay there.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type postgres from "postgres";
import { main } from "../../scripts/cli/main.ts";
import { parseTemplate } from "../../scripts/cli/template_file.ts";
import { sequenceFiles, sequenceFolder } from "../../scripts/n8n/workflows.ts";
import type { Persona } from "../../scripts/sandbox/types.ts";
import { choose, nodeOf, shipped } from "./drawn.ts";
import type { Lab } from "./lab.ts";
import { forwardTo, idle } from "./relay.ts";
import type { Suite } from "./suite.ts";
import { until } from "./wait.ts";
import { firstDay, openWorld, type World } from "./world.ts";

const outreach = shipped("owner-outreach.json");
const hour = 3_600_000;

/** One owner of the second day answers the text. */
const persona: Persona = ({ channel, to }) =>
  channel === "sms" && to === replier
    ? [{ kind: "deliver" }, { kind: "reply", text: "Yes, please call me" }]
    : [{ kind: "deliver" }];
let replier = "";

let world: World;
let campaignId = "";

/** Runs also after a failure. */
export async function closeEdited(lab: Lab, log: (line: string) => void): Promise<void> {
  lab.relay.answer = idle;
  const worth = world?.log.filter((line) => !/"level":"info"/.test(line)) ?? [];
  for (const line of worth.slice(-40)) log(line);
  await world?.stop();
}

/** The texts that ship with the sequences, as `sluice template put` saves them. */
async function addTexts(sql: postgres.Sql, orgId: string): Promise<void> {
  const folder = join(sequenceFolder, "texts");
  for (const file of readdirSync(folder)) {
    const { name, channel, subject, text } = parseTemplate(
      readFileSync(join(folder, file), "utf8"),
    );
    await sql`insert into public.templates (org_id, name, channel, subject, text_body)
      values (${orgId}, ${name}, ${channel}, ${subject}, ${text})`;
  }
}

/** Executes the sequence in n8n as a person does; what Sluice answered is in what n8n kept. */
async function publish(lab: Lab, id = outreach.id): Promise<void> {
  const { status, data } = await lab.execute(id, "Start");
  assert.equal(status, "success", data);
}

const versions = () =>
  world.sql<{ name: string; version: number }[]>`select name, version from public.sequences
    where org_id = ${world.orgId} order by name, version`;

const outreachVersions = async () =>
  (await versions()).filter(({ name }) => name === "Owner outreach").map(({ version }) => version);

/** `sluice sequence publish`, with the key of n8n's public API. */
async function command(lab: Lab, args: string[]): Promise<{ out: string; err: string }> {
  const said = { out: "", err: "" };
  const sink = (to: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        said[to] += chunk;
        done();
      },
    });
  await main(["sequence", "publish", ...args, "--org", "Example Realty"], {
    env: { DATABASE_URL: world.stack.databaseUrl, N8N_API_KEY: lab.n8nApiKey },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => "",
    fetch,
  });
  return said;
}

const fed = (day: string) =>
  world.sql<{ email: string; phone: string; state: string; end_reason: string | null }[]>`
    select f.email, f.phone, r.state, r.end_reason from public.sequence_runs r
    join jsonb_to_recordset(${world.sql.json(world.leads as never)}) f (id uuid, email text,
      phone text) on f.id = r.lead_id
    where r.org_id = ${world.orgId} and r.started_at = ${`${day}T14:00:00Z`} order by f.email`;

const mailed = () => world.sandbox.received.emails.map(({ to }) => to).sort();
const texted = () => world.sandbox.received.messages.map(({ to }) => to).sort();

export const edited: Suite = {
  "the shipped sequences publish without a problem": async (lab) => {
    world = await openWorld(lab, (touch) => persona(touch), {
      functions: ["api", "outreach", "webhooks"],
      campaign: async (sql, orgId) => {
        await addTexts(sql, orgId);
        return "";
      },
    });
    lab.relay.answer = forwardTo(
      world.stack.functionsUrl,
      (body) => ({ ...body, as_of: world.asOf.toISOString() }),
    );
    for (const { workflow } of sequenceFiles()) {
      await lab.edit(workflow.id, (now) => {
        now.nodes = structuredClone(workflow.nodes);
        now.connections = structuredClone(workflow.connections);
        choose({ operation: "publish" })(now);
      });
      await publish(lab, workflow.id);
    }
    assert.deepEqual((await versions()).map(({ name, version }) => `${name} ${version}`), [
      ...["Link follow-up 1", "No-answer follow-up 1", "Owner outreach 1", "Reply hand-over 1"],
    ]);
  },

  "the leads of the first day get what was drawn: an e-mail": async () => {
    const [campaign] = await world.sql<{ id: string }[]>`
      insert into public.campaigns (org_id, name, state, started_at, sequence_id, daily_limit)
      select org_id, 'Owners', 'running', ${new Date("2026-11-17T14:00:00Z")}, id, 4
      from public.sequences where org_id = ${world.orgId} and name = 'Owner outreach' returning id`;
    campaignId = campaign!.id;
    assert.equal(await world.feed("2026-11-18", campaignId), 4);
    const first = await fed("2026-11-18");
    await until("the e-mails", () => mailed().length >= 4);
    assert.deepEqual(mailed(), first.map(({ email }) => email));
    assert.deepEqual(texted(), []);
    assert.ok(world.sandbox.received.emails.every(({ subject }) => /^About /.test(subject ?? "")));
  },

  "order, delay, text and a branch are edited in n8n, and published as the next version": async (
    lab,
  ) => {
    await lab.edit(outreach.id, (workflow) => {
      // A text first, with other words; an hour for an answer; without one, the e-mail ends it.
      nodeOf(workflow, "First text").parameters.template = "Missed call, text";
      nodeOf(workflow, "Reply to the text?").parameters = { amount: 1, unit: "hours" };
      nodeOf(workflow, "First e-mail").parameters.template = "Owner, second e-mail";
      const gone = ["Reply to the e-mail?", "One more day", "Call"];
      workflow.nodes = workflow.nodes.filter(({ name }) => !gone.includes(name));
      const to = (
        node: string,
      ) => [{ node, type: "main", index: 0 } as { node: string; type: string }];
      workflow.connections = {
        "Start": { main: [to("First text")] },
        "First text": { main: [to("Reply to the text?")] },
        "Reply to the text?": { main: [to("Hand over"), to("First e-mail")] },
      };
    });
    await publish(lab);
    assert.deepEqual(await outreachVersions(), [1, 2]);
  },

  "after n8n was killed, the next edit is published as the next version without its number": async (
    lab,
  ) => {
    await lab.n8n.kill();
    await lab.restart();
    await lab.edit(outreach.id, (workflow) => {
      nodeOf(workflow, "Hand over").parameters.note = "The owner answered: call today.";
    });
    await publish(lab);
    assert.deepEqual(await outreachVersions(), [1, 2, 3]);
  },

  "sluice sequence publish reads the workflow from n8n, and n8n does not replace that unread":
    async (
      lab,
    ) => {
      await lab.edit(outreach.id, (workflow) => {
        nodeOf(workflow, "Hand over").parameters.note = "The owner answered: call within the hour.";
      });
      const from = ["--n8n-url", lab.n8n.url, "--n8n-workflow", outreach.id];
      const refused = await command(lab, [...from, "--version", "2"]);
      assert.match(refused.err, /the sequence has version 3 already/);
      const done = await command(lab, [...from, "--version", "3"]);
      assert.deepEqual(done.err, "");
      assert.match(done.out, /^Owner outreach version 4 with 4 steps\n/);
      assert.deepEqual(await outreachVersions(), [1, 2, 3, 4]);
      const { status, data } = await lab.execute(outreach.id, "Start");
      assert.equal(status, "error");
      assert.ok(data.includes("Sluice has a newer version of the sequence."), data);
      const unknown = await command(lab, ["--n8n-url", lab.n8n.url, "--n8n-workflow", "nothing"]);
      assert.match(unknown.err, /workflow nothing not found in n8n/);
    },

  "the next leads get the text first, and those on the way stay on theirs": async () => {
    world.asOf = new Date(firstDay.getTime() + 24 * hour);
    const before = await fed("2026-11-18");
    // The feed decides who comes next; the first of them answers.
    const rest = world.leads.filter(({ email }) => !before.some((one) => one.email === email));
    replier = rest[0]!.phone;
    assert.equal(await world.feed("2026-11-19", campaignId), 4);
    const next = await fed("2026-11-19");
    await until("the texts", () => texted().length >= 4);
    assert.deepEqual(texted(), next.map(({ phone }) => phone).sort());
    const { messages } = world.sandbox.received;
    assert.ok(messages.every(({ body }) => /I could not reach you by phone/.test(body)));
    assert.equal(mailed().length, 4, "no e-mail to anybody new");
  },

  "the branch hands an answer over at once, and sends the e-mail to the others after the hour":
    async () => {
      await world.sandbox.drain();
      const handed = await until("the hand-over", async () => {
        await world.sql`select private.walk_due_runs(${world.asOf}, ${world.orgId})`;
        return (await fed("2026-11-19")).find(({ end_reason }) => end_reason === "handed_over");
      });
      assert.equal(handed.phone, replier);
      assert.equal(mailed().length, 4, "the hour is not over");
      world.asOf = new Date(world.asOf.getTime() + 2 * hour);
      // As the schedule does, again and again: a run that a webhook has locked waits for the next time.
      await until("the end of the hour for every run", async () => {
        await world.sql`select private.walk_due_runs(${world.asOf}, ${world.orgId})`;
        const [waiting] = await world.sql<{ runs: number }[]>`select count(*)::int as runs
          from public.sequence_runs where org_id = ${world.orgId} and state = 'active'
            and next_channel = 'branch' and started_at = '2026-11-19T14:00:00Z'`;
        return waiting!.runs === 0;
      });
      // Within the hours of the next Monday.
      world.asOf = new Date("2026-11-23T22:00:00Z");
      const others = (await fed("2026-11-19")).filter(({ phone }) => phone !== replier);
      await until("the e-mails", () => mailed().length >= 7);
      const { emails } = world.sandbox.received;
      assert.deepEqual(
        emails.slice(4).map(({ to }) => to).sort(),
        others.map(({ email }) => email).sort(),
      );
      assert.ok(emails.slice(4).every(({ subject }) => /once more$/.test(subject ?? "")));
    },

  "the node Sluice reads a lead without contact data, and makes one task, however often it is retried":
    async (lab) => {
      const answer = lab.relay.answer;
      const lead = world.leads[0]!;
      const sluice = (name: string, parameters: Record<string, unknown>, position: number[]) => ({
        ...{
          id: crypto.randomUUID(),
          name,
          type: "n8n-nodes-sluice.sluice",
          typeVersion: 1,
          position,
        },
        parameters: { leadId: lead.id, ...parameters },
        ...{ credentials: nodeOf(outreach, "Start").credentials, retryOnFail: true },
        ...{ maxTries: 3, waitBetweenTries: 100 },
      });
      const { id } = await lab.api().call<{ id: string }>("POST", "/workflows", {
        name: "A task",
        nodes: [
          { ...nodeOf(outreach, "Start"), type: "n8n-nodes-base.manualTrigger", parameters: {} },
          sluice("Look", { resource: "lead", operation: "get" }, [220, 0]),
          sluice("Task", { resource: "lead", operation: "task", note: "Look at the file" }, [
            440,
            0,
          ]),
        ],
        connections: {
          Start: { main: [[{ node: "Look", type: "main", index: 0 }]] },
          Look: { main: [[{ node: "Task", type: "main", index: 0 }]] },
        },
        settings: { executionOrder: "v1", saveManualExecutions: true },
      });
      // The first answer about the task is lost after Sluice has acted.
      let lost = 0;
      lab.relay.answer = async (seen) => {
        const real = await answer(seen);
        const task = seen.path.endsWith("/task") && lost++ === 0;
        return task ? { status: 502, body: {} } : real;
      };
      const { status, data } = await lab.execute(id, "Start");
      lab.relay.answer = answer;
      assert.equal(status, "success", data);
      assert.equal(lost, 2);
      assert.ok(data.includes(lead.id));
      for (const plain of [lead.email, lead.phone, "MAIN ST", "AMES"]) {
        assert.ok(!data.includes(plain), `${plain} is in n8n`);
      }
      const tasks = await world.sql`select from public.tasks
        where org_id = ${world.orgId} and lead_id = ${lead.id} and kind = 'follow_up'`;
      assert.equal(tasks.length, 1);
    },
};
