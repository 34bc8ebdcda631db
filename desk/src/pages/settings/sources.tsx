// Sources of lists and leads, and the secrets that sign for them: shown when they are made, never again.
import { useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { count, date } from "../../ui/format.ts";
import { actions, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { type Shown as Secret, ShowOnce } from "../../work/show_once.tsx";
import { EditSource, type Source } from "./edit_source.tsx";
import { RotateSecret } from "./rotate_secret.tsx";

const LIMIT = 50;

function secretsOf({ secrets }: Source): string {
  const [current, ...older] = secrets;
  if (!current) return "No secret: nothing can be signed yet.";
  const ends = older.map(({ ends_at }) => date(ends_at)).join(", ");
  return `Made ${date(current.made_at)}${ends ? `; older valid until ${ends}` : ""}`;
}

export function Sources() {
  const [editing, setEditing] = useState<Source | "new" | null>(null);
  const [rotating, setRotating] = useState<Source | null>(null);
  const [made, setMade] = useState<{ name: string; values: Secret[] } | null>(null);
  const found = useQuery<Source[]>("list_source_settings", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_after: param("after") || null,
  });
  const again = () => refresh(["list_source_settings", "list_sources"]);

  /** The secret, and what is derived from it: this is the one time that they are seen. */
  async function rotate(source: { id: string; name: string }, overlap: string) {
    const secret = await rpc<string>("rotate_source_secret", {
      p_source_id: source.id,
      p_overlap: overlap,
    });
    const leads = await rpc<{ secret: string; api_key: string }>("source_leads_access", {
      p_source_id: source.id,
    });
    const hooks = await rpc<string>("source_webhook_secret", { p_source_id: source.id });
    setMade({
      name: source.name,
      values: [
        { label: "Secret for uploads", value: secret, hint: "Signs lists (csv-upload)." },
        { label: "Secret for leads", value: leads.secret, hint: "Signs requests to leads." },
        { label: "Key for leads", value: leads.api_key, hint: "Instead of a signature." },
        { label: "Secret for webhooks", value: hooks, hint: "Of a third party's deliveries." },
      ],
    });
    await again();
  }
  return (
    <>
      <List
        title="Sources"
        of={found}
        limit={LIMIT}
        cursor={(last) => last.cursor}
        aside={
          <button type="button" class="primary" onClick={() => setEditing("new")}>
            Add a source
          </button>
        }
        empty={
          <Empty title="No sources yet.">
            <p>A source is a list vendor, a web form or a partner.</p>
          </Empty>
        }
        id={(row) => row.id}
        columns={[
          {
            label: "Source",
            show: (row) => (
              <>
                <strong>{row.name}</strong> {!row.active && <Tag tone="warn">switched off</Tag>}
                <span class="sub">{row.key}</span>
              </>
            ),
          },
          { label: "Trust", num: true, labelled: true, show: (row) => count(row.trust) },
          {
            label: "Secret",
            labelled: true,
            show: (row) => secretsOf(row),
          },
          {
            label: "Last list",
            labelled: true,
            show: (row) => date(row.last_upload_at),
          },
          actions<Source>((row) => [
            { text: "Edit", name: `Edit ${row.name}`, run: () => setEditing(row) },
            {
              text: "New secret",
              name: `New secret for ${row.name}`,
              run: () => setRotating(row),
            },
          ]),
        ]}
      />
      {editing && (
        <EditSource
          row={editing === "new" ? null : editing}
          saved={async (source) => {
            await again();
            if (editing !== "new") return;
            await rotate(source, "0 seconds").catch((error) =>
              toast({ kind: "error", text: `No secret was made: ${messageOf(error)}` })
            );
          }}
          close={() => setEditing(null)}
        />
      )}
      {rotating && (
        <RotateSecret
          source={rotating}
          rotate={(overlap) => rotate(rotating, overlap)}
          close={() => setRotating(null)}
        />
      )}
      {made && (
        <ShowOnce
          title={`Secrets of ${made.name}`}
          text="They are shown this once. A new secret replaces all four."
          values={made.values}
          close={() => setMade(null)}
        />
      )}
    </>
  );
}
