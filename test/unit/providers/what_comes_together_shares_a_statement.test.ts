import { describe, expect, it } from "vitest";
import { gather } from "../../../edge-functions/_shared/providers/gateway/gather.ts";

describe("gather", () => {
  it("sends what comes in one turn together, each key by itself, and keeps the order", async () => {
    const sent: number[][] = [];
    const ask = gather<number, number>(10, (items) => {
      sent.push([...items]);
      return Promise.resolve(items.map((item) => item * 10));
    });
    expect(await Promise.all([ask("a", 1), ask("b", 2), ask("a", 3)])).toEqual([10, 20, 30]);
    expect(sent).toEqual([[1, 3], [2]]);
  });

  it("collects for the next statement while one is under way, up to the most", async () => {
    const sent: number[][] = [];
    const first = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const ask = gather<number, number>(2, async (items) => {
      sent.push([...items]);
      begun.resolve();
      if (sent.length === 1) await first.promise;
      return items;
    });
    const one = ask("a", 1);
    await begun.promise;
    const others = [ask("a", 2), ask("a", 3), ask("a", 4)];
    expect(sent).toEqual([[1]]);
    first.resolve();
    expect(await Promise.all([one, ...others])).toEqual([1, 2, 3, 4]);
    expect(sent).toEqual([[1], [2, 3], [4]]);
  });

  it("fails those of a failed statement only", async () => {
    const ask = gather<number, number>(
      1,
      (items) => items[0] === 1 ? Promise.reject(new Error("failed")) : Promise.resolve(items),
    );
    const [one, two] = await Promise.allSettled([ask("a", 1), ask("a", 2)]);
    expect([one.status, two.status]).toEqual(["rejected", "fulfilled"]);
    expect(await ask("a", 3)).toBe(3);
  });
});
