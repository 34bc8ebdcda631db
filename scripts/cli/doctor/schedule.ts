// Checks of scheduled work: cron jobs and their results, the requests that wake the worker, daily tasks, the
// contactable view.
import type { Sql } from "../database.ts";
import { age, type Check, combine, failed, type Finding, ok, warning } from "./check.ts";

/** Jobs that run every few minutes, and after how long a silence they are known not to. */
const FREQUENT = /^(\*|\S+\/[1-5]) \* \* \* \*$/;
const SILENT_MS = 15 * 60_000;
/** The view is refreshed once a day. */
const STALE_MS = 26 * 3_600_000;

interface Job {
  name: string;
  every: string;
  active: boolean;
  status: string | null;
  message: string | null;
  since_ms: number | null;
  failures: number;
}

export const schedule: Check = {
  name: "cron jobs",
  needs: ["database"],
  async run({ sql }) {
    const jobs = await sql<Job[]>`
      select j.jobname as name, j.schedule as every, j.active, d.status, d.return_message as message,
        (extract(epoch from now() - d.start_time) * 1000)::float8 as since_ms,
        (select count(*)::integer from cron.job_run_details f
          where f.jobid = j.jobid and f.status = 'failed' and f.start_time > now() - interval '1 day') as failures
      from cron.job j
      left join lateral (select x.status, x.return_message, x.start_time from cron.job_run_details x
        where x.jobid = j.jobid and x.status in ('succeeded', 'failed') order by x.start_time desc limit 1) d on true
      where starts_with(j.jobname, 'sluice-') order by j.jobname`;
    if (jobs.length === 0) {
      return failed(
        "no job of Sluice is scheduled",
        "Enable pg_cron under Database > Extensions, then run `npx supabase db push --remote` again.",
      );
    }
    const fresh = jobs.filter(({ active, status }) => active && status === null);
    const findings = jobs.filter((job) => !fresh.includes(job)).map(jobFinding);
    if (fresh.length > 0) {
      findings.push(warning(
        `not run yet: ${fresh.map(({ name }) => name).join(", ")}`,
        "Wait five minutes and run the doctor again; if it stays so, restart the project's database.",
      ));
    }
    const problems = findings.filter(({ status }) => status !== "ok");
    return problems.length > 0
      ? combine(problems)
      : ok(`${jobs.length} jobs, the last run of each succeeded`);
  },
};

function jobFinding(job: Job): Finding {
  const { name, every, active, status, message, failures } = job;
  const since = job.since_ms ?? 0;
  if (!active) {
    return failed(
      `${name} is paused`,
      "Resume it: `npx sluice schedule resume`.",
    );
  }
  if (status === "failed") {
    return failed(
      `${name} failed ${age(since)} ago: ${firstLine(message)}`,
      "Correct the cause; cron.job_run_details has the full message.",
    );
  }
  if (FREQUENT.test(every) && since > SILENT_MS) {
    return failed(
      `${name} last ran ${age(since)} ago, and is due every few minutes`,
      "See whether the project is paused; restarting its database starts pg_cron again.",
    );
  }
  if (failures > 0) {
    return warning(
      `${name} succeeded ${age(since)} ago, after ${failures} failures within a day`,
      "Read cron.job_run_details for the messages.",
    );
  }
  return ok(`${name} succeeded ${age(since)} ago`);
}

const firstLine = (text: string | null): string =>
  (text ?? "no message").split("\n")[0]!.slice(0, 200);

export const wakeUps: Check = {
  name: "wake-ups",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<
      { status: number | null; timed_out: boolean | null; error: string | null; since_ms: number }[]
    >`
      select r.status_code as status, r.timed_out, r.error_msg as error,
        (extract(epoch from now() - r.created) * 1000)::float8 as since_ms
      from net._http_response r where r.created > now() - interval '1 hour' order by r.id desc limit 100`;
    const [last] = rows;
    if (!last) {
      return warning(
        "no request of the database was answered within an hour",
        "Check the secrets of the schedule and the cron jobs above. Where the worker runs as a loop, this is as it " +
          "should be.",
      );
    }
    const when = `${age(last.since_ms)} ago`;
    if (last.status === null) {
      return failed(
        `the last request got no answer ${when}: ${
          last.timed_out ? "timeout" : firstLine(last.error)
        }`,
        "Check sluice_functions_url in Vault, and that the functions are deployed.",
      );
    }
    if (last.status >= 400) {
      return failed(
        `the last request was answered with ${last.status} ${when}`,
        last.status === 401 || last.status === 403
          ? "sluice_service_key in Vault is not accepted: store a current secret key."
          : last.status === 404
          ? "Check sluice_functions_url in Vault, and deploy the functions."
          : "Read the log of the function worker.",
      );
    }
    const bad = rows.filter(({ status }) => status === null || status >= 400).length;
    return bad > 0
      ? warning(
        `answered ${when}, but ${bad} of the last ${rows.length} failed`,
        "Read net._http_response.",
      )
      : ok(`answered with ${last.status} ${when}`);
  },
};

export const dailyTasks: Check = {
  name: "daily tasks",
  needs: ["database"],
  async run({ sql }) {
    const rows = await sql<{ task: string; state: string; error: string | null }[]>`
      select distinct on (r.task) r.task, r.state::text as state, r.error
      from private.daily_runs r order by r.task, r.local_date desc`;
    const bad = rows.filter(({ state }) => state === "failed");
    if (bad.length > 0) {
      return failed(
        bad.map(({ task, error }) => `${task} failed: ${firstLine(error)}`).join("; "),
        "It is tried again by itself; correct the cause if it fails again.",
      );
    }
    const late = await overdue(sql);
    if (late.length > 0) {
      return warning(
        `not done in time today: ${late.join(", ")}`,
        "After a deployment, wait five minutes. Else see the cron jobs above.",
      );
    }
    return ok(rows.length === 0 ? "none was due yet" : `${rows.length} tasks, none failed`);
  },
};

/** Tasks that should have run and did not; a database of 0.1.0 has no record of them. */
async function overdue(sql: Sql): Promise<string[]> {
  const [has] = await sql<{ present: boolean }[]>`
    select to_regprocedure('private.overdue_tasks(timestamptz)') is not null as present`;
  if (!has!.present) return [];
  const rows = await sql<{ task: string }[]>`
    select distinct o.task from private.overdue_tasks() o order by o.task`;
  return rows.map(({ task }) => task);
}

export const contactableView: Check = {
  name: "contactable view",
  needs: ["database"],
  async run({ sql }) {
    const [row] = await sql<{ since_ms: number | null; leads: boolean }[]>`
      select (extract(epoch from now() - (select max(r.finished_at) from private.daily_runs r
          where r.task = 'refresh_contactable_leads' and r.state = 'done')) * 1000)::float8 as since_ms,
        exists (select from public.leads) as leads`;
    const { since_ms: since, leads } = row!;
    if (since !== null && since < STALE_MS) return ok(`refreshed ${age(since)} ago`);
    if (!leads) return ok("there are no leads yet");
    const advice = "It is refreshed at 05:30 in Los Angeles; to do it now: " +
      "select public.refresh_contactable_leads(p_force => true).";
    return since === null
      ? warning("not refreshed yet, so campaigns find no leads", advice)
      : warning(`refreshed ${age(since)} ago`, advice);
  },
};
