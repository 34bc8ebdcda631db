// A repeated request of one execution has the same key; another item, loop, execution, node or content has another one.
import fc from "fast-check";
import { expect, test } from "vitest";
import { context, type Given } from "../../support/n8n_context.ts";
import { load, sluiceNode } from "../../support/n8n_nodes.ts";

const node = await sluiceNode("Sluice");
const { idempotencyKey } = await load("shared/call.ts");
const lead = (last: number) => `0190aaaa-0000-7000-8000-00000000000${last}`;

async function keys(given: Given = {}, leadId = lead(1)): Promise<string[]> {
  const parameters = { resource: "message", operation: "sendStep", leadId };
  const { self, sent } = context({ parameters, ...given });
  await node.execute.call(self);
  return sent.map(({ headers }) => headers["Idempotency-Key"] ?? "");
}

test("a retry of the node has the key of the first try", async () => {
  const [first] = await keys();
  expect(await keys()).toEqual([first]);
  expect(first).toMatch(/^n8n-17-0-[0-9a-f]{32}$/);
});

test("each item, each round of a loop, each execution and each lead has its own key", async () => {
  const all = [
    ...await keys({ items: [{ json: {} }, { json: {} }] }),
    ...await keys({ runIndex: 1 }),
    ...await keys({ executionId: "18" }),
    ...await keys({}, lead(2)),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test("two requests have the same key only if everything about them is the same", () => {
  const part = fc.record({
    instanceId: fc.constantFrom("a", "b"),
    executionId: fc.constantFrom("1", "11"),
    nodeId: fc.constantFrom("n", "m"),
    run: fc.nat(2),
    item: fc.nat(2),
  });
  const of = fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom("/leads/1/stop", "/leads/1/pause"),
    body: fc.oneof(fc.constant({}), fc.record({ reason: fc.string() })),
  });
  fc.assert(fc.property(part, of, part, of, (part1, call1, part2, call2) => {
    const same = JSON.stringify([part1, call1]) === JSON.stringify([part2, call2]);
    expect(idempotencyKey(part1, call1) === idempotencyKey(part2, call2)).toBe(same);
  }));
});

test("a key is visible ASCII and short enough for Sluice", () => {
  const part = { instanceId: "i", executionId: "123456789012", nodeId: "n", run: 0, item: 9999 };
  const call = { method: "POST", path: "/uploads", body: Buffer.from("a,b") };
  expect(idempotencyKey(part, call)).toMatch(/^[\x21-\x7e]{1,200}$/);
});
