// n8n is killed with SIGKILL during its work, and started again.
import assert from "node:assert/strict";
import { deliver, type Lab } from "./lab.ts";
import { dispatches, idle } from "./relay.ts";
import type { Suite } from "./suite.ts";
import { until } from "./wait.ts";

const org = "00000000-0000-4000-8000-00000000b0b0";
const lead = "00000000-0000-4000-8000-0000000002ea";
const mails = (lab: Lab, text: string) =>
  lab.mailbox.mails.filter((mail) => mail.text.includes(text));
const ofOrg = (lab: Lab) => dispatches(lab.relay).filter(({ org_id }) => org_id === org);

export const killed: Suite = {
  "killed while it dispatches, it dispatches again after its restart by itself": async (lab) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    lab.relay.answer = (seen) => {
      if (!seen.body.includes(org)) return idle(seen);
      resolve();
      // No response: the connection stays open until n8n has ended.
      return new Promise(() => {});
    };
    const data = { org_id: org, campaign_id: lead };
    assert.equal(await deliver(lab, "sluice/feed", "feed.done", data), 202);
    await asked;
    await lab.n8n.kill();
    lab.relay.answer = idle;
    lab.relay.seen.length = 0;
    await lab.restart();
    await until("a tick after the restart", () => {
      const channels = dispatches(lab.relay).map(({ channel }) => channel);
      return ["email", "sms", "voice_ai"].every((channel) => channels.includes(channel));
    });
    assert.equal(ofOrg(lab).length, 0, "the announcement was answered and is not processed again");
  },

  "killed before it responds to an event, it notifies the broker when Sluice delivers again":
    async (
      lab,
    ) => {
      const data = { org_id: org, lead_id: lead };
      const id = "evt_booking_killed";
      const before = mails(lab, "A meeting is booked").length;
      lab.mailbox.hangs = true;
      const first = deliver(lab, "sluice/booking", "booking.made", data, { id });
      await until("the mail server to be called", () => lab.mailbox.waiting > 0);
      await lab.n8n.kill();
      assert.equal(await first, 0);
      lab.mailbox.hangs = false;
      await lab.restart();
      assert.equal(await deliver(lab, "sluice/booking", "booking.made", data, { id }), 200);
      assert.equal(await deliver(lab, "sluice/booking", "booking.made", data, { id }), 200);
      assert.equal(mails(lab, "A meeting is booked").length, before + 1);
      await until(
        "the operator to hear of the crash",
        () => mails(lab, "n8n: 04 Announce a booking failed").length > 0,
      );
    },
};
