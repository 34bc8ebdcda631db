// A person is invited: the link that makes them a member.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { messageOf } from "../../data/errors.ts";
import { org, orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { date } from "../../ui/format.ts";
import { Dialog, Field, onSubmit } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import { ROLES, states } from "./types.ts";

export function Invite({ close }: { close: () => void }) {
  const [role, setRole] = useState("broker");
  const [link, setLink] = useState<{ url: string; expires: string } | null>(null);
  const [problem, setProblem] = useState("");
  async function save(values: Record<string, string>) {
    setProblem("");
    try {
      const made = await rpc<{ token: string; expires_at: string }>("invite_member", {
        p_org_id: orgId.value,
        p_email: values.email,
        p_role: role,
        p_broker: role === "broker"
          ? {
            name: values.name,
            licensed_states: states(values.states),
            capacity: Number(values.capacity ?? 200),
          }
          : null,
      });
      const here = location.href.split("#")[0];
      setLink({ url: `${here}#/invitation?token=${made.token}`, expires: made.expires_at });
      await act({
        done: "Invitation made",
        run: () => Promise.resolve(),
        refresh: ["list_invitations"],
      });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
  if (link) {
    return (
      <Dialog title="Send this link" close={close}>
        <div class="inside">
          <p>
            It is shown once, works for this e-mail address only, and until {date(link.expires)}.
          </p>
          <Field label="Link">
            {(attributes) => (
              <input
                {...attributes}
                readOnly
                value={link.url}
                onFocus={(event) => event.currentTarget.select()}
              />
            )}
          </Field>
          <footer>
            <button
              type="button"
              class="primary"
              onClick={() =>
                navigator.clipboard.writeText(link.url).then(
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
            <button type="button" onClick={close}>Close</button>
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
          <button type="submit" class="primary">Make the link</button>
        </footer>
      </form>
    </Dialog>
  );
}
