import { expect, test } from "vitest";
import { WakeSignal } from "../../../edge-functions/_shared/jobs/wake_signal.ts";

const LONG = 60_000;

test("a notification wakes all lanes that wait for its queue, and no others", async () => {
  const stop = new AbortController();
  const wake = new WakeSignal(stop.signal);
  const woken: string[] = [];
  const wait = async (name: string, queue: string) => {
    await wake.wait(queue, wake.count(queue), LONG);
    woken.push(name);
  };
  const all = [wait("a1", "a"), wait("a2", "a"), wait("b", "b")];
  wake.notify("a");
  await Promise.all(all.slice(0, 2));
  expect(woken.sort()).toEqual(["a1", "a2"]);
  stop.abort();
  await all[2];
});

test("a notification between looking and waiting ends the wait at once", async () => {
  const wake = new WakeSignal(new AbortController().signal);
  const seen = wake.count("a");
  wake.notify("a");
  await wake.wait("a", seen, LONG);
  expect(wake.count("a")).toBe(seen + 1);
});

test("without a notification the wait ends by its time", async () => {
  const wake = new WakeSignal(new AbortController().signal);
  await wake.wait("a", wake.count("a"), 1);
  expect(wake.count("a")).toBe(0);
});

test("stopping ends every wait, including one that begins later", async () => {
  const stop = new AbortController();
  const wake = new WakeSignal(stop.signal);
  const waiting = [wake.wait("a", 0, LONG), wake.wait("b", 0, LONG)];
  stop.abort();
  await Promise.all(waiting);
  await wake.wait("c", 0, LONG);
});
