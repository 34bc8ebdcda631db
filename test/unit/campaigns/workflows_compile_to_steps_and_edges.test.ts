import { expect, test } from "vitest";
import { compileWorkflow } from "../../../edge-functions/_shared/campaigns/canvas/compile.ts";
import { catalogue, node, simple, workflow } from "./support.ts";

test("a workflow becomes steps and edges, and its waits become delays", () => {
  expect(compileWorkflow(simple(), catalogue)).toEqual({
    name: "Spring",
    problems: [],
    steps: [
      {
        node: "Mail",
        kind: "send",
        channel: "email",
        variants: [{ template_id: "t-hello", share: 1 }],
        sender_id: null,
        send_from: "09:00",
        send_until: "17:00",
        purpose: "marketing",
        delay: "0",
        delay_kind: "business",
        next: { to: "Answered?", delay: "2 days", delay_kind: "business" },
      },
      {
        node: "Answered?",
        kind: "branch",
        event: "replied",
        within: "3 days",
        yes: { to: "Reply", delay: "0", delay_kind: "business" },
        no: { to: "Broker", delay: "0", delay_kind: "business" },
      },
      {
        node: "Reply",
        kind: "send",
        channel: "sms",
        variants: [{ template_id: "t-text", share: 1 }],
        sender_id: null,
        send_from: "09:00",
        send_until: "17:00",
        purpose: "marketing",
      },
      { node: "Broker", kind: "hand_over", note: "Call this owner" },
    ],
  });
});

test("waits in a row add up, several texts have shares, senders are found by name", () => {
  const drawn = workflow([
    node("Start", "sluiceSequenceStart", { name: "Spring" }),
    node("A day", "sluiceWait", { dayKind: "calendar" }),
    node("Two hours", "sluiceWait", { amount: 2, unit: "hours" }),
    node("Mail", "sluiceSendStep", {
      variants: { variant: [{ template: "Hello", share: 70 }, { template: "Again" }] },
      sender: "Office",
      sendFrom: "10:30",
    }),
    { ...node("Note", ""), type: "n8n-nodes-base.stickyNote" },
  ], ["Start > A day", "A day > Two hours", "Two hours > Mail"]);
  const { steps } = compileWorkflow(drawn, catalogue);
  expect(steps).toHaveLength(1);
  expect(steps![0]).toMatchObject({
    variants: [{ template_id: "t-hello", share: 70 }, { template_id: "t-again", share: 50 }],
    sender_id: "s-mail",
    send_from: "10:30",
    delay: "1 day 120 minutes",
    delay_kind: "calendar",
  });
});

test("paths may join again", () => {
  const drawn = workflow([
    node("Start", "sluiceSequenceStart", { name: "Spring" }),
    node("Mail", "sluiceSendStep", { template: "Hello" }),
    node("Clicked?", "sluiceBranch", { event: "clicked" }),
    node("Text", "sluiceSendStep", { channel: "sms", template: "Text" }),
    node("Last", "sluiceSendStep", { template: "Again" }),
  ], ["Start > Mail", "Mail > Clicked?", "Clicked? > Text", "Clicked? / Last", "Text > Last"]);
  expect(compileWorkflow(drawn, catalogue).steps?.map((step) => step.node))
    .toEqual(["Mail", "Clicked?", "Text", "Last"]);
});
