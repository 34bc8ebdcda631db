// One version of a sequence: its steps, where the leads are, edits as the next version, and moving leads to it.
import { useEffect, useState } from "preact/hooks";
import { act, report } from "../../data/act.ts";
import { type DeskError, messageOf } from "../../data/errors.ts";
import { useEvery } from "../../data/every.ts";
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { count, plural } from "../../ui/format.ts";
import { confirmed, Empty, Head, Panel, Shown } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { Forecasts } from "./forecasts.tsx";
import { CHANGED, Steps } from "./new.tsx";
import { type Saved, type Step, toSave, type Version } from "./steps.ts";

export function Sequence({ id }: { id: string }) {
  const versions = useEvery<Version>("sequence_versions", {
    p_org_id: orgId.value,
    p_sequence_id: id,
  }, { poll: true });
  const steps = useQuery<Step[]>("show_sequence", { p_org_id: orgId.value, p_sequence_id: id });
  const [draft, setDraft] = useState<Step[] | null>(null);
  useEffect(() => setDraft(null), [id]);
  const here = versions.data?.find((version) => version.id === id);
  const newest = versions.data?.[0];
  const isNewest = here !== undefined && here.id === newest?.id;
  const onOlder = (versions.data ?? []).slice(1).reduce((sum, { leads }) => sum + leads, 0);
  const shown = draft ?? steps.data ?? [];

  const send = (version: number, dry: boolean) =>
    rpc<Saved>("save_sequence", {
      p_org_id: orgId.value,
      p_version: version,
      p_name: here?.name,
      p_steps: toSave(shown),
      p_dry_run: dry,
    });

  async function save(version: number) {
    try {
      const would = await send(version, true);
      const campaigns = would.running.map(({ name }) => name).join(", ");
      if (
        would.running.length > 0 && !await confirmed({
          title: "Running campaigns follow the new version",
          text:
            `${campaigns}: the next leads follow this version, and no forecast of it was made. ` +
            "Make one after saving.",
          action: "Save as a new version",
        })
      ) return;
      const saved = await send(version, false);
      report(
        saved.unchanged
          ? `Nothing changed: it is version ${saved.version} still`
          : saved.leads_on_older > 0
          ? `Saved as version ${saved.version}; ${
            plural(saved.leads_on_older, "lead")
          } stay on the older one`
          : `Saved as version ${saved.version}`,
        [...CHANGED],
      );
      setDraft(null);
      go(`#/sequences/${saved.sequence_id}`, { replace: true });
    } catch (error) {
      versions.reload();
      toast({ kind: "error", text: messageOf(error as DeskError) });
    }
  }
  const moveRuns = () =>
    act({
      done: "Waiting leads moved to this version",
      run: () => rpc("move_runs", { p_org_id: orgId.value, p_sequence_id: id }),
      refresh: [...CHANGED],
    });

  return (
    <>
      <Head title={here?.name ?? "Sequence"} sub={here && `Version ${here.version}`}>
        <a class="button" href="#/sequences">All sequences</a>
        {manages.value && isNewest && onOlder > 0 && (
          <button
            type="button"
            onClick={() => void moveRuns()}
          >
            Move {plural(onOlder, "lead")} to this version
          </button>
        )}
        {draft && here && (
          <>
            <button type="button" onClick={() => setDraft(null)}>Discard</button>
            {isNewest
              ? (
                <button type="button" class="primary" onClick={() => void save(here.version)}>
                  Save as a new version
                </button>
              )
              : (
                <button type="button" class="danger" onClick={() => void save(newest!.version)}>
                  Replace version {newest!.version} with this
                </button>
              )}
          </>
        )}
      </Head>
      {newest && here && !isNewest && (
        <Panel label="A newer version">
          <p role="status">
            Version {newest.version} is newer than this one, which is version{" "}
            {here.version}. It was saved here or published from n8n.{" "}
            <a href={`#/sequences/${newest.id}`}>Open version {newest.version}</a>
          </p>
        </Panel>
      )}
      {manages.value && here && here.running.length > 0 && <Forecasts campaigns={here.running} />}
      <Panel label="Steps" flush>
        <Shown of={steps} empty={<Empty title="This sequence has no steps." />}>
          {() => <Steps steps={shown} edit={setDraft} />}
        </Shown>
      </Panel>
      {(versions.data?.length ?? 0) > 1 && (
        <Panel label="Versions">
          <ul class="plain-list">
            {versions.data!.map((version) => (
              <li key={version.id}>
                {version.id === id
                  ? <strong>Version {version.version}</strong>
                  : <a href={`#/sequences/${version.id}`}>Version {version.version}</a>}:{" "}
                {version.leads === 1 ? "1 lead" : `${count(version.leads)} leads`}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
