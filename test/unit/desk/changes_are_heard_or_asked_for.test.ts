// The line on which the project says what changed, with a clock and a project of the test's own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AFFECTED, pause } from "../../../desk/src/data/heard.ts";
import { type Ears, keepLine, live } from "../../../desk/src/data/live.ts";
import type { Surface } from "../../../desk/src/data/surface.ts";
import { root } from "../../../scripts/dev/paths.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Call extends Ears {
  topic: string;
  at: number;
  hungUp: boolean;
}

/** A project that answers calls as the test says, and lists what the desk asks again for. */
function project({ hidden = false, answers = true } = {}) {
  const calls: Call[] = [];
  const asked: Surface[][] = [];
  const line = keepLine({
    dial(topic, ears) {
      const call = { ...ears, topic, at: Date.now(), hungUp: false };
      calls.push(call);
      return answers
        ? Promise.resolve(() => void (call.hungUp = true))
        : Promise.reject(new Error("the chunk is gone"));
    },
    refresh: (names) => Promise.resolve(void asked.push(names)),
    hidden: () => hidden,
    random: () => 0,
  });
  return { line, calls, asked };
}

test("a change that is heard is asked for within a second, and many at once are one", async () => {
  const { line, calls, asked } = project();
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls.map(({ topic }) => topic)).toEqual(["desk:a"]);
  expect(live.value).toBe(false);
  calls[0]!.joined();
  expect(live.value).toBe(true);
  for (let i = 0; i < 50; i++) calls[0]!.heard("inbox");
  calls[0]!.heard("calls");
  calls[0]!.heard("something newer than this desk");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual([[...new Set([...AFFECTED.inbox!, ...AFFECTED.calls!])]]);
  line.to(null);
});

test("a long list that is read asks at most every two seconds, and its last change is not lost", async () => {
  const { line, calls, asked } = project();
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(2_000);
  calls[0]!.joined();
  for (let i = 0; i < 100; i++) {
    calls[0]!.heard("uploads");
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThanOrEqual(6);
  const before = asked.length;
  calls[0]!.heard("uploads");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked.length).toBe(before + 1);
  line.to(null);
});

test("a window that is not in view does not ask", async () => {
  const { line, calls, asked } = project({ hidden: true });
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(2_000);
  calls[0]!.joined();
  calls[0]!.heard("inbox");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  line.to(null);
});

test("a line that is refused or breaks is called again, later each time, and soon again after it was joined", async () => {
  const { line, calls } = project();
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(2_000);
  calls[0]!.lost();
  calls[0]!.lost();
  await vi.advanceTimersByTimeAsync(0);
  expect(calls[0]!.hungUp).toBe(true);
  for (let n = 1; n < 12; n++) {
    await vi.advanceTimersByTimeAsync(300_000);
    expect(calls.length).toBe(n + 1);
    calls[n]!.lost();
  }
  const pauses = calls.slice(1).map(({ at }, i) => at - calls[i]!.at);
  expect(pauses[0]).toBeLessThanOrEqual(300_000);
  await vi.advanceTimersByTimeAsync(300_000);
  const last = calls.at(-1)!;
  last.joined();
  expect(live.value).toBe(true);
  last.lost();
  expect(live.value).toBe(false);
  const count = calls.length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(calls.length).toBe(count + 1);
  line.to(null);
});

test("a client that cannot be loaded leaves the desk asking by the clock", async () => {
  const { line, calls } = project({ answers: false });
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls.length).toBeGreaterThan(2);
  expect(calls.length).toBeLessThan(6);
  expect(live.value).toBe(false);
  line.to(null);
});

test("in another org, nothing of the former one is heard", async () => {
  const { line, calls, asked } = project();
  line.to("desk:a");
  await vi.advanceTimersByTimeAsync(2_000);
  const [former] = calls;
  former!.joined();
  former!.heard("inbox");
  line.to("desk:b");
  expect(former!.hungUp).toBe(true);
  expect(live.value).toBe(false);
  former!.joined();
  former!.heard("inbox");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(live.value).toBe(false);
  expect(asked).toEqual([]);
  expect(calls.map(({ topic }) => topic)).toEqual(["desk:a", "desk:b"]);
  line.to(null);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls.length).toBe(2);
});

test("pages ask seldom for what they hear of, and as often as before for the rest and without a line", () => {
  expect(pause("desk_inbox", 20_000, true)).toBe(300_000);
  expect(pause("desk_inbox", 20_000, false)).toBe(20_000);
  // A task becomes due without a change.
  expect(pause("desk_tasks", 20_000, true)).toBe(60_000);
  expect(pause("list_pulls", 20_000, true)).toBe(20_000);
});

test("the desk knows each kind of change that the database tells, and waits for no other", () => {
  const sql = readFileSync(join(root, "sql/92_desk/80_live.sql"), "utf8");
  const told = [...sql.matchAll(/private\.tell_desk\('(\w+)'\)/g)].map(([, kind]) => kind);
  expect([...new Set(told)].sort()).toEqual(Object.keys(AFFECTED).sort());
  const seldom = Object.values(AFFECTED).flat().filter((name) =>
    pause(name, 20_000, true) > 20_000
  );
  expect(new Set(seldom).size).toBe(9);
});
