// The mapping of an upload: corrected for its source, and the stored file read again.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { manages } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { plural } from "../../ui/format.ts";
import { Panel } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { type ColumnMap, Columns, type MappedColumn, saveMap } from "./mapping.tsx";
import { CHANGED } from "./upload.ts";

export function FixMapping({ upload, source, columns, mayRerun }: {
  upload: string;
  source: string | undefined;
  columns: MappedColumn[];
  mayRerun: boolean;
}) {
  const [changes, setChanges] = useState<ColumnMap>({});
  const n = Object.keys(changes).length;
  const may = manages.value && source !== undefined;

  async function save(rerun: boolean) {
    if (source === undefined) return;
    let next = "";
    const saved = await act({
      done: rerun ? "Mapping saved; the file is read again" : "Mapping saved for later lists",
      run: async () => {
        await saveMap(source, changes);
        if (rerun) next = await rpc<string>("rerun_upload", { p_upload_id: upload });
      },
      refresh: [...CHANGED],
    });
    if (!saved) return;
    setChanges({});
    if (next) go(`#/lists/${next}`);
  }

  return (
    <Panel title="Columns" flush>
      <Columns
        columns={columns}
        changes={changes}
        change={may ? (header, target) => setChanges({ ...changes, [header]: target }) : undefined}
      />
      {may && n > 0 && (
        <div class="pager">
          <span>{plural(n, "column")} changed</span>
          {mayRerun && (
            <button type="button" class="primary" onClick={() => void save(true)}>
              Save and read the file again
            </button>
          )}
          <button type="button" onClick={() => void save(false)}>Save for later lists</button>
          <button type="button" onClick={() => setChanges({})}>Discard</button>
        </div>
      )}
    </Panel>
  );
}
