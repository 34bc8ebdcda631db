// What waits: jobs, and dead letters.
import { age, type Check, failed, ok, warning } from "./check.ts";

const STUCK_MS = 15 * 60_000;

export const queues: Check = {
  name: "queues",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<{ name: string; jobs: number; since_ms: number }[]>`
      select j.name, count(*)::integer as jobs,
        (extract(epoch from now() - min(greatest(j.created_on, j.start_after))) * 1000)::float8 as since_ms
      from pgboss.job j where j.state < 'active' and not j.blocked and j.start_after <= now()
      group by j.name order by j.name`;
    const stuck = rows.filter(({ since_ms: since }) => since > STUCK_MS);
    if (stuck.length === 0) {
      return ok(rows.map(({ name, jobs }) => `${name} ${jobs}`).join(", ") || "nothing waits");
    }
    return failed(
      stuck.map(({ name, jobs, since_ms: since }) =>
        `${name}: ${jobs} waiting, the oldest for ${age(since)}`
      ).join("; "),
      "No worker takes them: see wake-ups and the function worker, or restart the worker's loop.",
    );
  },
};

export const deadLetters: Check = {
  name: "dead letters",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<{ source: string; open: number; since_ms: number }[]>`
      select d.source, count(*)::integer as open,
        (extract(epoch from now() - min(d.created_at)) * 1000)::float8 as since_ms
      from public.pipeline_dlq d where d.resolved_at is null group by d.source order by d.source`;
    if (rows.length === 0) return ok("none open");
    return warning(
      `open: ${
        rows.map(({ source, open, since_ms: since }) => `${open} of ${source}, ${age(since)} old`)
          .join("; ")
      }`,
      "Read their causes and replay them: docs/jobs.md, Dead letters.",
    );
  },
};
