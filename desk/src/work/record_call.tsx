// A call by hand: asked of the gate before dialling, recorded afterwards. It counts for the caps, and a wish that was
// heard is a suppression at once.
import { useEffect, useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { messageOf } from "../data/errors.ts";
import { rpc } from "../data/rpc.ts";
import { Dialog, Failed, Field, onSubmit, Waiting } from "../ui/parts.tsx";
import { when } from "../ui/format.ts";
import { toast } from "../ui/toasts.tsx";
import { Reasons } from "./reasons.tsx";
import { RevealContact } from "./reveal.tsx";
import type { Reason } from "./types.ts";

export interface Callable {
  org: string;
  lead: string;
  name: string;
  contacts: { id: number; masked: string; label?: string | null }[];
  task?: string | null;
}

interface Checked {
  allow: boolean;
  decision_id: number | null;
  reasons: Reason[];
  next_allowed_at: string | null;
  local_time: string | null;
}

interface Recorded {
  recorded_against_gate: boolean;
  suppressed: string[] | null;
  reasons: Reason[] | null;
}

const OUTCOMES: [string, string][] = [
  ["talked", "Talked"],
  ["no_answer", "No answer"],
  ["voicemail", "Left a voicemail"],
  ["busy", "Busy"],
  ["callback", "Asked to be called back"],
  ["appointment", "Made an appointment"],
  ["not_interested", "Not interested"],
  ["do_not_call", "Does not want to be called"],
  ["wrong_number", "Wrong number"],
  ["disconnected", "Number is disconnected"],
];

const WISHES: [string, string][] = [
  ["number", "No calls or texts to this number"],
  ["calls", "No calls to this number; texts are fine"],
  ["everything", "No contact at all, on any channel"],
];

/** `datetime-local` of tomorrow at nine. */
function tomorrow(): string {
  const at = new Date(Date.now() + 86_400_000);
  at.setHours(9, 0, 0, 0);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const instant = (local: string | undefined) => local ? new Date(local).toISOString() : null;

export function RecordCall({ call, close }: { call: Callable; close: () => void }) {
  const [contact, setContact] = useState(call.contacts[0]?.id ?? 0);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [outcome, setOutcome] = useState("talked");
  const [began] = useState(() => new Date().toISOString());
  const [key] = useState(() => crypto.randomUUID());
  const [follow, setFollow] = useState(false);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setChecked(null);
    setError(null);
    rpc<Checked>("check_call", {
      p_org_id: call.org,
      p_lead_id: call.lead,
      p_contact_point_id: contact,
    })
      .then(setChecked, setError);
  }, [contact]);

  async function save(values: Record<string, string>) {
    setBusy(true);
    try {
      const recorded = await rpc<Recorded>("record_call", {
        p_org_id: call.org,
        p_lead_id: call.lead,
        p_contact_point_id: contact,
        p_outcome: outcome,
        p_client_key: key,
        p_started_at: began,
        p_ended_at: new Date().toISOString(),
        p_notes: values.notes,
        p_wish: outcome === "do_not_call" ? values.wish : null,
        p_follow_up: follow || outcome === "callback"
          ? { kind: "call_back", due_at: instant(values.due), note: values.notes }
          : null,
        p_booking: outcome === "appointment" ? { starts_at: instant(values.starts) } : null,
        p_decision_id: checked?.decision_id,
        p_task_id: call.task,
      });
      close();
      const told = recorded.suppressed?.length
        ? "Call recorded. The wish is in force now."
        : recorded.recorded_against_gate
        ? "Call recorded. The rules had not allowed it; that is recorded, too."
        : "Call recorded";
      await act({ done: told, run: () => Promise.resolve(), refresh: [...AFTER_CALL] });
    } catch (problem) {
      setBusy(false);
      toast({ kind: "error", text: messageOf(problem) });
    }
  }

  return (
    <Dialog title={`Call ${call.name}`} close={close}>
      <form onSubmit={onSubmit(save)}>
        {call.contacts.length > 1 && (
          <Field label="Number">
            {(attributes) => (
              <select
                {...attributes}
                value={contact}
                onChange={(event) => setContact(Number(event.currentTarget.value))}
              >
                {call.contacts.map(({ id, masked, label }) => (
                  <option value={id} key={id}>{masked} {label}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        {error
          ? <Failed error={error} />
          : !checked
          ? <Waiting />
          : checked.allow
          ? (
            <div class="note good row">
              <span>You may call now.</span>
              <RevealContact
                org={call.org}
                lead={call.lead}
                id={contact}
                masked={call.contacts.find(({ id }) => id === contact)?.masked ?? "number"}
                reason="Calling the lead"
              />
            </div>
          )
          : (
            <div class="note bad">
              <strong>
                Do not call now
                {checked.next_allowed_at ? `; allowed again ${when(checked.next_allowed_at)}` : ""}
              </strong>
              <Reasons reasons={checked.reasons} />
            </div>
          )}
        <fieldset>
          <legend class="seen-by-readers">Outcome</legend>
          <div class="outcomes">
            {OUTCOMES.map(([value, label]) => (
              <label class="choice" key={value}>
                <input
                  type="radio"
                  name="outcome"
                  value={value}
                  checked={outcome === value}
                  onChange={() => setOutcome(value)}
                />
                {label}
              </label>
            ))}
          </div>
        </fieldset>
        {outcome === "do_not_call" && (
          <Field label="What was wished" hint="In force at once, also for automatic messages.">
            {(attributes) => (
              <select {...attributes} name="wish">
                {WISHES.map(([value, label]) => <option value={value} key={value}>{label}</option>)}
              </select>
            )}
          </Field>
        )}
        {outcome === "appointment" && (
          <Field label="Appointment">
            {(attributes) => (
              <input
                {...attributes}
                name="starts"
                type="datetime-local"
                defaultValue={tomorrow()}
                required
              />
            )}
          </Field>
        )}
        <Field label="Notes" hint="Stored encrypted.">
          {(attributes) => <textarea {...attributes} name="notes" maxLength={4000} rows={3} />}
        </Field>
        {outcome !== "callback" && (
          <label class="choice">
            <input
              type="checkbox"
              checked={follow}
              onChange={(event) => setFollow(event.currentTarget.checked)}
            />
            Follow up
          </label>
        )}
        {(follow || outcome === "callback") && (
          <Field label="Call back at">
            {(attributes) => (
              <input
                {...attributes}
                name="due"
                type="datetime-local"
                defaultValue={tomorrow()}
                required
              />
            )}
          </Field>
        )}
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary" disabled={busy}>Record the call</button>
        </footer>
      </form>
    </Dialog>
  );
}

export const AFTER_CALL = [
  "desk_day",
  "desk_tasks",
  "desk_calls",
  "desk_timeline",
  "desk_consents",
  "desk_outlook",
  "desk_lead",
  "desk_inbox",
] as const satisfies import("../data/surface.ts").Surface[];
