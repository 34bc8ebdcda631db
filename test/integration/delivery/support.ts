// Counts the messages that the sandbox's providers accepted per lead, and runs a worker until nothing is left to do.
import { eventually } from "../../http/intake/harness.ts";
import { after, type SendWorld } from "../../http/delivery/harness.ts";

/** Accepted messages per lead; no other lead has these numbers and addresses. */
export async function taken(world: SendWorld, leads: string[]): Promise<Map<string, number>> {
  const rows = await world.sql<{ lead_id: string; value: string }[]>`
    select c.lead_id, private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value
    from public.contact_points c where c.lead_id = any (${leads}::uuid[])`;
  const leadOf = new Map(rows.map((row) => [row.value, row.lead_id]));
  const counts = new Map<string, number>(leads.map((id) => [id, 0]));
  const { emails, messages, calls } = world.sandbox.received;
  for (const { to } of [...emails, ...messages, ...calls]) {
    const lead = leadOf.get(to);
    if (lead) counts.set(lead, counts.get(lead)! + 1);
  }
  return counts;
}

export const total = async (world: SendWorld, leads: string[]) =>
  [...(await taken(world, leads)).values()].reduce((sum, count) => sum + count, 0);

/** A new worker at this time by its clock, until nothing is on its way any more. */
export async function recover(world: SendWorld, leads: string[], minutes: number): Promise<void> {
  world.sandbox.clearFaults();
  const worker = world.startWorker(after(minutes));
  await eventually("everything to come to rest", async () => {
    // At one moment: a claim between two questions would be in neither answer.
    const [left] = await world.sql`
      select from public.messages m where m.lead_id = any (${leads}::uuid[])
        and (m.state in ('sending', 'retrying') or m.state = 'unconfirmed' and not exists (
          select from public.pipeline_dlq d where d.source = 'message_unconfirmed'
            and d.payload ->> 'message_id' = m.id::text and d.resolved_at is null))
      union all
      select from public.sequence_runs where lead_id = any (${leads}::uuid[]) and next_at is not null`;
    return left ? null : true;
  });
  await worker.stop("SIGKILL");
}
