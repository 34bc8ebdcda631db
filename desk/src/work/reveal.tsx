// Plain values on request: two calls, of which the first is logged with the reason and the second shows.
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../data/errors.ts";
import { rpc } from "../data/rpc.ts";
import { toast } from "../ui/toasts.tsx";

export type Subject = "contacts" | "replies" | "transcripts" | "tasks";

export interface Revealed {
  id: number | string;
  lead_id: string;
  value?: string;
  body?: string | null;
  draft?: string | null;
  note?: string | null;
}

/** Values on screen for longer than this are masked again. */
const SHOWN_MS = 120_000;

export async function reveal(
  org: string,
  subject: Subject,
  lead: string,
  item: number | string | null,
  reason: string,
): Promise<Revealed[]> {
  const grant = await rpc<{ grant_id: string | null; message?: string }>("request_reveal", {
    p_org_id: org,
    p_subject: subject,
    p_lead_ids: [lead],
    p_item_ids: item === null || subject === "tasks" ? null : [item],
    p_reason: reason,
  });
  if (!grant.grant_id) throw new Error(grant.message ?? "Nothing to show.");
  const { values } = await rpc<{ values: Revealed[] }>("redeem_reveal", {
    p_grant_id: grant.grant_id,
  });
  return item === null ? values : values.filter(({ id }) => String(id) === String(item));
}

export const telHref = (value: string) => `tel:${value}`;

/** A masked phone number or e-mail address that a click shows for two minutes. */
export function RevealContact(
  { org, lead, id, masked, reason, dataKey }: {
    org: string;
    lead: string;
    id: number;
    masked: string;
    reason: string;
    dataKey?: string;
  },
) {
  const [value, setValue] = useState<string | null>(null);
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setValue(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  if (value !== null) {
    return <a href={value.includes("@") ? `mailto:${value}` : telHref(value)}>{value}</a>;
  }
  return (
    <button
      type="button"
      class="quiet reveal"
      data-key={dataKey}
      title="Show it for two minutes. Who looked, when and why is logged."
      onClick={() => {
        reveal(org, "contacts", lead, id, reason).then(
          ([found]) => found?.value ? setValue(found.value) : toast({ text: "Nothing to show." }),
          (error) => toast({ kind: "error", text: messageOf(error) }),
        );
      }}
    >
      {masked} <span class="seen-by-readers">, show</span>
      <span aria-hidden="true" class="eye">show</span>
    </button>
  );
}

/** A text that is stored encrypted: a reply, a transcript, the note of a task. */
export function RevealText(
  { org, lead, subject, id, label, onText }: {
    org: string;
    lead: string;
    subject: Subject;
    id: number | string;
    label: string;
    onText?: (found: Revealed) => void;
  },
) {
  const [found, setFound] = useState<Revealed | null>(null);
  useEffect(() => setFound(null), [id]);
  if (found) return <p class="pre said">{found.body ?? found.note ?? found.value ?? "No text."}</p>;
  return (
    <button
      type="button"
      data-key="v"
      onClick={() => {
        reveal(org, subject, lead, id, "Reading it to answer").then(
          ([item]) => {
            if (!item) return toast({ text: "Nothing to show." });
            setFound(item);
            onText?.(item);
          },
          (error) => toast({ kind: "error", text: messageOf(error) }),
        );
      }}
    >
      {label}
    </button>
  );
}
