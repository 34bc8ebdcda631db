// The jobs of pg_cron, paused for an upgrade: a migration waits five seconds for a table, and a job may hold it longer.
import { defineCommand, integer, print } from "../command.ts";
import { addDatabaseOptions, readDatabase, type Sql, withDatabase } from "../database.ts";
import { ClientError, EXIT } from "../errors.ts";
import { plural } from "../size.ts";

const POLL_MS = 500;

async function setActive(sql: Sql, active: boolean): Promise<string[]> {
  const [found] = await sql<{ cron: boolean }[]>`
    select to_regclass('cron.job') is not null as cron`;
  if (!found!.cron) throw new ClientError("this database has no pg_cron");
  const jobs = await sql<{ name: string }[]>`
    select j.jobname as name, cron.alter_job(job_id => j.jobid, active => ${active})
    from (select * from cron.job x where starts_with(x.jobname, 'sluice-') and x.active <> ${active}
      order by x.jobname) j`;
  return jobs.map(({ name }) => name);
}

/** A run counts while its session lives: one that a crash ended has no end in the history. */
const running = async (sql: Sql): Promise<string[]> =>
  (await sql<{ name: string }[]>`
    select distinct j.jobname as name from cron.job j
    join cron.job_run_details d on d.jobid = j.jobid and d.end_time is null
    join pg_stat_activity a on a.pid = d.job_pid
    where starts_with(j.jobname, 'sluice-') order by 1`).map(({ name }) => name);

export default [
  defineCommand({
    name: "schedule pause",
    description:
      "Pauses the jobs of pg_cron and waits until the running ones have ended, so that nothing of the schedule is in " +
      "the way of an upgrade. Nothing is fed, refreshed, retried or woken until `sluice schedule resume`; what is due " +
      "meanwhile is done then.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--timeout <SECONDS>", "how long to wait for running jobs (default 600)"),
      ),
    read: (line) => ({
      database: readDatabase(line),
      seconds: integer("--timeout", line.options.timeout, 600, 1, 86_400),
    }),
    run: ({ database, seconds }, io) =>
      withDatabase(database, async (sql) => {
        const paused = await setActive(sql, false);
        const until = io.now().getTime() + seconds * 1000;
        let left = await running(sql);
        while (left.length > 0 && io.now().getTime() < until) {
          await io.sleep(POLL_MS);
          left = await running(sql);
        }
        print(
          io,
          database.json,
          `${plural(paused.length, "job")} paused` +
            (left.length > 0 ? `; still running: ${left.join(", ")}` : "; none is running"),
          { ok: left.length === 0, command: "schedule pause", paused, running: left },
        );
        return left.length === 0 ? EXIT.ok : EXIT.unfinished;
      }),
  }),
  defineCommand({
    name: "schedule resume",
    description: "Resumes the jobs of pg_cron. What was due while they were paused is done now.",
    configure: (command) => void addDatabaseOptions(command),
    read: (line) => ({ database: readDatabase(line) }),
    run: ({ database }, io) =>
      withDatabase(database, async (sql) => {
        const resumed = await setActive(sql, true);
        print(io, database.json, `${plural(resumed.length, "job")} resumed`, {
          ...{ ok: true, command: "schedule resume", resumed },
        });
        return EXIT.ok;
      }),
  }),
];
