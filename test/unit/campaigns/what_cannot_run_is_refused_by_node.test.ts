import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileWorkflow } from "../../../edge-functions/_shared/campaigns/canvas/compile.ts";
import { catalogue, node, simple, workflow } from "./support.ts";

type Drawn = ReturnType<typeof simple>;

/** The simple workflow after a change, and what is said about it. */
function problemsOf(change: (drawn: Drawn) => void): string[] {
  const drawn = simple();
  change(drawn);
  const { steps, problems } = compileWorkflow(drawn, catalogue);
  expect(steps).toBeNull();
  return problems.map(({ node, reason }) => `${node}: ${reason}`);
}
const find = (drawn: Drawn, name: string) => drawn.nodes.find((one) => one.name === name)!;
const set = (name: string, parameters: object) => (drawn: Drawn) =>
  void (find(drawn, name).parameters = parameters);
const connect = (from: string, to: string, output = 0) => (drawn: Drawn) => {
  const { main } = drawn.connections[from] ??= { main: [] };
  while (main.length <= output) main.push([]);
  main[output]!.push({ node: to, type: "main", index: 0 });
};

const TYPE =
  "This node type cannot run in a sequence. Use Sequence start, Send step, Wait, Branch and Hand over.";
const LOOP = "This node is part of a loop. A sequence runs forward.";

test("the simple workflow itself is accepted", () => {
  expect(compileWorkflow(simple(), catalogue).problems).toEqual([]);
});

describe("nodes", () => {
  test.each([
    ["n8n-nodes-base.code"],
    ["n8n-nodes-base.httpRequest"],
    ["n8n-nodes-sluice.sluiceTrigger"],
    ["n8n-nodes-other.sluiceSendStep"],
    ["n8n-nodes-sluice.constructor"],
  ])("%s", (type) => {
    expect(problemsOf((drawn) => void (find(drawn, "Reply").type = type)))
      .toEqual([`Reply: ${TYPE}`]);
  });
  test.each<[string, (drawn: Drawn) => void, string[]]>([
    ["disabled", (drawn) => void (find(drawn, "Reply").disabled = true), [
      "Reply: This node is disabled. Remove or enable it.",
    ]],
    ["an expression", set("Mail", { template: "={{ $json.template }}" }), [
      "Mail: Expressions cannot run durably. Enter a fixed value for template.",
    ]],
    ["an expression within a list", set("Mail", { variants: { variant: [{ template: "=x" }] } }), [
      "Mail: Expressions cannot run durably. Enter a fixed value for variants.",
    ]],
    ["no name of the sequence", set("Start", {}), ["Start: Enter the name of the sequence."]],
    ["no template", set("Mail", {}), ["Mail: Choose a template."]],
    ["a template that does not exist", set("Mail", { template: "Gone" }), [
      "Mail: Template Gone does not exist.",
    ]],
    ["a template of another channel", set("Mail", { template: "Text" }), [
      "Mail: Template Text is for text messages.",
    ]],
    [
      "marketing sent as transactional",
      set("Mail", {
        template: "Hello",
        purpose: "transactional",
      }),
      ["Mail: Template Hello is marketing; this node is not."],
    ],
    ["a channel that does not exist", set("Mail", { channel: "fax", template: "Hello" }), [
      "Mail: channel is fax; choose email, sms, voice_ai.",
    ]],
    [
      "a sender that does not exist",
      set("Reply", {
        channel: "sms",
        template: "Text",
        sender: "Office",
      }),
      ["Reply: Sender Office does not exist for text messages."],
    ],
    ["hours that end before they begin", set("Mail", { template: "Hello", sendFrom: "18:00" }), [
      "Mail: The hours end before they begin.",
    ]],
    ["texts without a share", set("Mail", { variants: [{ template: "Hello", share: 0 }] }), [
      "Mail: One text needs a share above 0.",
    ]],
    ["a wait over a year", set("Two days", { amount: 366 }), [
      "Two days: A wait is at most 365 days.",
    ]],
    ["half a day", set("Two days", { amount: 0.5 }), [
      "Two days: Enter a whole number as amount.",
    ]],
    ["an unknown event", set("Answered?", { event: "opened" }), [
      "Answered?: event is opened; choose replied, clicked, no_answer.",
    ]],
    ["a long note", set("Broker", { note: "x".repeat(501) }), [
      "Broker: A note has at most 500 characters.",
    ]],
    ["two nodes of one name", (drawn) => void drawn.nodes.push(find(drawn, "Reply")), [
      "Reply: Two nodes have this name.",
    ]],
  ])("%s", (_, change, problems) => expect(problemsOf(change)).toEqual(problems));
});

