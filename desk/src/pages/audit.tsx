// Audit: who changed what, and who saw which plain values.
import { useState } from "preact/hooks";
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { exactly, plural, sentence, words } from "../ui/format.ts";
import { Choose, Empty, Failed, Head, List } from "../ui/parts.tsx";
import { SavedViews } from "../work/saved_views.tsx";
import { param, setQuery } from "../ui/router.ts";
import { useMembers } from "../work/members.tsx";

interface Entry {
  id: number;
  at: string;
  email: string | null;
  actor: string | null;
  action: string;
  subject: string | null;
  subject_id: string | null;
  detail: Record<string, unknown> | null;
  key_name: string | null;
  address: string | null;
}

const LIMIT = 50;

function Subject({ row }: { row: Entry }) {
  const name = `${words(row.subject)} ${(row.subject_id ?? "").slice(0, 8)}`;
  return row.subject === "lead" && row.subject_id
    ? <a href={`#/lead/${row.subject_id}`}>{name}</a>
    : <>{name}</>;
}

function Detail({ row }: { row: Entry }) {
  const values = Object.entries(row.detail ?? {});
  if (values.length === 0) return null;
  return (
    <details>
      <summary>Show</summary>
      <dl class="facts small">
        {values.map(([name, value]) => (
          <>
            <dt>{words(name)}</dt>
            <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

interface Verified {
  ok: boolean;
  entries: number;
  fault_count: number;
  faults: { event_id: number | null; fault: string }[];
}

/** Compares the log with its hash chain. */
function Verify() {
  const [found, setFound] = useState<Verified | "asked" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const verify = () => {
    setFound("asked");
    setError(null);
    rpc<Verified>("verify_audit", { p_org_id: orgId.value }).then(setFound).catch((failed) => {
      setFound(null);
      setError(failed);
    });
  };
  return (
    <>
      {error !== null && <Failed error={error} />}
      {found !== null && found !== "asked" && (
        <p role="status">
          {found.ok
            ? `${plural(found.entries, "entry", "entries")}, unchanged.`
            : `${plural(found.fault_count, "fault")}: ${
              found.faults.slice(0, 3).map(({ event_id, fault }) =>
                `${event_id === null ? "" : `entry ${event_id}: `}${fault}`
              ).join("; ")
            }.`}
        </p>
      )}
      <button type="button" disabled={found === "asked"} onClick={verify}>Verify</button>
    </>
  );
}

export default function Audit() {
  const members = useMembers(orgId.value);
  const found = useQuery<Entry[]>("list_audit", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: param("after") ? Number(param("after")) : null,
    p_action: param("action") || null,
    p_user_id: param("user") || null,
  });
  return (
    <>
      <Head
        title="Audit"
        sub="Changes of rights, settings and outreach by people. Nothing here can be edited."
      >
        <SavedViews page="audit" />
        <Verify />
      </Head>
      <div class="filters">
        <Choose
          name="user"
          label="Who"
          options={members.map(({ user_id, name }) => [user_id, name])}
        />
        <input
          aria-label="Action"
          placeholder="Action"
          value={param("action")}
          onChange={(event) => setQuery({ action: event.currentTarget.value.trim() })}
        />
      </div>
      <List
        title="Entries"
        bare
        of={found}
        empty={
          <Empty title="No entries.">
            <p>Remove a filter.</p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => String(row.id)}
        id={(row) => String(row.id)}
        columns={[
          { label: "When", show: (row) => <time dateTime={row.at}>{exactly(row.at)}</time> },
          {
            label: "Who",
            show: (row) => (
              <>
                {row.email ?? row.key_name ?? row.actor}
                {row.address && <span class="sub">{row.address}</span>}
              </>
            ),
          },
          {
            label: "What",
            show: (row) => (
              <>
                <strong>{sentence(row.action.replaceAll(".", " "))}</strong>
                <span class="sub">
                  <Subject row={row} />
                </span>
              </>
            ),
          },
          { label: "Detail", show: (row) => <Detail row={row} /> },
        ]}
      />
    </>
  );
}
