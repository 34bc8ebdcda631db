// Documents and photos: in a private bucket, shown by addresses that end after ten minutes.
import { useEffect, useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { messageOf } from "../../data/errors.ts";
import { orgId, works } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { addressOf, LARGEST_FILE, removeStored, upload } from "../../data/storage.ts";
import { count } from "../../ui/format.ts";
import { confirmed, Failed, Panel, Tag } from "../../ui/parts.tsx";
import { REFRESH, type StoredFile } from "./flip.ts";

const size = (bytes: number | null) =>
  bytes === null
    ? ""
    : bytes < 1e6
    ? `${count(Math.ceil(bytes / 1e3))} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`;

/** The row first: it asks whether the person may. Without its bytes it is removed again. */
async function store(deal: string, file: File): Promise<void> {
  if (file.size === 0) throw new Error(`${file.name} is empty.`);
  if (file.size > LARGEST_FILE) throw new Error(`${file.name} is larger than 50 MB.`);
  const ending = /\.[a-z0-9]{1,8}$/.exec(file.name.toLowerCase())?.[0] ?? "";
  const path = `${orgId.value}/${deal}/${crypto.randomUUID()}${ending}`;
  const of = { p_org_id: orgId.value, p_deal_id: deal };
  const id = await rpc<string>("add_deal_file", {
    ...of,
    p_kind: file.type.startsWith("image/") ? "photo" : "document",
    p_name: file.name.slice(0, 200),
    p_path: path,
    p_bytes: file.size,
    p_content_type: file.type || null,
  });
  try {
    await upload(path, file);
  } catch (error) {
    await rpc("remove_deal_part", { ...of, p_kind: "file", p_id: id });
    throw error;
  }
}

function Photo({ file }: { file: StoredFile }) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    addressOf(file.path, true).then(setAddress, () => {});
  }, [file.path]);
  return address ? <img class="photo" src={address} alt={file.name} loading="lazy" /> : null;
}

export function Files({ deal, files }: { deal: string; files: StoredFile[] }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  async function run(work: () => Promise<void>) {
    setProblem("");
    setBusy(true);
    await work().catch((error) => setProblem(messageOf(error)));
    setBusy(false);
  }
  const open = (file: StoredFile) =>
    run(async () => void globalThis.open(await addressOf(file.path), "_blank", "noopener"));
  const remove = (file: StoredFile) =>
    run(async () => {
      const sure = await confirmed({
        title: "Remove the file?",
        text: `${file.name} is deleted for everybody.`,
        action: "Remove it",
      });
      if (!sure) return;
      await rpc("remove_deal_part", {
        p_org_id: orgId.value,
        p_deal_id: deal,
        p_kind: "file",
        p_id: file.id,
      });
      await removeStored(file.path);
      report("File removed", REFRESH);
    });
  return (
    <Panel title="Documents and photos">
      <div class="stack">
        {files.length === 0 ? <p class="muted">None.</p> : (
          <ul class="stack" aria-label="Files">
            {files.map((file) => (
              <li data-row={file.id} key={file.id}>
                {file.kind === "photo" && <Photo file={file} />}
                <span class="row">
                  <button
                    type="button"
                    class="link"
                    disabled={busy}
                    onClick={() => void open(file)}
                  >
                    {file.name}
                  </button>
                  <Tag>{file.kind}</Tag>
                  <span class="muted">{size(file.bytes)}</span>
                  {works.value && (
                    <button
                      type="button"
                      disabled={busy}
                      aria-label={`Remove ${file.name}`}
                      onClick={() => void remove(file)}
                    >
                      Remove
                    </button>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
        {problem && <Failed error={problem} />}
        {works.value && (
          <label class="field">
            <span>Add documents or photos, at most 50 MB each</span>
            <input
              type="file"
              multiple
              disabled={busy}
              onChange={(event) => {
                const field = event.currentTarget;
                const chosen = [...field.files ?? []];
                void run(async () => {
                  for (const file of chosen) await store(deal, file);
                  report(chosen.length === 1 ? "File stored" : "Files stored", REFRESH);
                }).then(() => field.value = "");
              }}
            />
          </label>
        )}
      </div>
    </Panel>
  );
}