describe("connections", () => {
  test.each<[string, (drawn: Drawn) => void, string[]]>([
    ["no start", (drawn) => {
      drawn.nodes = drawn.nodes.filter(({ name }) => name !== "Start");
    }, [": The workflow has no Sequence start."]],
    ["two starts", (drawn) => {
      drawn.nodes.push(node("Start 2", "sluiceSequenceStart", { name: "Other" }));
      connect("Start 2", "Mail")(drawn);
    }, ["Start 2: A sequence has one Sequence start; this is another."]],
    ["a loop", connect("Reply", "Mail"), [
      `Mail: ${LOOP}`,
      `Two days: ${LOOP}`,
      `Answered?: ${LOOP}`,
      `Reply: ${LOOP}`,
    ]],
    ["a node that leads to itself", connect("Reply", "Reply"), [`Reply: ${LOOP}`]],
    ["back to the start", connect("Reply", "Start"), [
      "Reply: Nothing leads back to the Sequence start.",
    ]],
    ["an unreachable node", (drawn) => {
      drawn.nodes.push(node("Lost", "sluiceSendStep", { template: "Hello" }));
    }, ["Lost: Nothing leads to this node. Connect or remove it."]],
    ["an output that is not connected", (drawn) => {
      drawn.connections["Answered?"]!.main.pop();
      drawn.nodes = drawn.nodes.filter(({ name }) => name !== "Broker");
    }, ["Answered?: The output no is not connected."]],
    ["an output to two nodes", connect("Mail", "Broker"), [
      "Mail: An output leads to one node; this one leads to Two days and Broker.",
    ]],
    ["something after a hand-over", connect("Broker", "Reply"), [
      "Broker: Nothing follows a Hand over.",
    ]],
    ["a wait at the end", (drawn) => {
      drawn.nodes.push(node("Later", "sluiceWait"));
      connect("Reply", "Later")(drawn);
    }, ["Later: Connect this node to the next one."]],
    ["a branch before any message", (drawn) => {
      drawn.connections.Start!.main[0]![0]!.node = "Two days";
      drawn.nodes = drawn.nodes.filter(({ name }) => name !== "Mail");
    }, ["Answered?: A sequence begins with a Send step."]],
    ["waits that count different days", (drawn) => {
      drawn.nodes.push(node("More", "sluiceWait", { dayKind: "calendar" }));
      drawn.connections["Two days"]!.main[0]![0]!.node = "More";
      connect("More", "Answered?")(drawn);
    }, ["More: Waits in a row count the same days: all business days or all calendar days."]],
    ["a node that does not exist", connect("Reply", "Nowhere"), [
      "Reply: It leads to a node that does not exist.",
    ]],
  ])("%s", (_, change, problems) => expect(problemsOf(change)).toEqual(problems));
});

test("more than fifty steps are refused", () => {
  const names = Array.from({ length: 51 }, (_, n) => `Mail ${n}`);
  const drawn = workflow([
    node("Start", "sluiceSequenceStart", { name: "Long" }),
    ...names.map((name) => node(name, "sluiceSendStep", { template: "Hello" })),
  ], ["Start > Mail 0", ...names.slice(1).map((name, n) => `Mail ${n} > ${name}`)]);
  expect(compileWorkflow(drawn, catalogue).problems)
    .toEqual([{ node: "", reason: "A sequence has at most 50 steps, branches and hand-overs." }]);
});

test("whatever is sent, the answer is steps or problems", () => {
  fc.assert(fc.property(fc.anything(), (given) => {
    const { steps, problems } = compileWorkflow(given, catalogue);
    expect(steps === null).toBe(problems.length > 0);
  }));
  fc.assert(fc.property(fc.array(fc.anything()), fc.anything(), (nodes, connections) => {
    const { problems } = compileWorkflow({ nodes, connections }, catalogue);
    expect(problems.length).toBeGreaterThan(0);
  }));
});
