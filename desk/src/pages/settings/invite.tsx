// A person is invited: the link that makes them a member.
import { useRef, useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { messageOf } from "../../data/errors.ts";
import { org, orgId } from "../../data/me.ts";
import { callFunction } from "../../data/functions.ts";
import { rpc } from "../../data/rpc.ts";
import { date } from "../../ui/format.ts";
import { Dialog, Field, onSubmit } from "../../ui/parts.tsx";
import { deskUrl } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { ROLES, states } from "./types.ts";

const TITLES = {
  sent: "Invitation sent",
  failed: "The mail was not sent",
  none: "Send this link",
};

interface Made {
  token: string;
  expires_at: string;
  email_masked: string;
  /** Absent where only the link was asked for. */
  mail?: { state: "sent" } | { state: "failed"; reason: string };
}

export function Invite({ close, as = "broker" }: { close: () => void; as?: string }) {
  const [role, setRole] = useState(as);
  const [given, setGiven] = useState<Record<string, string>>({});
  const [made, setMade] = useState<Made | null>(null);
  const [busy, setBusy] = useState(false);
  const mails = useRef(true);
  const [problem, setProblem] = useState("");
  async function save(values: Record<string, string>) {
    setProblem("");
    setBusy(true);
    setGiven(values);
    try {
      const broker = role === "broker"
        ? {
          name: values.name,
          licensed_states: states(values.states),
          capacity: Number(values.capacity ?? 200),
        }
        : null;
      const answer = mails.current
        ? await callFunction<Made>("outreach/invitations", {
          ...{ org_id: orgId.value, email: values.email, role, broker, desk_url: deskUrl() },
        })
        : await rpc<Made>("invite_member", {
          ...{ p_org_id: orgId.value, p_email: values.email, p_role: role, p_broker: broker },
        });
      setMade(answer);
      await act({
        done: answer.mail?.state === "sent" ? "Invitation sent" : "Invitation made",
        run: () => Promise.resolve(),
        refresh: ["list_invitations"],
      });
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  }
  if (made) {
    const url = `${deskUrl()}#/invitation?token=${made.token}`;
    return (
      <Dialog
        title={TITLES[made.mail?.state ?? "none"]}
        close={close}
      >
        <div class="inside">
          {made.mail?.state === "sent" && <p>A link is on its way to {made.email_masked}.</p>}
          {made.mail?.state === "failed" && <p class="note bad" role="alert">{made.mail.reason}</p>}
          <p>
            The invitation works for this e-mail address only, and until{" "}
            {date(made.expires_at)}. Its link is shown once:
          </p>
          {problem && <p class="note bad" role="alert">{problem}</p>}
          <Field label="Link">
            {(attributes) => (
              <input
                {...attributes}
                readOnly
                value={url}
                onFocus={(event) => event.currentTarget.select()}
              />
            )}
          </Field>
          <footer>
            <button
              type="button"
              onClick={() =>
                navigator.clipboard.writeText(url).then(
                  () => toast({ text: "Link copied" }),
                  () =>
                    toast({
                      kind: "error",
                      text: "Not copied: select the link and copy it by hand.",
                    }),
                )}
            >
              Copy
            </button>
            {made.mail?.state === "failed" && (
              <button
                type="button"
                disabled={busy}
                onClick={() => void save(given)}
              >
                Send again
              </button>
            )}
            <button type="button" class="primary" onClick={close}>Close</button>
          </footer>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite a person" close={close}>
      <form onSubmit={onSubmit(save)}>
        <Field label="E-mail address">
          {(attributes) => <input {...attributes} name="email" type="email" required />}
        </Field>
        <Field label="Role">
          {(attributes) => (
            <select
              {...attributes}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value)}
            >
              {ROLES.filter(([value]) => value !== "owner" || org.value?.role === "owner")
                .map(([value, label]) => <option value={value} key={value}>{label}</option>)}
            </select>
          )}
        </Field>
        {role === "broker" && (
          <div class="pair">
            <Field label="Name">
              {(attributes) => <input {...attributes} name="name" maxLength={120} required />}
            </Field>
            <Field label="Open leads at most">
              {(attributes) => (
                <input
                  {...attributes}
                  name="capacity"
                  type="number"
                  min="0"
                  defaultValue="200"
                  required
                />
              )}
            </Field>
            <Field label="Licensed in" hint="Two letters each. Empty: no limit.">
              {(attributes) => <input {...attributes} name="states" />}
            </Field>
          </div>
        )}
        {problem && <p class="note bad" role="alert">{problem}</p>}
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button
            type="button"
            disabled={busy}
            onClick={(event) => {
              mails.current = false;
              event.currentTarget.form?.requestSubmit();
            }}
          >
            Make the link
          </button>
          <button
            type="submit"
            class="primary"
            disabled={busy}
            onClick={() => {
              mails.current = true;
            }}
          >
            Send the invitation
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
