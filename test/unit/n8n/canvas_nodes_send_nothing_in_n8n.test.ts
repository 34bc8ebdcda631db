// n8n only draws a sequence: its nodes pass their items on, and refuse to pretend where nothing would run them.
import { expect, test } from "vitest";
import { context } from "../../support/n8n_context.ts";
import { sluiceNode } from "../../support/n8n_nodes.ts";

const items = [{ json: { lead: 1 } }, { json: { lead: 2 } }];
const behindStart = ["n8n-nodes-sluice.sluiceSendStep", "n8n-nodes-sluice.sluiceSequenceStart"];

test.each([["SluiceSendStep", 1], ["SluiceWait", 1], ["SluiceBranch", 2], ["SluiceHandOver", 0]])(
  "%s passes its items to each of its %i outputs and calls nobody",
  async (name, outputs) => {
    const node = await sluiceNode(name);
    const { self, sent } = context({ items, before: behindStart });
    const passed = items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
    expect(await node.execute.call(self)).toEqual(Array.from({ length: outputs }, () => passed));
    expect(node.description.outputs).toHaveLength(outputs);
    expect(sent).toEqual([]);
  },
);

test.each(["SluiceSendStep", "SluiceWait", "SluiceBranch", "SluiceHandOver"])(
  "%s without a Sequence Start before it is an error, not a step that is never sent",
  async (name) => {
    const node = await sluiceNode(name);
    const { self } = context({ items, before: ["n8n-nodes-base.webhook"] });
    await expect(node.execute.call(self)).rejects.toThrow("put it behind Sluice Sequence Start");
  },
);

test("Send Step offers the templates and senders of its channel by name", async () => {
  const { methods } = await sluiceNode("SluiceSendStep");
  const { self } = context({
    answer: ({ url }) => ({
      statusCode: 200,
      body: {
        [url.slice(1)]: [{ name: "First", channel: "sms" }, { name: "Mail", channel: "email" }],
        next_cursor: null,
      },
    }),
  });
  Object.assign(self, { getCurrentNodeParameter: () => "sms" });
  const one = { name: "First", value: "First" };
  expect(await methods.loadOptions.getTemplates.call(self)).toEqual([one]);
  expect(await methods.loadOptions.getSenders.call(self)).toEqual([
    { name: "Default of the Channel", value: "" },
    one,
  ]);
});
