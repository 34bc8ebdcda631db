// Parts and uploads that failed for good: their state, and the dead letter from which they can be replayed.
import type { Tx } from "../platform/db/client.ts";
import type { Work } from "../jobs/job.ts";

export interface Failure {
  /** One line for lists. */
  reason: string;
  /** The error that the sender of the file sees. */
  error: string;
}

/** Marks a part failed, records its dead letter, and wakes the parts that wait for it. */
export async function failPart(
  work: Work,
  tx: Tx,
  partId: string,
  failure: Failure,
): Promise<void> {
  const [part] = await tx<
    { org_id: string; upload_id: string; part: number; correlation_id: string }[]
  >`
    update public.upload_parts p set state = 'failed', error = ${failure.error}
    from public.uploads u
    where p.id = ${partId} and u.id = p.upload_id and p.state in ('received', 'staging')
    returning p.org_id, p.upload_id, p.part, u.correlation_id`;
  if (!part) return;
  await tx`select private.record_dead_letter(${part.org_id}, 'stage-part',
    ${tx.json({ part_id: partId })}, ${failure.reason}, ${failure.error},
    ${part.correlation_id}, ${work.now()})`;
  await work.queue.send(tx, "resolve-upload", { upload_id: part.upload_id });
  if (part.part === 1) await wakeParts(work, tx, part.upload_id);
}

/** Marks an upload failed and records its dead letter. */
export async function failUpload(
  work: Work,
  tx: Tx,
  uploadId: string,
  error: string,
): Promise<void> {
  const [upload] = await tx<{ org_id: string; correlation_id: string }[]>`
    update public.uploads u set state = 'failed', error = ${error}
    where u.id = ${uploadId} and u.state in ('receiving', 'processing', 'failed')
    returning u.org_id, u.correlation_id`;
  if (!upload) return;
  await tx`select private.record_dead_letter(${upload.org_id}, 'resolve-upload',
    ${tx.json({ upload_id: uploadId })}, 'resolving failed repeatedly', ${error},
    ${upload.correlation_id}, ${work.now()})`;
}

/**
 * Sends the jobs of the parts that wait for the header of part 1, of this upload and of uploads whose part 1
 * has the same content.
 */
export async function wakeParts(work: Work, tx: Tx, uploadId: string): Promise<void> {
  const waiting = await tx<{ id: string }[]>`
    select p.id from public.upload_parts p
    where p.part > 1 and p.state = 'received' and (p.upload_id = ${uploadId} or p.upload_id in (
      select d.upload_id from public.upload_parts d
      where d.part = 1 and d.state = 'duplicate' and d.duplicate_of_upload_id = ${uploadId}))`;
  for (const { id } of waiting) await work.queue.send(tx, "stage-part", { part_id: id });
}
