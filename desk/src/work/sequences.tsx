// Sequences: the steps in order, where leads wait, and edits as a new version.
import { useEffect, useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { messageOf } from "../data/errors.ts";
import { manages, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { channel, count, plural, sentence, words } from "../ui/format.ts";
import { Empty, Head, Pager, Panel, Shown, Table, Tag } from "../ui/parts.tsx";
import { go, param } from "../ui/router.ts";
import { toast } from "../ui/toasts.tsx";

interface Row {
  id: string;
  name: string;
  version: number;
  steps?: number | null;
  campaigns?: number | string[] | null;
  leads_on_older?: number | null;
}

interface Step {
  step: number;
  channel: string;
  delay: string;
  delay_kind: string;
  send_from: string | null;
  send_until: string | null;
  purpose: string;
  sender_id: string | null;
  variants: {
    variant?: string;
    template_id?: string;
    template?: string;
    version?: number;
    share?: number;
  }[] | null;
  waiting: number | null;
  in_flight: number | null;
}

export function Sequences() {
  const found = useQuery<Row[]>("list_sequences", {
    p_org_id: orgId.value,
    p_limit: 100,
    p_after_name: param("after") || null,
  });
  return (
    <Panel label="Sequences" flush>
      <Shown
        of={found}
        empty={
          <Empty title="No sequences yet.">
            <p>A sequence is the order of touches of a campaign.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Sequences"
            rows={rows}
            id={(row) => row.id}
            columns={[
              {
                label: "Sequence",
                show: (row) => <a class="title" href={`#/sequences/${row.id}`}>{row.name}</a>,
              },
              { label: "Version", num: true, labelled: true, show: (row) => row.version },
              { label: "Steps", num: true, labelled: true, show: (row) => count(row.steps) },
              {
                label: "Campaigns",
                num: true,
                labelled: true,
                show: (row) =>
                  Array.isArray(row.campaigns) ? row.campaigns.join(", ") : count(row.campaigns),
              },
            ]}
          />
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.name} full={(found.data?.length ?? 0) >= 100} />
    </Panel>
  );
}

export function Sequence({ id }: { id: string }) {
  const all = useQuery<Row[]>("list_sequences", { p_org_id: orgId.value, p_limit: 200 });
  const steps = useQuery<Step[]>("show_sequence", {
    p_org_id: orgId.value,
    p_sequence_id: id,
  });
  const sequence = all.data?.find((row) => row.id === id);
  const [draft, setDraft] = useState<Step[] | null>(null);
  useEffect(() => setDraft(null), [steps.data]);
  const shown = draft ?? steps.data ?? [];
  const edit = (index: number, change: Partial<Step>) =>
    setDraft(shown.map((step, at) => at === index ? { ...step, ...change } : step));
  const swap = (index: number) => {
    const next = [...shown];
    [next[index - 1], next[index]] = [next[index]!, next[index - 1]!];
    setDraft(next);
  };

  async function save() {
    try {
      const saved = await rpc<{ sequence_id: string; version: number; leads_on_older: number }>(
        "save_sequence",
        {
          p_org_id: orgId.value,
          p_version: sequence?.version,
          p_name: sequence?.name,
          p_steps: shown.map((step, index) => ({
            ...step,
            step: index + 1,
            waiting: undefined,
            in_flight: undefined,
          })),
        },
      );
      await act({
        done: saved.leads_on_older > 0
          ? `Saved as version ${saved.version}; ${
            plural(saved.leads_on_older, "lead")
          } stay on the older one`
          : `Saved as version ${saved.version}`,
        run: () => Promise.resolve(),
        refresh: ["list_sequences", "show_sequence"],
      });
      go(`#/sequences/${saved.sequence_id}`, { replace: true });
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
  }
  const moveRuns = () =>
    act({
      done: "Waiting leads moved to this version",
      run: () => rpc("move_runs", { p_org_id: orgId.value, p_sequence_id: id }),
      refresh: ["list_sequences", "show_sequence"],
    });

  return (
    <>
      <Head title={sequence?.name ?? "Sequence"} sub={sequence && `Version ${sequence.version}`}>
        <a class="button" href="#/sequences">All sequences</a>
        {manages.value && (sequence?.leads_on_older ?? 0) > 0 && (
          <button
            type="button"
            onClick={() => void moveRuns()}
          >
            Move {plural(sequence!.leads_on_older!, "lead")} to this version
          </button>
        )}
        {draft && (
          <>
            <button type="button" onClick={() => setDraft(null)}>Discard</button>
            <button type="button" class="primary" onClick={() => void save()}>
              Save as a new version
            </button>
          </>
        )}
      </Head>
      <Panel label="Steps" flush>
        <Shown of={steps} empty={<Empty title="This sequence has no steps." />}>
          {() => (
            <ol class="steps">
              {shown.map((step, index) => (
                <li data-row={String(index)} key={`${step.step} ${step.channel}`}>
                  <span class="number">{index + 1}</span>
                  <div class="grow">
                    <strong>{sentence(channel(step.channel))}</strong>{" "}
                    {(step.variants ?? []).map((variant) => (
                      <span key={`${variant.variant} ${variant.template_id}`}>
                        <Tag>{variant.variant ?? "A"}</Tag> {variant.template
                          ? (
                            <a
                              href={`#/sequences/template/${encodeURIComponent(variant.template)}`}
                            >
                              {variant.template} {variant.version ? `v${variant.version}` : ""}
                            </a>
                          )
                          : "template"}
                        {" "}
                      </span>
                    ))}
                    <span class="sub">
                      {plural(step.waiting ?? 0, "lead")} waiting, {count(step.in_flight ?? 0)}{" "}
                      in flight · {words(step.purpose)}
                      {step.send_from
                        ? ` · ${step.send_from.slice(0, 5)} to ${step.send_until?.slice(0, 5)}`
                        : ""}
                    </span>
                  </div>
                  <label class="row">
                    <span class="muted small">
                      {index === 0 ? "after the feed" : `after step ${index}`}
                    </span>
                    <input
                      class="short"
                      aria-label={`Delay before step ${index + 1}`}
                      value={step.delay}
                      readOnly={!manages.value}
                      onChange={(event) =>
                        edit(index, { delay: event.currentTarget.value })}
                    />
                    <span class="muted small">{words(step.delay_kind)}</span>
                  </label>
                  {manages.value && (
                    <button
                      type="button"
                      disabled={index === 0}
                      aria-label={`Move step ${index + 1} up`}
                      onClick={() => swap(index)}
                    >
                      ↑
                    </button>
                  )}
                </li>
              ))}
            </ol>
          )}
        </Shown>
      </Panel>
    </>
  );
}
