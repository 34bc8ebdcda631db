// Who works in the org: for fields that assign.
import { useEvery } from "../data/every.ts";
import type { Member } from "./types.ts";

export const useMembers = (org: string, when = true): Member[] =>
  useEvery<Member & { cursor: string }>("desk_members", { p_org_id: org }, { when }).data ?? [];

/** Chooses a member, or nobody where `nobody` is a label. */
export function Assignee({ label, members, chosen, name, nobody, choose }: {
  label: string;
  members: Member[];
  chosen: string | null;
  /** Of the one who is chosen: a former member is no longer in the list. */
  name?: string | null | undefined;
  nobody?: string | undefined;
  choose: (user: string | null, name: string) => unknown;
}) {
  const former = chosen !== null && !members.some(({ user_id }) => user_id === chosen);
  return (
    <select
      aria-label={label}
      value={chosen ?? ""}
      onChange={(event) => {
        const user = event.currentTarget.value;
        const member = members.find(({ user_id }) => user_id === user);
        void choose(user || null, member?.is_me ? "me" : member?.name ?? "");
      }}
    >
      {(nobody !== undefined || chosen === null) && <option value="">{nobody ?? "nobody"}</option>}
      {former && <option value={chosen}>{name ?? "a former member"}</option>}
      {members.map((member) => (
        <option value={member.user_id} key={member.user_id}>
          {member.is_me ? "me" : member.name}
        </option>
      ))}
    </select>
  );
}
