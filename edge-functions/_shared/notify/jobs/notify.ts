// Sends a notification to a subscriber: a signed POST with ids. Any answer but a 2xx is retried with backoff.
import { signRequest } from "../../platform/crypto/signature.ts";
import { utf8 } from "../../platform/crypto/bytes.ts";
import { postPublic } from "../../platform/http/post_public.ts";
import { continueTrace, traceparentOf } from "../../platform/trace.ts";
import { UnsafeUrl } from "../../platform/http/public_target.ts";
import { loopbackAllowed } from "../../platform/settings.ts";
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import type { Work } from "../../jobs/job.ts";

const TIMEOUT_MS = 10_000;

interface PendingNotification {
  org_id: string;
  url: string;
  secret: string;
  event: string;
  data: Record<string, unknown>;
  announced_at: Date;
  correlation_id: string | null;
}

export class NotDelivered extends Error {
  override name = "NotDelivered";
}

export async function notify(work: Work, job: Job<"notify">): Promise<void> {
  const id = job.data.notification_id;
  const [notification] = await asWriter(
    work.sql,
    (tx) => tx<PendingNotification[]>`select * from private.notification_to_send(${id})`,
  );
  if (!notification) return;
  continueTrace(notification.correlation_id);
  const { status, error } = await post(id, notification);
  const done = status !== null && status >= 200 && status < 300;
  await asWriter(work.sql, async (tx) => {
    await tx`
      update public.notifications n set attempts = n.attempts + 1, last_status = ${status},
        last_error = ${done ? null : error}, sent_at = ${done ? work.now() : null},
        -- Failed for good in the meantime: another failed attempt does not change that.
        state = case when ${done} then 'sent' else n.state end,
        failed_at = case when ${done} then null else n.failed_at end
      where n.org_id = ${notification.org_id} and n.id = ${id} and n.state <> 'sent'`;
    // Gone: the subscriber wants no further notifications.
    if (status === 410) {
      await tx`
        update public.subscriptions s set active = false, ended_at = ${work.now()}
        from public.notifications n
        where n.org_id = ${notification.org_id} and n.id = ${id} and s.org_id = n.org_id
          and s.id = n.subscription_id and s.active`;
    }
  });
  if (!done && status !== 410) throw new NotDelivered(error ?? `answered ${status}`);
}

async function post(
  id: string,
  notification: PendingNotification,
): Promise<{ status: number | null; error: string | null }> {
  const body = utf8(JSON.stringify({
    type: notification.event,
    timestamp: notification.announced_at.toISOString(),
    data: { org_id: notification.org_id, ...notification.data },
  }));
  // The real clock, even where a test sets ours, because the receiver has no other.
  const timestamp = Math.floor(Date.now() / 1000);
  try {
    const headers = {
      "content-type": "application/json",
      "user-agent": "sluice",
      traceparent: traceparentOf(notification.correlation_id ?? id),
      ...signRequest({ secrets: [notification.secret], id, timestamp, body }),
    };
    const status = await postPublic({
      url: notification.url,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
    }, { loopback: loopbackAllowed() });
    return { status, error: `answered ${status}` };
  } catch (error) {
    if (error instanceof UnsafeUrl) return { status: null, error: error.message };
    const name = error instanceof Error ? error.name : "Error";
    return { status: null, error: name === "TimeoutError" ? "timed out" : "unreachable" };
  }
}
