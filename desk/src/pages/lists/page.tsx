// Lists: upload in the browser, progress, mapping, rejects, conflicts, undo, and scheduled pulls.
import { manages, org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { words } from "../../ui/format.ts";
import { At, counted, Empty, Head, List, Tabs, Tag } from "../../ui/parts.tsx";
import { param, route } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { Conflicts } from "./conflicts.tsx";
import { One } from "./one.tsx";
import { Pulls } from "./pulls.tsx";
import { Upload } from "./send_form.tsx";
import { STATE_TONES, type UploadRow } from "./upload.ts";

const LIMIT = 50;

function Uploads() {
  const [at, before] = param("after").split("/");
  const uploads = useQuery<UploadRow[]>("list_uploads", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  }, { poll: true });
  return (
    <div class="stack-wide">
      {manages.value && <Upload />}
      <List
        title="Uploads"
        of={uploads}
        empty={
          <Empty title="No lists yet.">
            <p>{manages.value ? "Choose a file above." : "Owners and admins upload lists."}</p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => `${row.received_at}/${row.id}`}
        id={(row) => row.id}
        columns={[
          {
            label: "File",
            show: (row) => (
              <>
                <a class="title" href={`#/lists/${row.id}`}>{row.filename ?? "upload"}</a>
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
                <Tag tone={STATE_TONES[row.state] ?? "info"}>{words(row.state)}</Tag>{" "}
                {row.dry_run && <Tag tone="warn">dry run</Tag>}
              </>
            ),
          },
          counted("Rows", (row: UploadRow) => row.received),
          counted("New", (row: UploadRow) => row.created),
          counted("Updated", (row: UploadRow) => row.updated),
          counted("Conflicts", (row: UploadRow) => row.conflict),
          counted("Rejected", (row: UploadRow) => row.rejected),
        ]}
      />
    </div>
  );
}

export default function Lists() {
  const id = route.value.path[1];
  const asked = param("tab");
  if (id) return <One id={id} key={id} />;
  // What the database would refuse to this role is not offered.
  const tabs: [string, string][] = [["uploads", "Uploads"]];
  if (manages.value) tabs.push(["conflicts", "Conflicts"]);
  if (org.value?.role !== "broker") tabs.push(["pulls", "Scheduled pulls"]);
  const tab = tabs.some(([name]) => name === asked) ? asked : "uploads";
  return (
    <>
      <Head title="Lists">
        <SavedViews page="lists" />
      </Head>
      <div class="filters">
        <Tabs name="tab" label="Lists" standard="uploads" options={tabs} />
      </div>
      {tab === "conflicts" ? <Conflicts /> : tab === "pulls" ? <Pulls /> : <Uploads />}
    </>
  );
}
