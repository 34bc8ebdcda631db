// A call by hand: asked of the gate before dialling, recorded afterwards. It counts for the caps, and a wish that was
// heard is a suppression at once.
import { useEffect, useState } from "preact/hooks";
import { report } from "../data/act.ts";
import { rpc } from "../data/rpc.ts";
import {
  Area,
  Check,
  Failed,
  FormDialog,
  Input,
  instant,
  Select,
  tomorrow,
  Waiting,
} from "../ui/parts.tsx";
import { when } from "../ui/format.ts";
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

/** What the rules say about dialling this number now. */
function Verdict({ call, contact, checked, error }: {
  call: Callable;
  contact: number;
  checked: Checked | null;
  error: unknown;
}) {
  if (error) return <Failed error={error} />;
  if (!checked) return <Waiting />;
  if (!checked.allow) {
    return (
      <div class="note bad">
        <strong>
          Do not call now
          {checked.next_allowed_at ? `; allowed again ${when(checked.next_allowed_at)}` : ""}
        </strong>
        <Reasons reasons={checked.reasons} />
      </div>
    );
  }
  return (
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
  );
}

const Outcomes = ({ chosen, choose }: { chosen: string; choose: (value: string) => void }) => (
  <fieldset>
    <legend class="seen-by-readers">Outcome</legend>
    <div class="outcomes">
      {OUTCOMES.map(([value, label]) => (
        <label class="choice" key={value}>
          <input
            type="radio"
            name="outcome"
            value={value}
            checked={chosen === value}
            onChange={() => choose(value)}
          />
          {label}
        </label>
      ))}
    </div>
  </fieldset>
);

function told({ suppressed, recorded_against_gate }: Recorded): string {
  if (suppressed?.length) return "Call recorded. The wish is in force now.";
  return recorded_against_gate
    ? "Call recorded. The rules had not allowed it; that is recorded, too."
    : "Call recorded";
}

export function RecordCall({ call, close }: { call: Callable; close: () => void }) {
  const [contact, setContact] = useState(call.contacts[0]?.id ?? 0);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [outcome, setOutcome] = useState("talked");
  const [began] = useState(() => new Date().toISOString());
  const [key] = useState(() => crypto.randomUUID());
  const [follow, setFollow] = useState(false);
  const follows = follow || outcome === "callback";
  const about = { p_org_id: call.org, p_lead_id: call.lead, p_contact_point_id: contact };

  useEffect(() => {
    setChecked(null);
    setError(null);
    rpc<Checked>("check_call", about).then(setChecked, setError);
  }, [contact]);

  async function save(values: Record<string, string>) {
    const recorded = await rpc<Recorded>("record_call", {
      ...about,
      p_outcome: outcome,
      p_client_key: key,
      p_started_at: began,
      p_ended_at: new Date().toISOString(),
      p_notes: values.notes,
      p_wish: outcome === "do_not_call" ? values.wish : null,
      p_follow_up: follows
        ? { kind: "call_back", due_at: instant(values.due), note: values.notes }
        : null,
      p_booking: outcome === "appointment" ? { starts_at: instant(values.starts) } : null,
      p_decision_id: checked?.decision_id,
      p_task_id: call.task,
    });
    close();
    report(told(recorded), [...AFTER_CALL]);
  }

  return (
    <FormDialog title={`Call ${call.name}`} close={close} submit="Record the call" save={save}>
      {call.contacts.length > 1 && (
        <Select
          label="Number"
          value={String(contact)}
          options={call.contacts.map(({ id, masked, label }) => [
            String(id),
            `${masked} ${label ?? ""}`,
          ])}
          onChange={(event) => setContact(Number(event.currentTarget.value))}
        />
      )}
      <Verdict call={call} contact={contact} checked={checked} error={error} />
      <Outcomes chosen={outcome} choose={setOutcome} />
      {outcome === "do_not_call" && (
        <Select
          label="What was wished"
          hint="In force at once, also for automatic messages."
          name="wish"
          options={WISHES}
        />
      )}
      {outcome === "appointment" && (
        <Input
          label="Appointment"
          name="starts"
          type="datetime-local"
          defaultValue={tomorrow()}
          required
        />
      )}
      <Area label="Notes" hint="Stored encrypted." name="notes" maxLength={4000} rows={3} />
      {outcome !== "callback" && (
        <Check
          label="Follow up"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      )}
      {follows && (
        <Input
          label="Call back at"
          name="due"
          type="datetime-local"
          defaultValue={tomorrow()}
          required
        />
      )}
    </FormDialog>
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
  "desk_summary",
] as const;
