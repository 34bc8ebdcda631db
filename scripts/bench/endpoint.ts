// Item 3: CPU time of a full part in the upload function, which is limited to 2 seconds when hosted.
import { createHmac } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { runClient } from "./client.ts";
import { makeList } from "./list.ts";
import { cpuSeconds } from "./processes.ts";
import type { Line } from "./report.ts";
import type { World } from "./world.ts";

const PART = 32 * 2 ** 20;
/** Rows that fill two parts: the first warms the function up. */
const ROWS = 500_000;

function signingSeconds(file: string): number {
  const body = Buffer.alloc(PART);
  const handle = openSync(file, "r");
  readSync(handle, body, 0, PART, 0);
  closeSync(handle);
  const before = process.cpuUsage();
  createHmac("sha256", "key").update(body).digest();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export async function measureEndpoint(world: World, gzip: boolean): Promise<Line> {
  // Different content for each encoding: the same content would be answered without being stored.
  const list = await makeList(ROWS, gzip ? 3_000_000 : 2_000_000);
  const pid = world.stack.processes.get("csv-upload")?.pid ?? null;
  const before = cpuSeconds(pid);
  await runClient(world, list.file, [
    ...["--part-size", "32MiB", "--no-wait", gzip ? "--gzip" : "--no-gzip"],
  ]);
  const after = cpuSeconds(pid);
  const name = `CPU of the function, a part of 32 MiB${gzip ? ", sent as gzip" : ""}`;
  if (before === null || after === null) {
    return line(name, null, 0);
  }
  return line(name, (after - before) / (list.bytes / PART), signingSeconds(list.file));
}

function line(what: string, perPart: number | null, signing: number): Line {
  return {
    item: 3,
    what,
    ratio: perPart === null ? null : perPart / signing,
    against: `HMAC-SHA-256 of it, ${signing.toFixed(3)} s`,
    absolute: perPart === null
      ? "not measured here"
      : `${perPart.toFixed(2)} s, ${(perPart / 32 * 1000).toFixed(0)} ms/MiB`,
    goal: "< 2 s",
    met: perPart === null ? null : perPart < 2,
    data: { seconds_per_part: perPart },
  };
}
