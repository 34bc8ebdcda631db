// Sends the missing jobs of unfinished work: after lost jobs, restored backups, edits by hand.
import { asWriter } from "../../platform/db/client.ts";
import type { QueueData, QueueName } from "../../jobs/queue.ts";
import type { Work } from "../../jobs/job.ts";

/** Returns the number of jobs that were missing. */
export async function sweep(work: Work): Promise<number> {
  await work.queue.ready("stage-part", "resolve-upload", "process-inbox", "notify");
  return await asWriter(work.sql, async (tx) => {
    const missing = await tx<{ queue: QueueName; data: QueueData[QueueName] }[]>`
      select 'stage-part' as queue, jsonb_build_object('part_id', p.id) as data
      from public.upload_parts p
      join public.uploads u on u.id = p.upload_id
      where p.state in ('received', 'staging')
        and (p.part = 1 or u.header is not null or exists (
          select from public.upload_parts f
          where f.upload_id = p.upload_id and f.part = 1 and f.state in ('failed', 'duplicate')))
        and not exists (select from pgboss.job j
          where j.name = 'stage-part' and j.singleton_key = p.id::text and j.state <= 'active')
      union all
      select 'resolve-upload', jsonb_build_object('upload_id', u.id)
      from public.uploads u
      where u.state in ('receiving', 'processing')
        and u.parts_expected = (select count(*) from public.upload_parts p
          where p.upload_id = u.id and p.state in ('staged', 'resolved', 'duplicate', 'failed'))
        and not exists (select from pgboss.job j
          where j.name = 'resolve-upload' and j.singleton_key = u.id::text and j.state <= 'active')
      union all
      select 'process-inbox', jsonb_build_object('batch_id', i.batch_id)
      from public.webhook_inbox i
      where i.state = 'received'
        and not exists (select from pgboss.job j
          where j.name = 'process-inbox' and j.singleton_key = i.batch_id::text and j.state <= 'active')
      group by i.batch_id
      union all
      select 'notify', jsonb_build_object('notification_id', n.id)
      from public.notifications n
      join public.subscriptions s on s.org_id = n.org_id and s.id = n.subscription_id and s.active
      where n.state = 'pending'
        and not exists (select from pgboss.job j
          where j.name = 'notify' and j.singleton_key = n.id::text and j.state <= 'active')
      limit 1000`;
    for (const { queue, data } of missing) await work.queue.send(tx, queue, data);
    if (missing.length > 0) work.log("warn", "jobs_were_missing", { jobs: missing.length });
    return missing.length;
  });
}
