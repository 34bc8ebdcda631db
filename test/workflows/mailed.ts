// Workflow 10 in a real n8n, with a mailbox and a Sluice simulated by the relay.
import assert from "node:assert/strict";
import type { Lab } from "./lab.ts";
import { idle } from "./relay.ts";
import type { Suite } from "./suite.ts";
import { until } from "./wait.ts";

const list = (street: string) => `street,phone,email\n${street},555-0100,ann.lee@example.org\n`;
const uploads = (lab: Lab) =>
  lab.relay.seen.filter(({ path }) => path.startsWith("/api/v1/uploads?source=mailed-lists&"));
const texts = (lab: Lab) => uploads(lab).map(({ body }) => body.toString("utf8"));
const failures = (lab: Lab) =>
  lab.mailbox.mails.filter(({ text }) => text.includes("10 Upload mailed lists failed")).length;

export const mailed: Suite = {
  "each list in a mail of a known sender is uploaded with the API key, and the mail is marked as read":
    async (
      lab,
    ) => {
      lab.relay.answer = idle;
      const { postbox } = lab;
      const mail = postbox.arrive("records@example.net", {
        "Leads.CSV": list("1 Main St"),
        "more.csv": list("2 Main St"),
        "logo.png": "no list",
      });
      await until("both lists", () => uploads(lab).length >= 2);
      assert.deepEqual(texts(lab), [list("1 Main St"), list("2 Main St")]);
      for (const { headers } of uploads(lab)) {
        assert.equal(headers.authorization, `Bearer ${lab.secrets.apiKey}`);
      }
      assert.match(uploads(lab)[0]!.path, /&filename=Leads.CSV$/);
      await until("the mark", () => mail.seen);
    },

  "lists of other senders are not sent": async (lab) => {
    const mail = lab.postbox.arrive("stranger@example.net", { "list.csv": list("3 Main St") });
    await until("the mail is read", () => mail.seen);
    lab.postbox.arrive("other@example.net", { "list.csv": list("4 Main St") });
    await until("the list of a sender who may", () => texts(lab).includes(list("4 Main St")));
    assert.ok(!texts(lab).includes(list("3 Main St")));
  },

  "a workbook is reported, and a list beside it is sent": async (lab) => {
    const before = failures(lab);
    lab.postbox.arrive("records@example.net", {
      "book.xlsx": "PK",
      "list.csv": list("5 Main St"),
    });
    await until("the list", () => texts(lab).includes(list("5 Main St")));
    await until("the notice", () => failures(lab) > before);
  },

  "a list that was not accepted is sent again when its mail is moved away and back": async (
    lab,
  ) => {
    lab.relay.answer = (seen) =>
      seen.path.startsWith("/api/v1/uploads") ? { status: 500, body: {} } : idle(seen);
    const mail = lab.postbox.arrive("records@example.net", { "list.csv": list("6 Main St") });
    const tries = () => texts(lab).filter((text) => text === list("6 Main St")).length;
    await until("three tries", () => tries() === 3);
    lab.relay.answer = idle;
    lab.postbox.moveBack(mail);
    await until("one more", () => tries() === 4);
  },
};
