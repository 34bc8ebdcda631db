// What the person allowed and refused, on what evidence and who recorded it; a new consent, and the end of contact.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { manages } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { dotted, exactly, words } from "../../ui/format.ts";
import { At, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { about, channel, type Contact, type Lead, PERMISSION } from "./lead.ts";
import { RecordConsent } from "./record_consent.tsx";
import { StopContact } from "./stop_contact.tsx";

interface Consent {
  at: string;
  kind: string;
  id: string;
  contact_point_id: number | null;
  contact: string | null;
  channels: string[] | null;
  why: string | null;
  source: string | null;
  recorded_by: string | null;
  is_active: boolean;
  liftable: boolean;
  confirmable: boolean;
  evidence: Record<string, string> | null;
  cursor: string;
}

const LIMIT = 20;

/** Abbreviations of the law, and codes. */
const reason = (why: string | null) =>
  words(
    why?.replace(/\bpewc\b/, "prior express written").replace(/\bpec\b/, "prior express")
      .replace(/\bebr_purchase\b/, "a purchase").replace(/\bebr_inquiry\b/, "an inquiry"),
  );

function tone({ kind, is_active }: Consent) {
  if (!is_active) return "plain";
  return kind === "consent" || kind === "lift" ? "good" : "bad";
}

const EVIDENCE: [name: string, label: string][] = [
  ["wording", "Wording"],
  ["seller", "Seller"],
  ["signature", "Signed"],
  ["kept_at", "Kept at"],
  ["page", "Page"],
  ["certificate", "Certificate"],
  ["language", "Language"],
];

function Evidence({ evidence }: { evidence: Record<string, string> | null }) {
  const known = EVIDENCE.filter(([name]) => evidence?.[name]);
  if (known.length === 0) return null;
  return (
    <details>
      <summary>Evidence</summary>
      <dl class="facts">
        {known.map(([name, label]) => (
          <>
            <dt>{label}</dt>
            <dd>{evidence?.[name]}</dd>
          </>
        ))}
        {evidence?.recorded_at && (
          <>
            <dt>Recorded</dt>
            <dd>{exactly(evidence.recorded_at)}</dd>
          </>
        )}
      </dl>
    </details>
  );
}

type Opened =
  | { what: "consent"; contact?: number | null }
  | { what: "stop"; contact?: number | null; channels?: string[] | null };

function Item({ lead, row, open }: {
  lead: Lead;
  row: Consent;
  open: (what: Opened) => void;
}) {
  const may = lead.may?.consent === true && row.contact_point_id !== null;
  const { contact_point_id: contact } = row;
  const confirm = () =>
    act({
      done: "Consent confirmed: what it outranks is lifted",
      run: () => rpc("confirm_consent", { ...about(lead), p_consent_id: Number(row.id) }),
      refresh: [...PERMISSION],
    });
  const whom = row.contact ?? "the person";
  return (
    <li data-row={`${row.kind} ${row.id}`}>
      <Tag tone={tone(row)}>{words(row.kind)}</Tag> {whom}:{" "}
      {(row.channels ?? []).map(channel).join(", ") || "all channels"}
      <span class="sub">
        {dotted(
          reason(row.why),
          words(row.source),
          row.recorded_by && `by ${words(row.recorded_by)}`,
          !row.is_active && "no longer in force",
          row.kind === "suppression" && row.is_active && !row.liftable && "no consent lifts it",
        )}, <At value={row.at} />
      </span>
      <Evidence evidence={row.evidence} />
      {may && (
        <span class="row">
          {row.kind === "consent" && (
            <button
              type="button"
              aria-label={`Revoke the consent of ${whom}`}
              onClick={() => open({ what: "stop", contact, channels: row.channels })}
            >
              Revoke
            </button>
          )}
          {row.confirmable && manages.value && (
            <button
              type="button"
              title="You have seen the evidence. It lifts the suppressions that are older."
              onClick={() => void confirm()}
            >
              Confirm and lift
            </button>
          )}
          {row.kind === "suppression" && row.is_active && row.liftable && manages.value && (
            <button
              type="button"
              aria-label={`Lift the suppression of ${whom} by a later consent`}
              onClick={() => open({ what: "consent", contact })}
            >
              Lift by a later consent
            </button>
          )}
        </span>
      )}
    </li>
  );
}

export function Consents({ lead }: { lead: Lead }) {
  const [opened, open] = useState<Opened | null>(null);
  const consents = useQuery<Consent[]>("desk_consents", {
    ...about(lead),
    p_limit: LIMIT,
    p_cursor: param("consents") || null,
  });
  const contacts: Contact[] = lead.contacts ?? [];
  const may = lead.may?.consent === true && contacts.length > 0;
  const close = () => open(null);
  return (
    <>
      <List
        title="Consents and suppressions"
        aside={may && (
          <>
            <button type="button" onClick={() => open({ what: "consent" })}>
              Record a consent
            </button>
            <button type="button" onClick={() => open({ what: "stop" })}>Stop contact</button>
          </>
        )}
        of={consents}
        empty={
          <Empty title="No consent and no suppression.">
            {may && <p>Record what the person agreed to, or that contact has to stop.</p>}
          </Empty>
        }
        limit={LIMIT}
        pager="consents"
        cursor={(row) => row.cursor}
      >
        {(rows) => (
          <ul class="plain-list">
            {rows.map((row) => (
              <Item lead={lead} row={row} open={open} key={`${row.kind} ${row.id}`} />
            ))}
          </ul>
        )}
      </List>
      {opened?.what === "consent" && (
        <RecordConsent lead={lead} contact={opened.contact ?? null} close={close} />
      )}
      {opened?.what === "stop" && (
        <StopContact
          lead={lead}
          contact={opened.contact ?? null}
          channels={opened.channels ?? null}
          close={close}
        />
      )}
    </>
  );
}
