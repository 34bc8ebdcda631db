import { messageOf } from "../../data/errors.ts";
import { manages } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { sentence } from "../../ui/format.ts";
import { Empty, List } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { downloadRejects } from "./send.ts";

interface Reject {
  part: number;
  line: number;
  file_line: number | null;
  code: string;
  detail: string | null;
}

const LIMIT = 50;

/** Rows that became no lead, with their line in the file and the reason. */
export function Rejects({ id }: { id: string }) {
  const [part, line] = param("rejects").split(".");
  const rejects = useQuery<Reject[]>("list_rejects", {
    p_upload_id: id,
    p_limit: LIMIT,
    p_after_part: part ? Number(part) : null,
    p_after_line: line ? Number(line) : null,
  });
  return (
    <List
      title="Rejected rows"
      aside={manages.value && (rejects.data?.length ?? 0) > 0 && (
        <button
          type="button"
          title="The rows with line and reason, as CSV. That you read them is logged."
          onClick={() =>
            downloadRejects(id).catch((error) => toast({ kind: "error", text: messageOf(error) }))}
        >
          Download
        </button>
      )}
      of={rejects}
      empty={<Empty title="No row was rejected." />}
      limit={LIMIT}
      pager="rejects"
      cursor={(row) => `${row.part}.${row.line}`}
      id={(row) => `${row.part}.${row.line}`}
      columns={[
        { label: "Line", show: (row) => row.file_line ?? `part ${row.part}, line ${row.line}` },
        { label: "Reason", show: (row) => <strong>{sentence(row.code)}</strong> },
        { label: "Detail", show: (row) => row.detail },
      ]}
    />
  );
}
