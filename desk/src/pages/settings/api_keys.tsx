// API keys of machines: made and rotated here, shown once, revoked at once.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { date } from "../../ui/format.ts";
import { actions, confirmed, Empty, FormDialog, List, Select, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { type Shown as Secret, ShowOnce } from "../../work/show_once.tsx";
import { CreateKey } from "./create_key.tsx";

export interface Key {
  id: string;
  name: string;
  role: string;
  scopes: string[];
  broker: string | null;
  state: "active" | "rotating" | "revoked" | "expired" | "orphaned";
  created_at: string;
  created_by_email: string | null;
  expires_at: string;
  last_used_at: string | null;
}

export interface Made {
  key_id: string;
  key: string;
  expires_at: string;
  old_expires_at?: string;
}

const LIMIT = 50;
const WORDS: Record<Key["state"], string> = {
  active: "active",
  rotating: "replaced",
  revoked: "revoked",
  expired: "expired",
  orphaned: "creator left",
};

const isOpen = ({ state }: Key): boolean => state === "active" || state === "rotating";

function Rotate({ row, made, close }: {
  row: Key;
  made: (made: Made) => void;
  close: () => void;
}) {
  return (
    <FormDialog
      title={`New key for ${row.name}`}
      submit="Make it"
      close={close}
      save={async ({ overlap = "24" }) => {
        made(
          await rpc<Made>("rotate_api_key", {
            p_org_id: orgId.value,
            p_key_id: row.id,
            p_overlap_hours: Number(overlap),
          }),
        );
        close();
      }}
    >
      <p>
        Machines go on with the present key until it ends. If it may be in foreign hands, end it
        now.
      </p>
      <Select
        name="overlap"
        label="The present key ends"
        chosen="24"
        options={[
          ["0", "now"],
          ["1", "in an hour"],
          ["24", "in a day"],
          ["168", "in a week"],
          ["720", "in 30 days"],
        ]}
      />
    </FormDialog>
  );
}

export function ApiKeys() {
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<Key | null>(null);
  const [secret, setSecret] = useState<{ text: string; values: Secret[] } | null>(null);
  const [before, beforeId] = (param("after") ?? "").split(" ");
  const found = useQuery<Key[]>("list_api_keys", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: before || null,
    p_before_id: beforeId || null,
  });
  async function made({ key, expires_at, old_expires_at }: Made) {
    setSecret({
      text: `Store it in the machine now. It expires on ${date(expires_at)}.` +
        (old_expires_at ? ` The present one ends on ${date(old_expires_at)}.` : ""),
      values: [{ label: "API key", value: key }],
    });
    await refresh(["list_api_keys"]);
  }
  async function revoke(row: Key) {
    const sure = await confirmed({
      title: `Revoke the key ${row.name}?`,
      text: "Whatever uses it is refused at once, and nothing brings it back.",
      action: "Revoke it",
    });
    if (!sure) return;
    await act({
      done: "Key revoked",
      run: () => rpc("revoke_api_key", { p_org_id: orgId.value, p_key_id: row.id }),
      refresh: ["list_api_keys"],
    });
  }
  return (
    <>
      <List
        title="API keys"
        of={found}
        aside={
          <button type="button" class="primary" onClick={() => setCreating(true)}>
            Create a key
          </button>
        }
        empty={
          <Empty title="No API keys.">
            <p>A machine, such as n8n, works for this org with a key of its own.</p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(last) => `${last.created_at} ${last.id}`}
        id={(row) => row.id}
        columns={[
          {
            label: "Key",
            show: (row) => (
              <>
                <strong>{row.name}</strong>{" "}
                <Tag
                  tone={row.state === "active"
                    ? "good"
                    : row.state === "rotating"
                    ? "warn"
                    : "plain"}
                >
                  {WORDS[row.state]}
                </Tag>
                <span class="sub">slk_{row.id}</span>
              </>
            ),
          },
          {
            label: "May",
            show: (row) => (
              <>
                {row.role}
                {row.broker ? ` (${row.broker})` : ""}
                <span class="sub">{row.scopes.join(", ")}</span>
              </>
            ),
          },
          {
            label: "Last used",
            labelled: true,
            show: (row) => row.last_used_at ? date(row.last_used_at) : "never",
          },
          { label: "Until", labelled: true, show: (row) => date(row.expires_at) },
          {
            label: "Created by",
            labelled: true,
            show: (row) => row.created_by_email ?? "the service",
          },
          actions<Key>((row) => [
            row.state === "active" && {
              text: "Rotate",
              name: `Rotate ${row.name}`,
              run: () => setRotating(row),
            },
            isOpen(row) && {
              text: "Revoke",
              name: `Revoke ${row.name}`,
              danger: true,
              run: () => revoke(row),
            },
          ]),
        ]}
      />
      {creating && <CreateKey made={(key) => void made(key)} close={() => setCreating(false)} />}
      {rotating && (
        <Rotate
          row={rotating}
          made={(key) => void made(key)}
          close={() => setRotating(null)}
        />
      )}
      {secret && (
        <ShowOnce
          title="The key is shown this once"
          text={secret.text}
          values={secret.values}
          close={() => setSecret(null)}
        />
      )}
    </>
  );
}
