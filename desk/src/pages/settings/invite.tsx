// A person is invited: the link that makes them a member.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { org, orgId } from "../../data/me.ts";
import { callFunction } from "../../data/functions.ts";
import { rpc } from "../../data/rpc.ts";
import { date } from "../../ui/format.ts";
import { Check, FormDialog, Input, Select } from "../../ui/parts.tsx";
import { deskUrl } from "../../ui/router.ts";
import { Once } from "../../work/show_once.tsx";
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
  const [mails, setMails] = useState(true);
  const [given, setGiven] = useState<Record<string, string>>({});
  const [made, setMade] = useState<Made | null>(null);
  async function save(values: Record<string, string>) {
    setGiven(values);
    const broker = role === "broker"
      ? {
        name: values.name,
        licensed_states: states(values.states),
        capacity: Number(values.capacity ?? 200),
      }
      : null;
    const answer = mails
      ? await callFunction<Made>("outreach/invitations", {
        ...{ org_id: orgId.value, email: values.email, role, broker, desk_url: deskUrl() },
      })
      : await rpc<Made>("invite_member", {
        ...{ p_org_id: orgId.value, p_email: values.email, p_role: role, p_broker: broker },
      });
    setMade(answer);
    report(answer.mail?.state === "sent" ? "Invitation sent" : "Invitation made", [
      "list_invitations",
    ]);
  }
  if (made) {
    const url = `${deskUrl()}#/invitation?token=${made.token}`;
    const state = made.mail?.state ?? "none";
    return (
      <FormDialog
        key="made"
        title={TITLES[state]}
        close={close}
        submit={state === "failed" ? "Send again" : null}
        cancel="Close"
        save={() => save(given)}
      >
        {state === "sent" && <p>A link is on its way to {made.email_masked}.</p>}
        {made.mail?.state === "failed" && <p class="note bad" role="alert">{made.mail.reason}</p>}
        <p>
          The invitation works for this e-mail address only, and until{" "}
          {date(made.expires_at)}. Its link is shown once:
        </p>
        <Once label="Link" value={url} />
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title="Invite a person"
      close={close}
      submit={mails ? "Send the invitation" : "Make the link"}
      save={save}
    >
      <Input label="E-mail address" name="email" type="email" required />
      <Select
        label="Role"
        value={role}
        options={ROLES.filter(([value]) => value !== "owner" || org.value?.role === "owner")}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      {role === "broker" && (
        <div class="pair">
          <Input label="Name" name="name" maxLength={120} required />
          <Input
            label="Open leads at most"
            name="capacity"
            type="number"
            min="0"
            defaultValue="200"
            required
          />
          <Input label="Licensed in" hint="Two letters each. Empty: no limit." name="states" />
        </div>
      )}
      <Check
        label="Send it by mail"
        checked={mails}
        onChange={(event) => setMails(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
