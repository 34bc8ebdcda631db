// n8n against a Sluice simulated by the relay: the actions of each workflow.
import assert from "node:assert/strict";
import { webhookPaths, workflowFiles } from "../../scripts/n8n/workflows.ts";
import { randomHex } from "../../scripts/dev/state.ts";
import { deliver, drop, enrichedKinds, type Lab } from "./lab.ts";
import { dispatches, enrichment, idle, nothingDue } from "./relay.ts";
import type { Suite } from "./suite.ts";
import { until } from "./wait.ts";

const org = "00000000-0000-4000-8000-00000000a0a0";
const lead = "00000000-0000-4000-8000-0000000001ea";
const fullBatch = (claimed: number) => ({ status: 200, body: { claimed, messages: [] } });

/** Mails whose subject or text contains this. */
const mails = (lab: Lab, text: string) =>
  lab.mailbox.mails.filter((mail) => mail.text.includes(text));
const ofOrg = (lab: Lab) => dispatches(lab.relay).filter(({ org_id }) => org_id === org);

export const alone: Suite = {
  "every webhook refuses what Sluice did not sign, and does nothing": async (lab) => {
    const before = lab.mailbox.mails.length;
    const data = { org_id: org, lead_id: lead, label: "interested" };
    for (const { path } of webhookPaths(workflowFiles())) {
      const type = "reply.received";
      const stranger = `whsec_${Buffer.from(randomHex(24), "hex").toString("base64")}`;
      const forged = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
      const tries = {
        "no signature": await deliver(lab, path, type, data, { headers: {} }),
        "another secret": await deliver(lab, path, type, data, { secret: stranger }),
        "another body": await deliver(lab, path, type, data, { instead: `${forged} ` }),
        "six minutes old": await deliver(lab, path, type, data, { age: 360 }),
        "six minutes early": await deliver(lab, path, type, data, { age: -360 }),
      };
      for (const [how, status] of Object.entries(tries)) {
        assert.equal(status, 401, `${path} ${how}`);
      }
    }
    assert.equal(ofOrg(lab).length, 0);
    assert.equal(lab.mailbox.mails.length, before);
  },

  "a signature of the previous secret is still valid while rotating": async (lab) => {
    const data = { org_id: org, lead_id: lead, label: "opt_out" };
    const { previous, current } = lab.secrets;
    for (const secret of [current, previous]) {
      assert.equal(await deliver(lab, "sluice/reply", "reply.received", data, { secret }), 200);
    }
    const old = { age: 240 };
    assert.equal(await deliver(lab, "sluice/reply", "reply.received", data, old), 200);
  },

  "an announced feed is dispatched channel by channel until less than a batch comes back": async (
    lab,
  ) => {
    let emails = 0;
    lab.relay.answer = (seen) => {
      if (seen.path !== "/outreach/v1/dispatch") return idle(seen);
      const { channel, limit, org_id } = JSON.parse(seen.body.toString("utf8"));
      const full = org_id === org && channel === "email" && ++emails <= 2;
      return full ? fullBatch(limit) : nothingDue;
    };
    const data = { org_id: org, campaign_id: lead };
    assert.equal(await deliver(lab, "sluice/feed", "feed.done", data), 202);
    await until("voice", () => ofOrg(lab).some(({ channel }) => channel === "voice_ai"));
    assert.deepEqual(ofOrg(lab).map(({ channel }) => channel), [
      ...["email", "email", "email", "sms", "voice_ai"],
    ]);
    const asked = lab.relay.seen.filter(({ path }) => path === "/outreach/v1/dispatch");
    assert.ok(
      asked.every(({ headers }) => headers.authorization === `Bearer ${lab.secrets.apiKey}`),
    );
  },

  "ticks dispatch every channel": async (lab) => {
    lab.relay.seen.length = 0;
    await until("a tick", () => {
      const channels = dispatches(lab.relay).filter(({ org_id }) => org_id === undefined)
        .map(({ channel }) => channel);
      return ["email", "sms", "voice_ai"].every((channel) => channels.includes(channel));
    });
  },

  "a reply is handed to the broker by id and link, and once, however often it is told": async (
    lab,
  ) => {
    const data = { org_id: org, lead_id: lead, label: "interested" };
    for (const id of ["evt_reply_1", "evt_reply_1", "evt_reply_1"]) {
      assert.equal(await deliver(lab, "sluice/reply", "reply.received", data, { id }), 200);
    }
    const later = { ...data, label: "later" };
    assert.equal(await deliver(lab, "sluice/reply", "reply.received", later), 200);
    assert.equal(mails(lab, "Call now").length, 1);
    const [mail] = mails(lab, "Call now");
    assert.match(mail?.text ?? "", new RegExp(`https://desk.example.com/leads/${lead}`));
    assert.deepEqual(mail?.to, ["broker@example.com"]);
    assert.equal(mails(lab, "Subject: A lead has replied").length, 1);
  },

  "an opt-out makes no notice": async (lab) => {
    const before = lab.mailbox.mails.length;
    const data = { org_id: org, lead_id: lead, label: "opt_out" };
    assert.equal(await deliver(lab, "sluice/reply", "reply.received", data), 200);
    assert.equal(lab.mailbox.mails.length, before);
  },

  "bookings, moved bookings, dead letters and the day are told": async (lab) => {
    const data = { org_id: org, lead_id: lead };
    assert.equal(await deliver(lab, "sluice/booking", "booking.made", data), 200);
    assert.equal(await deliver(lab, "sluice/booking", "booking.changed", data), 200);
    const day = { org_id: org, local_date: "2026-11-20" };
    assert.equal(await deliver(lab, "sluice/day", "day.closed", day), 200);
    for (let number = 1; number <= 5; number++) {
      const letter = { org_id: org, source: "dispatch", dead_letter_id: number };
      assert.equal(await deliver(lab, "sluice/dead-letter", "dead_letter.filed", letter), 200);
    }
    assert.equal(mails(lab, "A meeting is booked").length, 1);
    assert.equal(mails(lab, "A meeting has changed").length, 1);
    assert.match(
      mails(lab, "Sluice: 2026-11-20")[0]?.text ?? "",
      /fed: 250\s+sent: 240\s+open dead letters: 2[\s\S]*email: 3/,
    );
    // Five dead letters of one kind within the hour (or two, if the hour changes in between).
    const letters = mails(lab, "Dead letter: dispatch").length;
    assert.ok(letters === 1 || letters === 2, `${letters} notices`);
  },

  "a notice that cannot be sent is asked for again, and then sent": async (lab) => {
    const data = { org_id: org, lead_id: lead };
    const id = "evt_booking_refused";
    const before = mails(lab, "A meeting is booked").length;
    lab.mailbox.refuses = true;
    assert.equal(await deliver(lab, "sluice/booking", "booking.made", data, { id }), 500);
    lab.mailbox.refuses = false;
    assert.equal(await deliver(lab, "sluice/booking", "booking.made", data, { id }), 200);
    assert.equal(await deliver(lab, "sluice/booking", "booking.made", data, { id }), 200);
    assert.equal(mails(lab, "A meeting is booked").length, before + 1);
  },

  "a channel that fails stops no other, and the operator hears of it once": async (lab) => {
    lab.relay.seen.length = 0;
    lab.relay.answer = (seen) => {
      const sms = seen.path === "/outreach/v1/dispatch" && seen.body.includes('"sms"');
      return sms ? { status: 500, body: { code: "internal" } } : idle(seen);
    };
    const voices = () =>
      dispatches(lab.relay).filter(({ channel }) => channel === "voice_ai").length;
    await until("voice after a failed sms", () => voices() > 0);
    const failure = "n8n: 02 Dispatch due steps failed";
    await until("the operator's notice", () => mails(lab, failure).length > 0);
    const then = voices();
    await until("two more ticks that fail", () => voices() > then + 1);
    lab.relay.answer = idle;
    const told = mails(lab, failure).length;
    assert.ok(told === 1 || told === 2, `${told} notices within the hour`);
    assert.doesNotMatch(mails(lab, failure)[0]?.text ?? "", /internal/);
  },

  "a dropped file is sent once, when it has stopped growing": async (lab) => {
    const uploads = () => lab.relay.seen.filter(({ path }) => path.startsWith("/api/v1/uploads"));
    const text = "street,phone,email\n1 Main St,555-0100,ann.lee@example.org\n";
    let grown = text;
    drop(lab, "list.csv", grown);
    const growing = setInterval(
      () => drop(lab, "list.csv", grown += text.split("\n")[1] + "\n"),
      500,
    );
    try {
      const ticks = dispatches(lab.relay).length;
      await until("some looks", () => dispatches(lab.relay).length >= ticks + 9);
      assert.equal(uploads().length, 0, "half a file");
    } finally {
      clearInterval(growing);
    }
    const [upload] = await until("the upload", () => uploads().length > 0 && uploads());
    assert.equal(upload?.path, "/api/v1/uploads?source=drop-folder&filename=list.csv");
    assert.equal(upload?.body.toString("utf8"), grown);
    assert.equal(upload?.headers.authorization, `Bearer ${lab.secrets.apiKey}`);
    assert.equal(upload?.headers["content-type"], "text/csv");
    drop(lab, "the-same-list.csv", grown);
    const ticks = dispatches(lab.relay).length;
    await until("some more looks", () => dispatches(lab.relay).length >= ticks + 12);
    assert.equal(uploads().length, 1);
  },

  "runs about the leads fed next go on by themselves, and one above the limit asks a person once":
    async (
      lab,
    ) => {
      const [cheap, dear] = enrichedKinds;
      const asked = () =>
        lab.relay.seen.filter(({ path }) => path === "/outreach/v1/enrichment")
          .map(({ body, headers }) => ({
            ...JSON.parse(body.toString("utf8")),
            key: headers.authorization,
          }));
      const of = (wanted: string | undefined) =>
        asked().filter(({ kind }) => kind === wanted).length;
      lab.relay.seen.length = 0;
      lab.relay.answer = (seen) => {
        if (seen.path !== "/outreach/v1/enrichment") return idle(seen);
        const { kind } = JSON.parse(seen.body.toString("utf8"));
        return kind === dear
          ? enrichment("planned", { kind, needs_approval: true })
          : enrichment("running", { kind });
      };
      await until("three rounds for both kinds", () => of(cheap) >= 3 && of(dear) >= 3);
      lab.relay.answer = idle;
      assert.deepEqual(asked()[0], {
        ...{ kind: cheap, up_to_usd: 25, key: `Bearer ${lab.secrets.apiKey}` },
      });
      const [notice, ...more] = mails(lab, `Approve ${dear}`);
      assert.equal(more.length, 0, "one notice, however often the run is asked for");
      assert.match(notice?.text ?? "", /at most \$96\.40/);
      assert.match(notice?.text ?? "", /3120 leads are fed next, 2410 answers are cached/);
      assert.match(notice?.text ?? "", /budget left \$150\.00/);
      assert.match(
        notice?.text ?? "",
        /sluice enrich confirm 00000000-0000-4000-8000-00000000e001/,
      );
    },

  "a run that stops is reported once, with its reason": async (lab) => {
    lab.relay.answer = (seen) =>
      seen.path === "/outreach/v1/enrichment"
        ? enrichment("paused", { reason: "out_of_credit", spent_usd: 3.2 })
        : idle(seen);
    await until("the notice", () => mails(lab, "is paused").length > 0);
    lab.relay.seen.length = 0;
    await until(
      "two more rounds",
      () => lab.relay.seen.filter(({ path }) => path === "/outreach/v1/enrichment").length >= 4,
    );
    lab.relay.answer = idle;
    const [notice, ...more] = mails(lab, "is paused");
    assert.equal(more.length, 0);
    assert.match(notice?.text ?? "", /out_of_credit\. \$3\.20 were spent/);
  },
};
