// Who belongs to the org, who works leads, and who is invited.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { useEvery } from "../../data/every.ts";
import { manages, org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { count, date, words } from "../../ui/format.ts";
import { actions, confirmed, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { EditBroker } from "./edit_broker.tsx";
import { Invite } from "./invite.tsx";
import { type Invitation, type Member, ROLES } from "./types.ts";

const LIMIT = 50;

interface Load {
  broker_id: string;
  open_leads: number;
  cursor: string;
}

export function Members() {
  const [inviting, setInviting] = useState<string | null>(null);
  const [editing, setEditing] = useState<Member | null>(null);
  const members = useQuery<Member[]>("list_members", { p_org_id: orgId.value });
  const loads = useEvery<Load>("list_broker_loads", { p_org_id: orgId.value }, {
    when: manages.value,
  });
  const open = (row: Member) =>
    loads.data?.find((load) => load.broker_id === row.broker_id)?.open_leads;
  const [at, before] = param("invitations").split("/");
  const invitations = useQuery<Invitation[]>("list_invitations", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  }, {
    when: manages.value,
  });
  const setRole = (row: Member, role: string) =>
    act({
      done: `Role changed to ${role}`,
      run: () =>
        rpc("set_member_role", { p_org_id: orgId.value, p_user_id: row.user_id, p_role: role }),
      undo: () =>
        rpc("set_member_role", { p_org_id: orgId.value, p_user_id: row.user_id, p_role: row.role }),
      refresh: ["list_members", "desk_members", "list_broker_loads"],
    });
  const remove = async (row: Member) => {
    const sure = await confirmed({
      title: `Remove ${row.email ?? row.broker_name ?? "this member"}?`,
      text: "Access to the org ends at once. The leads stay with the broker record.",
      action: "Remove",
    });
    if (!sure) return;
    void act({
      done: "Member removed",
      run: () => rpc("remove_member", { p_org_id: orgId.value, p_user_id: row.user_id }),
      refresh: ["list_members", "desk_members", "list_broker_loads"],
    });
  };
  const revoke = (row: Invitation) =>
    act({
      done: "Invitation revoked",
      run: () => rpc("revoke_invitation", { p_org_id: orgId.value, p_invitation_id: row.id }),
      refresh: ["list_invitations"],
    });
  const letExport = (row: Member, may: boolean) => {
    const set = (value: boolean) => () =>
      rpc("set_member_export", { p_org_id: orgId.value, p_user_id: row.user_id, p_may: value });
    return act({
      done: may ? "May export plain values" : "May no longer export",
      run: set(may),
      undo: set(!may),
      refresh: ["list_members"],
    });
  };
  return (
    <div class="stack-wide">
      <List
        title="Members"
        of={members}
        empty={<Empty title="No members." />}
        aside={manages.value
          ? (
            <button type="button" class="primary" onClick={() => setInviting("broker")}>
              Invite
            </button>
          )
          : undefined}
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
                  {row.has_second_factor === false ? ", no second factor" : ""}
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
                    {ROLES.map(([value]) => <option value={value} key={value}>{value}</option>)}
                  </select>
                )
                : words(row.role),
          },
          ...(manages.value
            ? [{
              label: "May export",
              labelled: true,
              show: (row: Member) =>
                org.value?.role === "owner" && row.role === "admin"
                  ? (
                    <input
                      type="checkbox"
                      aria-label={`${row.broker_name ?? row.email} may export plain values`}
                      checked={row.may_export === true}
                      onChange={async ({ currentTarget: box }) => {
                        if (!await letExport(row, box.checked)) box.checked = !box.checked;
                      }}
                    />
                  )
                  : row.may_export
                  ? "yes"
                  : "no",
            }]
            : []),
          {
            label: "Broker",
            labelled: true,
            show: (row) =>
              row.broker_id
                ? (
                  <>
                    {open(row) === undefined ? "At most " : `${count(open(row))} of `}
                    {count(row.capacity)} open leads
                    <span class="sub">
                      {row.licensed_states?.length ? row.licensed_states.join(", ") : "any state"}
                      {row.broker_active === false ? ", gets no new leads" : ""}
                    </span>
                  </>
                )
                : "–",
          },
          actions<Member>((row) =>
            manages.value
              ? [
                {
                  text: row.broker_id ? "Edit broker" : "Make a broker",
                  run: () => setEditing(row),
                },
                !row.is_me && { text: "Remove", danger: true, run: () => remove(row) },
              ]
              : []
          ),
        ]}
      />
      {manages.value && (
        <List
          title="Invitations"
          of={invitations}
          limit={LIMIT}
          cursor={(row) => `${row.created_at}/${row.id}`}
          pager="invitations"
          empty={
            <Empty title="No invitations.">
              <p>An invitation is a link for a new member. It names the role.</p>
            </Empty>
          }
          id={(row) => row.id}
          columns={[
            { label: "For", show: (row) => row.email_masked },
            { label: "Role", show: (row) => row.role },
            {
              label: "State",
              show: (row) => (
                <Tag
                  tone={row.state === "open" ? "warn" : row.state === "accepted" ? "good" : "plain"}
                >
                  {row.state}
                </Tag>
              ),
            },
            { label: "Until", labelled: true, show: (row) => date(row.expires_at) },
            actions<Invitation>((row) => [
              (row.state === "open" || row.state === "expired") && {
                text: "Send again",
                run: () => setInviting(row.role),
              },
              row.state === "open" && { text: "Revoke", run: () => revoke(row) },
            ]),
          ]}
        />
      )}
      {inviting && <Invite as={inviting} close={() => setInviting(null)} />}
      {editing && <EditBroker row={editing} close={() => setEditing(null)} />}
    </div>
  );
}
