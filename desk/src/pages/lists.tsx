// Lists: upload in the browser, progress, rejects, conflicts, undo, and what is pulled by itself.
import { act } from "../data/act.ts";
import { manages, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { count, percent, sentence, words } from "../ui/format.ts";
import {
  At,
  Empty,
  Failed,
  Head,
  Pager,
  Panel,
  Shown,
  Table,
  Tabs,
  Tag,
  Waiting,
} from "../ui/parts.tsx";
import { param, route } from "../ui/router.ts";
import { Conflicts } from "../work/conflicts.tsx";
import { Upload } from "../work/upload.tsx";

interface UploadRow {
  id: string;
  source: string;
  source_id: string;
  filename: string | null;
  state: string;
  dry_run: boolean;
  received_at: string;
  received: number | null;
  created: number | null;
  updated: number | null;
  conflict: number | null;
  rejected: number | null;
}

interface Status {
  upload_id: string;
  source: string;
  state: string;
  dry_run: boolean;
  filename: string | null;
  progress: number;
  counts: Record<string, number | null>;
  warnings: Record<string, number>;
  mapping: unknown;
  error: string | null;
  timings: { received_at: string; completed_at: string | null; seconds: number | null };
}

interface Reject {
  part: number;
  line: number;
  code: string;
  detail: string | null;
}

interface Pull {
  source_id: string;
  source: string;
  active: boolean;
  run_state: string | null;
  due_at: string | null;
  error: string | null;
}

const LIMIT = 50;
const TONES: Record<string, "good" | "warn" | "bad" | "info"> = {
  completed: "good",
  failed: "bad",
  undone: "warn",
  receiving: "info",
  processing: "info",
};
const REFRESH = ["list_uploads", "upload_status", "list_conflicts"] as const;

function Rejects({ id }: { id: string }) {
  const [part, line] = param("rejects").split(".");
  const rejects = useQuery<Reject[]>("list_rejects", {
    p_upload_id: id,
    p_limit: LIMIT,
    p_after_part: part ? Number(part) : null,
    p_after_line: line ? Number(line) : null,
  });
  const last = rejects.data?.at(-1);
  return (
    <Panel title="Rejected rows" flush>
      <Shown of={rejects} empty={<Empty title="No row was rejected." />}>
        {(rows) => (
          <Table
            label="Rejected rows"
            rows={rows}
            id={(row) => `${row.part}.${row.line}`}
            columns={[
              { label: "Line", show: (row) => `part ${row.part}, line ${row.line}` },
              { label: "Reason", show: (row) => <strong>{sentence(row.code)}</strong> },
              { label: "Detail", show: (row) => row.detail },
            ]}
          />
        )}
      </Shown>
      <Pager
        name="rejects"
        cursor={last && `${last.part}.${last.line}`}
        full={(rejects.data?.length ?? 0) >= LIMIT}
      />
    </Panel>
  );
}

function One({ id }: { id: string }) {
  const query = useQuery<Status>("upload_status", { p_upload_id: id }, { poll: true });
  const status = query.data;
  if (!status) {
    return (
      <>
        <Head title="Upload" />
        {query.error
          ? <Failed error={query.error} retry={query.reload} />
          : query.loading
          ? <Waiting />
          : (
            <Empty title="This upload does not exist, or is not yours to see.">
              <a href="#/lists">All uploads</a>
            </Empty>
          )}
      </>
    );
  }
  const undo = () =>
    confirm("Undo this upload? Leads that only it brought disappear, and changes go back.") &&
    act({
      done: "Upload undone",
      run: () => rpc("undo_upload", { p_upload_id: id }),
      refresh: [...REFRESH],
    });
  const again = () =>
    act({
      done: "The file is read again",
      run: () => rpc("rerun_upload", { p_upload_id: id }),
      refresh: [...REFRESH],
    });
  const warnings = Object.entries(status.warnings ?? {});
  return (
    <>
      <Head
        title={status.filename ?? "Upload"}
        sub={
          <>
            <Tag tone={TONES[status.state] ?? "info"}>{words(status.state)}</Tag>{" "}
            {status.dry_run && <Tag tone="warn">dry run: nothing was kept</Tag>} {status.source},
            {" "}
            <At value={status.timings.received_at} />
          </>
        }
      >
        <a class="button" href="#/lists">All uploads</a>
        {manages.value && status.state === "completed" && !status.dry_run && (
          <>
            <button type="button" onClick={() => void again()}>Read again</button>
            <button type="button" class="danger" onClick={() => void undo()}>Undo upload</button>
          </>
        )}
      </Head>
      {status.error && <p class="note bad" role="alert">{status.error}</p>}
      {status.progress < 1 && (
        <Panel title="Progress">
          <label class="stack">
            {percent(status.progress)} done
            <progress max={1} value={status.progress} />
          </label>
        </Panel>
      )}
      <div class="tiles">
        {Object.entries(status.counts ?? {}).map(([name, value]) => (
          <div key={name}>
            <span class="label">{sentence(name)}</span>
            <span class="value">{count(value ?? 0)}</span>
          </div>
        ))}
      </div>
      <div class="stack-wide">
        {warnings.length > 0 && (
          <Panel title="Warnings">
            <ul class="points">
              {warnings.map(([code, n]) => (
                <li key={code}>
                  <span>{sentence(code)}</span>
                  <span>{count(n)}</span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        <Rejects id={id} />
      </div>
    </>
  );
}

function Uploads() {
  const [at, before] = param("after").split("/");
  const uploads = useQuery<UploadRow[]>("list_uploads", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  }, { poll: true });
  const last = uploads.data?.at(-1);
  return (
    <div class="stack-wide">
      {manages.value && <Upload />}
      <Panel title="Uploads" flush>
        <Shown
          of={uploads}
          empty={
            <Empty title="No lists yet.">
              <p>{manages.value ? "Choose a file above." : "Owners and admins upload lists."}</p>
            </Empty>
          }
        >
          {(rows) => (
            <Table
              label="Uploads"
              rows={rows}
              id={(row) => row.id}
              columns={[
                {
                  label: "File",
                  show: (row) => (
                    <>
                      <a class="title" href={`#/lists/${row.id}`}>
                        {row.filename ?? "upload"}
                      </a>
                      <span class="sub">
                        {row.source}, <At value={row.received_at} />
                      </span>
                    </>
                  ),
                },
                {
                  label: "State",
                  show: (row) => (
                    <>
                      <Tag tone={TONES[row.state] ?? "info"}>{words(row.state)}</Tag>{" "}
                      {row.dry_run && <Tag tone="warn">dry run</Tag>}
                    </>
                  ),
                },
                { label: "Rows", num: true, labelled: true, show: (row) => count(row.received) },
                { label: "New", num: true, labelled: true, show: (row) => count(row.created) },
                { label: "Updated", num: true, labelled: true, show: (row) => count(row.updated) },
                {
                  label: "Conflicts",
                  num: true,
                  labelled: true,
                  show: (row) => count(row.conflict),
                },
                {
                  label: "Rejected",
                  num: true,
                  labelled: true,
                  show: (row) => count(row.rejected),
                },
              ]}
            />
          )}
        </Shown>
        <Pager
          cursor={last && `${last.received_at}/${last.id}`}
          full={(uploads.data?.length ?? 0) >= LIMIT}
        />
      </Panel>
    </div>
  );
}

function Pulls() {
  const pulls = useQuery<Pull[]>("list_pulls", { p_org_id: orgId.value });
  return (
    <Panel label="Scheduled pulls" flush>
      <Shown
        of={pulls}
        empty={
          <Empty title="No scheduled pulls.">
            <p>A source can fetch its list by itself; see the documentation of pulls.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Scheduled pulls"
            rows={rows}
            id={(row) => row.source_id}
            columns={[
              {
                label: "Source",
                show: (row) => (
                  <>
                    <strong>{row.source}</strong>
                    {row.error && <span class="sub">{row.error}</span>}
                  </>
                ),
              },
              {
                label: "State",
                show: (row) => (
                  <Tag tone={row.run_state === "held" ? "warn" : "info"}>
                    {words(row.run_state ?? (row.active ? "waiting" : "off"))}
                  </Tag>
                ),
              },
              { label: "Next", labelled: true, show: (row) => <At value={row.due_at} /> },
              {
                label: "Actions",
                num: true,
                show: (row) =>
                  manages.value && (
                    <span class="row actions">
                      {row.run_state === "held"
                        ? [true, false].map((release) => (
                          <button
                            type="button"
                            key={String(release)}
                            onClick={() =>
                              void act({
                                done: release ? "Released" : "Dropped",
                                run: () =>
                                  rpc("decide_pull", {
                                    p_source_id: row.source_id,
                                    p_release: release,
                                  }),
                                refresh: ["list_pulls", "list_uploads"],
                              })}
                          >
                            {release ? "Release" : "Drop"}
                          </button>
                        ))
                        : (
                          <button
                            type="button"
                            onClick={() =>
                              void act({
                                done: "Pull started",
                                run: () => rpc("run_pull", { p_source_id: row.source_id }),
                                refresh: ["list_pulls", "list_uploads"],
                              })}
                          >
                            Run now
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
  );
}

export default function Lists() {
  const id = route.value.path[1];
  const tab = param("tab") || "uploads";
  if (id) return <One id={id} key={id} />;
  return (
    <>
      <Head title="Lists" />
      <div class="filters">
        <Tabs
          name="tab"
          label="Lists"
          standard="uploads"
          options={manages.value
            ? [["uploads", "Uploads"], ["conflicts", "Conflicts"], ["pulls", "Scheduled pulls"]]
            : [["uploads", "Uploads"], ["pulls", "Scheduled pulls"]]}
        />
      </div>
      {tab === "conflicts" ? <Conflicts /> : tab === "pulls" ? <Pulls /> : <Uploads />}
    </>
  );
}
