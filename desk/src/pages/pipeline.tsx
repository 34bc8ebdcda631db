// Pipeline: deals by stage. Each change is an event that stays.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { org, orgId, works } from "../data/me.ts";
import { patch, useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { count, date, dollars, sentence, words } from "../ui/format.ts";
import { At, Dialog, Empty, Field, Head, onSubmit, Panel, Shown, Tag } from "../ui/parts.tsx";
import { param, setQuery } from "../ui/router.ts";
import { SavedViews } from "../work/saved_views.tsx";

interface Stage {
  stage_id: string;
  stage: string;
  position: number;
  outcome: string | null;
  deals: number;
  price_usd: number | null;
  commission_usd: number | null;
}

interface Deal {
  id: string;
  lead_id: string;
  kind: string;
  title: string;
  stage_id: string;
  stage: string;
  outcome: string | null;
  broker_id: string | null;
  price_usd: number | null;
  commission_usd: number | null;
  expected_close_on: string | null;
  closed_on: string | null;
  lost_reason: string | null;
  version: number;
  updated_at: string;
  address: string | null;
}

interface Event {
  id: number;
  at: string;
  action: string;
  changes: Record<string, unknown> | null;
}

const REFRESH = ["list_deals", "deal_board", "deal_history"] as const;

const change = (deal: Deal, values: Record<string, unknown>) =>
  rpc<{ version: number }>("change_deal", {
    p_org_id: orgId.value,
    p_deal_id: deal.id,
    p_version: deal.version,
    p_values: values,
  });

function move(deal: Deal, stage: Stage, lost?: string) {
  let version = deal.version;
  return act({
    done: `Moved to ${stage.stage}`,
    show: () =>
      patch<Deal[]>(
        ["list_deals"],
        (rows) =>
          rows.map((row) =>
            row.id === deal.id
              ? { ...row, stage_id: stage.stage_id, stage: stage.stage, outcome: stage.outcome }
              : row
          ),
      ),
    run: async () => {
      ({ version } = await change(deal, {
        stage_id: stage.stage_id,
        ...(lost ? { lost_reason: lost } : {}),
      }));
    },
    undo: () => change({ ...deal, version }, { stage_id: deal.stage_id }),
    refresh: [...REFRESH],
  });
}

function Card(
  { deal, stages, lose }: { deal: Deal; stages: Stage[]; lose: (deal: Deal, stage: Stage) => void },
) {
  return (
    <li class="deal" data-row={deal.id}>
      <a class="title" href={`#/pipeline?deal=${deal.id}`}>{deal.title}</a>
      <span class="sub">
        {sentence(deal.kind)}
        {deal.price_usd !== null ? ` · ${dollars(deal.price_usd)}` : ""}
      </span>
      <span class="sub">
        {deal.closed_on
          ? `closed ${date(deal.closed_on)}`
          : deal.expected_close_on
          ? `expected ${date(deal.expected_close_on)}`
          : (
            <>
              changed <At value={deal.updated_at} />
            </>
          )}
      </span>
      {deal.lost_reason && <Tag tone="bad">{words(deal.lost_reason)}</Tag>}
      {works.value && (
        <select
          aria-label={`Stage of ${deal.title}`}
          value={deal.stage_id}
          onChange={(event) => {
            const stage = stages.find(({ stage_id }) => stage_id === event.currentTarget.value);
            if (!stage) return;
            if (stage.outcome === "lost") lose(deal, stage);
            else void move(deal, stage);
          }}
        >
          {stages.map(({ stage_id, stage }) => (
            <option value={stage_id} key={stage_id}>{stage}</option>
          ))}
        </select>
      )}
    </li>
  );
}

function Lost({ deal, stage, close }: { deal: Deal; stage: Stage; close: () => void }) {
  return (
    <Dialog title={`Why was ${deal.title} lost?`} close={close}>
      <form
        onSubmit={onSubmit(({ reason }) => {
          close();
          void move(deal, stage, reason);
        })}
      >
        <Field label="Reason">
          {(attributes) => <input {...attributes} name="reason" maxLength={200} required />}
        </Field>
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Mark as lost</button>
        </footer>
      </form>
    </Dialog>
  );
}

function Edit({ deal, close }: { deal: Deal; close: () => void }) {
  const history = useQuery<Event[]>("deal_history", {
    p_org_id: orgId.value,
    p_deal_id: deal.id,
    p_limit: 50,
  });
  async function save(values: Record<string, string>) {
    const amount = (value: string | undefined) => value === undefined ? null : Number(value);
    const saved = await act({
      done: "Deal saved",
      run: () =>
        change(deal, {
          title: values.title,
          price_usd: amount(values.price),
          commission_usd: amount(values.commission),
          expected_close_on: values.expected ?? null,
          closed_on: values.closed ?? null,
        }),
      refresh: [...REFRESH],
    });
    if (saved) close();
  }
  return (
    <Dialog title={deal.title} close={close}>
      <form onSubmit={onSubmit(save)}>
        <p class="row">
          <Tag tone={deal.outcome === "won" ? "good" : deal.outcome === "lost" ? "bad" : "info"}>
            {deal.stage}
          </Tag>
          <a href={`#/lead/${deal.lead_id}`}>{deal.address ?? "The lead"}</a>
          {deal.kind === "flip" && <a href={`#/flips/${deal.id}`}>Flip tracker</a>}
        </p>
        <fieldset disabled={!works.value} class="stack">
          <Field label="Title">
            {(attributes) => (
              <input {...attributes} name="title" defaultValue={deal.title} required />
            )}
          </Field>
          <div class="pair">
            <Field label="Price, USD">
              {(attributes) => (
                <input
                  {...attributes}
                  name="price"
                  type="number"
                  min="0"
                  step="any"
                  defaultValue={deal.price_usd ?? ""}
                />
              )}
            </Field>
            <Field label="Commission, USD">
              {(attributes) => (
                <input
                  {...attributes}
                  name="commission"
                  type="number"
                  min="0"
                  step="any"
                  defaultValue={deal.commission_usd ?? ""}
                />
              )}
            </Field>
            <Field label="Expected close">
              {(attributes) => (
                <input
                  {...attributes}
                  name="expected"
                  type="date"
                  defaultValue={deal.expected_close_on ?? ""}
                />
              )}
            </Field>
            <Field label="Closed">
              {(attributes) => (
                <input
                  {...attributes}
                  name="closed"
                  type="date"
                  defaultValue={deal.closed_on ?? ""}
                />
              )}
            </Field>
          </div>
        </fieldset>
        <details>
          <summary>History</summary>
          <Shown of={history} empty={<p class="muted">No changes yet.</p>}>
            {(rows) => (
              <ol class="plain-list">
                {rows.map((row) => (
                  <li key={row.id}>
                    <At value={row.at} /> {words(row.action)}
                    <span class="sub">
                      {Object.entries(row.changes ?? {}).map(([name, value]) =>
                        `${words(name)}: ${
                          typeof value === "object" ? JSON.stringify(value) : value
                        }`
                      ).join(", ")}
                    </span>
                  </li>
                ))}
              </ol>
            )}
          </Shown>
        </details>
        <footer>
          <button type="button" onClick={close}>Close</button>
          {works.value && <button type="submit" class="primary">Save</button>}
        </footer>
      </form>
    </Dialog>
  );
}

export default function Pipeline() {
  const [losing, setLosing] = useState<{ deal: Deal; stage: Stage } | null>(null);
  const broker = param("whose") === "mine" ? org.value?.broker_id ?? null : null;
  const board = useQuery<Stage[]>("deal_board", { p_org_id: orgId.value, p_broker_id: broker }, {
    poll: true,
  });
  const deals = useQuery<Deal[]>("list_deals", {
    p_org_id: orgId.value,
    p_broker_id: broker,
    p_limit: 200,
  }, {
    poll: true,
  });
  const open = deals.data?.find(({ id }) => id === param("deal"));
  const close = () => setQuery({ deal: null }, { keepPage: true });
  return (
    <>
      <Head title="Pipeline">
        <SavedViews page="pipeline" />
      </Head>
      {org.value?.broker_id && (
        <div class="filters">
          <select
            aria-label="Whose deals"
            value={param("whose")}
            onChange={(event) => setQuery({ whose: event.currentTarget.value })}
          >
            <option value="">All deals that I may see</option>
            <option value="mine">My deals</option>
          </select>
        </div>
      )}
      <Shown
        of={board}
        empty={
          <Panel>
            <Empty title="No stages.">
              <p>An owner sets the stages of the pipeline.</p>
            </Empty>
          </Panel>
        }
      >
        {(stages) => (
          <div class="board" tabIndex={0} role="region" aria-label="Deals by stage">
            {stages.map((stage) => {
              const here = (deals.data ?? []).filter(({ stage_id }) => stage_id === stage.stage_id);
              return (
                <section class="lane" aria-label={stage.stage} key={stage.stage_id}>
                  <header>
                    <h2>{stage.stage}</h2>
                    <span class="muted small">
                      {count(stage.deals)} · {dollars(stage.price_usd ?? 0)}
                    </span>
                  </header>
                  <ul>
                    {here.map((deal) => (
                      <Card
                        deal={deal}
                        stages={stages}
                        lose={(lost, to) => setLosing({ deal: lost, stage: to })}
                        key={deal.id}
                      />
                    ))}
                  </ul>
                  {here.length === 0 && <p class="muted small">None</p>}
                </section>
              );
            })}
          </div>
        )}
      </Shown>
      {deals.data?.length === 0 && (
        <p class="muted">Open a deal on the page of a lead, once somebody wants to sell or buy.</p>
      )}
      {open && <Edit deal={open} close={close} key={open.version} />}
      {losing && <Lost {...losing} close={() => setLosing(null)} />}
    </>
  );
}
