import fc from "fast-check";
import { expect, it } from "vitest";
import { compareClocks } from "../../../edge-functions/_shared/providers/gateway/clocks.ts";

it("the true difference lies between the bounds, however long statements take", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(fc.tuple(fc.nat(150_000), fc.nat(500), fc.nat(500), fc.nat(500)), { minLength: 1 }),
      (ahead, statements) => {
        let now = 0;
        const clocks = compareClocks(() => now);
        for (const [pause, there, run, back] of statements) {
          const sent = now += pause;
          const from = (now += there) - ahead;
          const until = (now += run) - ahead;
          now += back;
          clocks.learn(sent, now, from, until);
          const { least, most } = clocks.bounds();
          expect(least).toBeLessThanOrEqual(ahead);
          expect(most).toBeGreaterThanOrEqual(ahead);
          // No wider than the last statement was long.
          expect(most - least).toBeLessThanOrEqual(there + back);
        }
      },
    ),
  );
});

it("a clock that was set is believed at once", () => {
  let now = 1000;
  const clocks = compareClocks(() => now);
  clocks.learn(1000, 1004, 501, 502);
  now = 2000;
  clocks.learn(2000, 2004, 501, 502);
  expect(clocks.bounds()).toMatchObject({ least: 1499, most: 1502 });
});

it("the distance to the database is told from a stall by the fourth statement", () => {
  let now = 0;
  const clocks = compareClocks(() => now);
  const statement = (ms: number) => clocks.learn(now, now += ms, now - 1, now - 1);
  for (const ms of [300, 41, 40]) statement(ms);
  expect(clocks.surely()).toBe(-39);
  statement(200);
  expect(clocks.surely()).toBe(1);
});
