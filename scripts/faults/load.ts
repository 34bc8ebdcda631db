// The steady load: uploads, steps that fall due, the webhooks that follow from them, and the schedule of the database. It
// does what a client does: whatever is not acknowledged is sent again under the same id.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { signRequest } from "../../edge-functions/_shared/platform/crypto/signature.ts";
import type { World } from "./world.ts";

const HEADER = "Property Address,City,State,Zip,Owner First Name,Owner Last Name,Email 1\n";
export const ROWS_OF_AN_UPLOAD = 20;

export interface Accepted {
  /** Acknowledged uploads, by id; with their first house number. */
  uploads: Map<string, number>;
  /** Leads whose first step fell due, and when. */
  leads: Map<string, Date>;
}

export interface Pace {
  /** Rows of each upload, and the pause after it in milliseconds. */
  rows: number;
  uploadEvery: number;
  /** Steps of each campaign that fall due, and the pause after them. */
  steps: number;
  stepEvery: number;
  /** Between two runs of what pg_cron runs every minute. */
  scheduleEvery: number;
  /** Receives how long each acknowledged upload took, in milliseconds. */
  onUpload?(millis: number): void;
}

export const FAULTS_PACE: Pace = {
  ...{ rows: ROWS_OF_AN_UPLOAD, uploadEvery: 700, steps: 2, stepEvery: 400, scheduleEvery: 4_000 },
};

export interface Load {
  accepted: Accepted;
  /** Requests that were not acknowledged at first, and repeated. */
  repeated(): number;
  /** An answer that no repetition cures. */
  failure(): Error | null;
  stop(): Promise<void>;
}

/** Houses of their own street, so that each row is a lead of its own. */
export const list = (first: number, rows = ROWS_OF_AN_UPLOAD): string =>
  HEADER + Array.from({ length: rows }, (_, k) => {
    const n = first + k;
    return `${n} Fault St,Los Angeles,CA,90001,Ann,Ames${n},owner${n}@example.net\n`;
  }).join("");

export function startLoad(world: World, pace = FAULTS_PACE): Load {
  const { sql, stack, source, orgId, clock } = world;
  const accepted: Accepted = { uploads: new Map(), leads: new Map() };
  let stopped = false, repeated = 0, house = 1;
  let failure: Error | null = null;
  let waiting: string[][] | null = null;

  /** Until it succeeds; the database and the functions come back by themselves. */
  async function insist<T>(work: () => Promise<T | null>): Promise<T> {
    for (;;) {
      const done = await work().catch((error) => {
        if (error instanceof Fatal) throw error;
        return null;
      });
      if (done !== null) return done;
      repeated++;
      await pause(200);
    }
  }

  async function upload(): Promise<void> {
    const id = randomUUID(), webhook = randomUUID(), first = house;
    house += pace.rows;
    const body = new TextEncoder().encode(list(first, pace.rows));
    const url = new URL(`${stack.functionsUrl}/csv-upload`);
    for (const [name, value] of Object.entries({ source: source.key, upload: id })) {
      url.searchParams.set(name, value);
    }
    url.searchParams.set("part", "1");
    url.searchParams.set("parts", "1");
    await insist(async () => {
      const began = performance.now();
      const timestamp = Math.floor(Date.now() / 1000);
      const headers = signRequest({ secrets: [source.secret], id: webhook, timestamp, body });
      const answer = await fetch(url, {
        ...{ method: "POST", headers: { ...headers, "content-type": "text/csv" }, body },
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      if (answer.status >= 500 || answer.status === 429) return null;
      if (answer.status > 202) throw new Fatal(`an upload was answered ${answer.status}: ${text}`);
      pace.onUpload?.(performance.now() - began);
      return true;
    });
    accepted.uploads.set(id, first);
  }

  /** The next leads of each campaign. An update that was committed without an answer is repeated, and changes nothing. */
  async function fallDue(): Promise<void> {
    waiting ??= await insist(async () => {
      const rows = await sql<{ leads: string[] }[]>`
        select array_agg(lead_id order by lead_id) as leads from public.sequence_runs
        where org_id = ${orgId} and state = 'active' and next_at = 'infinity' group by campaign_id`;
      return rows.map(({ leads }) => leads);
    });
    const ids = waiting.flatMap((leads) => leads.splice(0, pace.steps));
    if (ids.length === 0) return;
    const due = clock.now();
    await insist(async () => {
      await sql`update public.sequence_runs set next_at = ${due}
        where org_id = ${orgId} and lead_id = any (${ids}::uuid[]) and next_at = 'infinity'`;
      return true;
    });
    for (const id of ids) accepted.leads.set(id, due);
  }

  /** What pg_cron runs every minute. */
  async function schedule(): Promise<void> {
    await runJobs(world, (job) => /^\* /.test(job.schedule)).catch(() => {});
  }

  const loops = ([
    [upload, pace.uploadEvery],
    [fallDue, pace.stepEvery],
    [schedule, pace.scheduleEvery],
  ] as const).map(
    async ([work, wait]) => {
      while (!stopped && !failure) {
        await work().catch((error) => failure = error);
        await pause(wait);
      }
    },
  );
  return {
    accepted,
    repeated: () => repeated,
    failure: () => failure,
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
  };
}

/** A refusal that no repetition cures. */
class Fatal extends Error {}

/** Runs the database's scheduled jobs, as pg_cron does, `copies` of each at the same time. */
export async function runJobs(
  { sql }: World,
  wanted: (job: { schedule: string; command: string }) => boolean,
  copies = 1,
): Promise<void> {
  const jobs = await sql<{ schedule: string; command: string }[]>`
    select schedule, command from cron.job where active order by jobid`;
  await Promise.all(
    jobs.filter(wanted).flatMap((job) =>
      Array.from({ length: copies }, () => sql.unsafe(job.command).simple())
    ),
  );
}
