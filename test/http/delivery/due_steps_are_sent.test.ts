import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { after, type SendWorld, startSendWorld } from "./harness.ts";

let world: SendWorld;
beforeAll(async () => {
  world = await startSendWorld();
});
afterAll(() => world?.stop());

const at = (minutes: number) => ({ as_of: after(minutes).toISOString() });

describe("dispatch", () => {
  test("sends each due step once, by the provider of its channel", async () => {
    const { received } = world.sandbox;
    for (
      const [channel, list] of [
        ["email", received.emails],
        ["sms", received.messages],
        ["voice_ai", received.calls],
      ] as const
    ) {
      const leads = await world.addLeads(channel, 3);
      const before = list.length;
      const answer = await world.ask("POST", "/dispatch", { channel, ...at(1) });
      expect([answer.status, answer.json]).toMatchObject([200, { claimed: 3, sent: 3 }]);
      expect(list.length - before).toBe(3);
      const again = await world.ask("POST", "/dispatch", { channel, ...at(2) });
      expect(again.json).toMatchObject({ claimed: 0, sent: 0 });
      expect(list.length - before).toBe(3);
      const rows = await world.messages(leads);
      expect(rows.map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
      expect(rows.every(({ provider_id }) => provider_id)).toBe(true);
    }
  });
});
