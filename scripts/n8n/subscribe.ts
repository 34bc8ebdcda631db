// Subscribes n8n's webhooks to the events of every organisation of a database.
import { connect } from "../dev/database.ts";

/** Path of each webhook below `/webhook/`, and its events. */
export const announcements: Record<string, string[]> = {
  "sluice/feed": ["feed.done"],
  "sluice/reply": ["reply.received", "reply.labelled"],
  "sluice/booking": ["booking.made", "booking.changed"],
  "sluice/dead-letter": ["dead_letter.filed"],
  "sluice/day": ["day.closed"],
};

/** Returns the number of organisations. A repetition only changes the secret. */
export async function subscribeN8n(
  databaseUrl: string,
  n8nUrl: string,
  secret: string,
): Promise<number> {
  const sql = connect(databaseUrl);
  try {
    const orgs = await sql<{ id: string }[]>`select id from public.orgs`;
    for (const { id } of orgs) {
      for (const [path, events] of Object.entries(announcements)) {
        const url = `${n8nUrl}/webhook/${path}`;
        await sql`select public.create_subscription(${id}, ${url}, ${events}, ${secret})`;
      }
    }
    return orgs.length;
  } finally {
    await sql.end();
  }
}
