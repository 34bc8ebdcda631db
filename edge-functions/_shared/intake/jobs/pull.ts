// Runs a pull that is due: part after part, each stored in the transaction that says where the next one begins. So a
// worker may die anywhere, and another one continues.
import { sha256 } from "../../platform/crypto/digest.ts";
import { asWriter } from "../../platform/db/client.ts";
import { UnsafeUrl } from "../../platform/http/public_target.ts";
import { errorFields } from "../../platform/log.ts";
import { loopbackAllowed } from "../../platform/settings.ts";
import { sleep } from "../../platform/sleep.ts";
import type { Work } from "../../jobs/job.ts";
import { fetchArcgis } from "../pull/arcgis.ts";
import { fetchFile } from "../pull/file.ts";
import { fetchS3 } from "../pull/s3.ts";
import { fetchSocrata } from "../pull/socrata.ts";
import { SheetUnclear } from "../workbook/sheets.ts";
import { UnreadableFile } from "../workbook/unreadable.ts";
import {
  type Fetcher,
  type Fetchers,
  type PullPart,
  PullRefused,
  type PullSource,
} from "../pull/types.ts";

interface Run extends PullSource {
  run_id: string;
  source_id: string;
  position: Record<string, unknown>;
  parts: number;
}

/** Those that a function has, too. */
export const FETCHERS: Fetchers = {
  file: fetchFile,
  socrata: fetchSocrata,
  arcgis: fetchArcgis,
  s3: fetchS3,
};
/** A chunk of a stored part. */
const CHUNK = 1024 * 1024;

/** A MiB that is fetched takes as much CPU as staging so many rows. */
const MIB_ROWS = 500;

/** Runs all that is due and of these kinds. Returns how many runs there were. */
export async function pullDue(work: Work, fetchers: Fetchers = FETCHERS): Promise<number> {
  await work.queue.ready("stage-part", "resolve-upload");
  for (let count = 0;; count++) {
    if (work.shouldStop()) return count;
    const [row] = await asWriter(work.sql, (tx) =>
      tx<{ run: Run | null }[]>`
        select private.claim_pull_run(${Object.keys(fetchers)}, ${work.now()}) as run`);
    if (!row?.run) return count;
    await runPull(work, row.run, fetchers[row.run.kind]!);
  }
}

async function runPull(work: Work, run: Run, fetch: Fetcher): Promise<void> {
  const ids = { run_id: run.run_id, source_id: run.source_id };
  let number = run.parts;
  try {
    const parts = fetch(run, run.position, {
      loopback: loopbackAllowed(),
      pause: (ms) => sleep(ms, AbortSignal.timeout(ms + 1000)),
    });
    for await (const part of parts) {
      if (!await storePart(work, run, ++number, part)) {
        work.log("info", "pull_lost", ids);
        return;
      }
      work.spend(MIB_ROWS * Math.ceil(part.csv.length / CHUNK));
      if (work.shouldStop()) {
        await asWriter(
          work.sql,
          (tx) => tx`select private.pause_pull_run(${run.run_id}, ${number})`,
        );
        work.log("info", "pull_paused", { ...ids, parts: number });
        return;
      }
    }
    const [ended] = await asWriter(work.sql, (tx) =>
      tx<{ state: string }[]>`
        select private.finish_pull_run(${run.run_id}, ${work.now()}) as state`);
    work.log("info", "pulled", { ...ids, parts: number, state: ended?.state });
  } catch (error) {
    const forGood = [PullRefused, UnsafeUrl, UnreadableFile, SheetUnclear]
      .some((one) => error instanceof one);
    const { code, message } = error as { code?: string; message?: string };
    const text = [code, message].filter(Boolean).join(": ") || "unknown error";
    work.log("warn", "pull_failed", { ...ids, ...errorFields(error) });
    await asWriter(
      work.sql,
      (tx) => tx`select private.fail_pull_run(${run.run_id}, ${text}, ${forGood}, ${work.now()})`,
    );
  }
}

async function storePart(
  work: Work,
  run: Run,
  number: number,
  { csv, rows, position }: PullPart,
): Promise<boolean> {
  return await asWriter(work.sql, async (tx) => {
    const [accepted] = await tx<{ outcome: string; part_id: string | null }[]>`
      select * from private.accept_pull_part(${run.run_id}, ${number}, ${
      sha256(csv)
    }, ${csv.length}, ${rows}, ${tx.json(position as never)}, ${work.now()})`;
    if (accepted?.outcome === "lost") return false;
    if (accepted?.outcome === "accepted") {
      const partId = accepted.part_id as string;
      for (let at = 0, seq = 0; at < csv.length; at += CHUNK, seq++) {
        await tx`select private.store_part_chunk(${partId}, ${seq}, ${
          csv.subarray(at, at + CHUNK)
        })`;
      }
      await work.queue.send(tx, "stage-part", { part_id: partId });
    }
    return true;
  });
}
