// Settings: who belongs to the org, which brokers work, and one's own sign-in.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { assurance, auth } from "../data/client.ts";
import { messageOf } from "../data/errors.ts";
import { manages, org, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { count, date, words } from "../ui/format.ts";
import {
  Dialog,
  Empty,
  Field,
  Head,
  onSubmit,
  Panel,
  Shown,
  Table,
  Tabs,
  Tag,
} from "../ui/parts.tsx";
import { param } from "../ui/router.ts";
import { toast } from "../ui/toasts.tsx";
import { Factor } from "../sign/factor.tsx";

interface Row {
  user_id: string;
  email: string | null;
  role: string;
  joined_at: string;
  broker_id: string | null;
  broker_name: string | null;
  licensed_states: string[] | null;
  capacity: number | null;
  open_leads: number | null;
  broker_active: boolean | null;
  is_me: boolean;
}

interface Invitation {
  id: string;
  email_masked: string;
  role: string;
  expires_at: string;
  state: string;
}

const ROLES: [string, string][] = [
  ["broker", "Broker: works assigned leads"],
  ["viewer", "Viewer: reads the whole org"],
  ["admin", "Admin: controls the org"],
  ["owner", "Owner: controls the org, and makes owners"],
];
const states = (text: string | undefined) =>
  (text ?? "").toUpperCase().split(/[\s]+/).filter(Boolean);

function Invite({ close }: { close: () => void }) {
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

function EditBroker({ row, close }: { row: Row; close: () => void }) {
  async function save(values: Record<string, string>) {
    const saved = await act({
      done: "Broker saved",
      run: () =>
        rpc("save_broker", {
          p_org_id: orgId.value,
          p_broker_id: row.broker_id,
          p_user_id: row.user_id,
          p_name: values.name,
          p_licensed_states: states(values.states),
          p_capacity: Number(values.capacity ?? 0),
          p_active: values.active === "on",
        }),
      refresh: ["list_members", "desk_members"],
    });
    if (saved) close();
  }
  return (
    <Dialog title={row.broker_name ?? "New broker record"} close={close}>
      <form onSubmit={onSubmit(save)}>
        <Field label="Name">
          {(attributes) => (
            <input {...attributes} name="name" defaultValue={row.broker_name ?? ""} required />
          )}
        </Field>
        <div class="pair">
          <Field label="Open leads at most">
            {(attributes) => (
              <input
                {...attributes}
                name="capacity"
                type="number"
                min="0"
                defaultValue={String(row.capacity ?? 200)}
              />
            )}
          </Field>
          <Field label="Licensed in" hint="Two letters each. Empty: no limit.">
            {(attributes) => (
              <input
                {...attributes}
                name="states"
                defaultValue={(row.licensed_states ?? []).join(", ")}
              />
            )}
          </Field>
        </div>
        <label class="choice">
          <input type="checkbox" name="active" defaultChecked={row.broker_active ?? true} />{" "}
          Gets new leads
        </label>
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Save</button>
        </footer>
      </form>
    </Dialog>
  );
}

function Members() {
  const [inviting, setInviting] = useState(false);
  const [editing, setEditing] = useState<Row | null>(null);
  const members = useQuery<Row[]>("list_members", { p_org_id: orgId.value });
  const invitations = useQuery<Invitation[]>("list_invitations", {
    p_org_id: orgId.value,
    p_limit: 50,
  }, {
    when: manages.value,
  });
  const setRole = (row: Row, role: string) =>
    act({
      done: `Role changed to ${role}`,
      run: () =>
        rpc("set_member_role", { p_org_id: orgId.value, p_user_id: row.user_id, p_role: role }),
      undo: () =>
        rpc("set_member_role", { p_org_id: orgId.value, p_user_id: row.user_id, p_role: row.role }),
      refresh: ["list_members", "desk_members"],
    });
  const remove = (row: Row) => {
    if (
      !confirm(
        `Remove ${
          row.email ?? row.broker_name ?? "this member"
        } from the org? Access ends at once.`,
      )
    ) return;
    void act({
      done: "Member removed",
      run: () => rpc("remove_member", { p_org_id: orgId.value, p_user_id: row.user_id }),
      refresh: ["list_members", "desk_members"],
    });
  };
  return (
    <div class="stack-wide">
      <Panel
        title="Members"
        flush
        aside={manages.value
          ? <button type="button" class="primary" onClick={() => setInviting(true)}>Invite</button>
          : undefined}
      >
        <Shown of={members}>
          {(rows) => (
            <Table
              label="Members"
              rows={rows}
              id={(row) => row.user_id}
              columns={[
                {
                  label: "Member",
                  show: (row) => (
                    <>
                      <strong>{row.broker_name ?? row.email ?? "Member"}</strong>{" "}
                      {row.is_me && <Tag tone="accent">you</Tag>}
                      <span class="sub">
                        {row.broker_name ? row.email : ""} since {date(row.joined_at)}
                      </span>
                    </>
                  ),
                },
                {
                  label: "Role",
                  show: (row) =>
                    manages.value && !row.is_me
                      ? (
                        <select
                          aria-label={`Role of ${row.broker_name ?? row.email}`}
                          value={row.role}
                          onChange={(event) => void setRole(row, event.currentTarget.value)}
                        >
                          {ROLES.map(([value]) => <option value={value} key={value}>{value}
                          </option>)}
                        </select>
                      )
                      : words(row.role),
                },
                {
                  label: "Broker",
                  labelled: true,
                  show: (row) =>
                    row.broker_id
                      ? (
                        <>
                          {count(row.open_leads)} of {count(row.capacity)} open leads
                          <span class="sub">
                            {row.licensed_states?.length
                              ? row.licensed_states.join(", ")
                              : "any state"}
                            {row.broker_active === false ? ", gets no new leads" : ""}
                          </span>
                        </>
                      )
                      : "–",
                },
                {
                  label: "Actions",
                  num: true,
                  show: (row) =>
                    manages.value && (
                      <span class="row actions">
                        <button type="button" onClick={() => setEditing(row)}>
                          {row.broker_id ? "Edit broker" : "Make a broker"}
                        </button>
                        {!row.is_me && (
                          <button
                            type="button"
                            class="danger"
                            onClick={() => remove(row)}
                          >
                            Remove
                          </button>
                        )}
                      </span>
                    ),
                },
              ]}
            />
          )}
        </Shown>
      </Panel>
      {manages.value && (
        <Panel title="Invitations" flush>
          <Shown of={invitations} empty={<Empty title="No invitations." />}>
            {(rows) => (
              <Table
                label="Invitations"
                rows={rows}
                id={(row) => row.id}
                columns={[
                  { label: "For", show: (row) => row.email_masked },
                  { label: "Role", show: (row) => row.role },
                  {
                    label: "State",
                    show: (row) => (
                      <Tag
                        tone={row.state === "open"
                          ? "warn"
                          : row.state === "accepted"
                          ? "good"
                          : "plain"}
                      >
                        {row.state}
                      </Tag>
                    ),
                  },
                  { label: "Until", labelled: true, show: (row) => date(row.expires_at) },
                  {
                    label: "Actions",
                    num: true,
                    show: (row) =>
                      row.state === "open" && (
                        <button
                          type="button"
                          onClick={() =>
                            void act({
                              done: "Invitation revoked",
                              run: () =>
                                rpc("revoke_invitation", {
                                  p_org_id: orgId.value,
                                  p_invitation_id: row.id,
                                }),
                              refresh: ["list_invitations"],
                            })}
                        >
                          Revoke
                        </button>
                      ),
                  },
                ]}
              />
            )}
          </Shown>
        </Panel>
      )}
      {inviting && <Invite close={() => setInviting(false)} />}
      {editing && <EditBroker row={editing} close={() => setEditing(null)} />}
    </div>
  );
}

function Mine() {
  const [factor, setFactor] = useState(false);
  const [problem, setProblem] = useState("");
  async function password({ password: next = "" }: Record<string, string>, form: HTMLFormElement) {
    const { error } = await auth.updateUser({ password: next });
    setProblem(error?.message ?? "");
    if (error) return;
    form.reset();
    toast({ text: "Password changed" });
  }
  return (
    <div class="stack-wide">
      <Panel title="Second factor">
        <div class="stack">
          {assurance.value === "aal2" ? <p>This session has a second factor.</p> : (
            <p>
              Owners and admins need one, and so does everybody who exports, erases or changes
              connections.
            </p>
          )}
          {factor ? <Factor done={() => setFactor(false)} /> : assurance.value !== "aal2" && (
            <div>
              <button type="button" class="primary" onClick={() => setFactor(true)}>
                Set up or confirm
              </button>
            </div>
          )}
        </div>
      </Panel>
      <Panel title="Password">
        <form class="stack" onSubmit={onSubmit(password)}>
          <Field label="New password" hint="At least 12 characters." problem={problem}>
            {(attributes) => (
              <input
                {...attributes}
                name="password"
                type="password"
                autocomplete="new-password"
                minLength={12}
                required
              />
            )}
          </Field>
          <div>
            <button type="submit">Change</button>
          </div>
        </form>
      </Panel>
      <Panel title="Sessions">
        <div class="stack">
          <p>Signs out every browser and device of yours; changes from them are refused at once.</p>
          <div>
            <button
              type="button"
              class="danger"
              onClick={() => void auth.signOut({ scope: "global" })}
            >
              Sign out everywhere
            </button>
          </div>
        </div>
      </Panel>
    </div>
  );
}

export default function Settings() {
  const tab = param("tab") || "members";
  return (
    <>
      <Head title="Settings" sub={org.value?.org_name} />
      <div class="filters">
        <Tabs
          name="tab"
          label="Settings"
          standard="members"
          options={[["members", "Members and brokers"], ["mine", "My sign-in"]]}
        />
      </div>
      {tab === "mine" ? <Mine /> : <Members />}
    </>
  );
}
