// What Sluice refuses becomes an error that n8n shows at the node and item, with Sluice's sentence and code.
import { expect, test } from "vitest";
import { context, type Given } from "../../support/n8n_context.ts";
import { sluiceNode } from "../../support/n8n_nodes.ts";
import { NodeApiError, NodeOperationError } from "../../support/n8n_workflow.ts";

const node = await sluiceNode("Sluice");
const id = "0190aaaa-0000-7000-8000-000000000001";
const parameters = { resource: "lead", operation: "stop", leadId: id };
const problem = (status: number, code: string, detail: string): Given["answer"] => () => ({
  statusCode: status,
  body: { type: "about:blank", title: "No", status, detail, code },
});

async function failure(given: Given): Promise<NodeApiError> {
  const { self } = context({ parameters, ...given });
  return await node.execute.call(self).then(
    () => Promise.reject(new Error("it did not fail")),
    (error: NodeApiError) => error,
  );
}

test("a refusal is a NodeApiError with Sluice's sentence, code and status", async () => {
  const error = await failure({ answer: problem(404, "not_found", "There is no such lead.") });
  expect(error).toBeInstanceOf(NodeApiError);
  expect(error).toMatchObject({
    message: "There is no such lead.",
    description: "Code: not_found.",
    httpCode: "404",
    context: { itemIndex: 0 },
  });
});

test.each([[429, "rate_limited"], [503, "unavailable"]])(
  "%i says that the request may be repeated",
  async (status, code) => {
    const error = await failure({ answer: problem(status, code, "Not now.") });
    expect(error.description).toContain("Retry On Fail");
  },
);

test("an answer that is not JSON is still an error with its status", async () => {
  const error = await failure({ answer: () => ({ statusCode: 502, body: "<html>" }) });
  expect(error).toMatchObject({ message: "Sluice answered 502.", httpCode: "502" });
});

test("a wrong parameter is a NodeOperationError", async () => {
  const error = await failure({ parameters: { ...parameters, leadId: "no id" } });
  expect(error).toBeInstanceOf(NodeOperationError);
});

test("on “continue”, the failed item has the error, and the others go on", async () => {
  let calls = 0;
  const { self } = context({
    parameters,
    continueOnFail: true,
    items: [{ json: {} }, { json: {} }],
    answer: () =>
      calls++ === 0
        ? { statusCode: 404, body: { detail: "There is no such lead.", code: "not_found" } }
        : { statusCode: 200, body: { action: "stop" } },
  });
  expect(await node.execute.call(self)).toEqual([[
    {
      json: { error: "There is no such lead.", description: "Code: not_found." },
      // Where n8n looks for what goes to the error output.
      error: expect.any(NodeApiError),
      pairedItem: { item: 0 },
    },
    { json: { action: "stop" }, pairedItem: { item: 1 } },
  ]]);
});
