// Campaigns: who is contacted, what the rules would refuse before launch, and what came of it.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { messageOf } from "../data/errors.ts";
import { manages, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { channel, count, date, money, percent, sentence, words } from "../ui/format.ts";
import {
  Dialog,
  Empty,
  Field,
  Head,
  onSubmit,
  Pager,
  Panel,
  Shown,
  Table,
  Tag,
} from "../ui/parts.tsx";
import { go, param, route } from "../ui/router.ts";
import { toast } from "../ui/toasts.tsx";

interface Campaign {
  id: string;
  name: string;
  state: string;
  daily_limit: number | null;
  states: string[] | null;
  source_ids: string[] | null;
  min_score: number | null;
  starts_on: string | null;
  ends_on: string | null;
  assign_brokers: boolean | null;
  sequence_id: string | null;
  sequence: string | null;
  fed: number | null;
  sent: number | null;
  replied: number | null;
  booked: number | null;
  spent_usd: number | null;
  version: number;
  created_at: string;
}

interface Sequence {
  id: string;
  name: string;
}

interface Forecast {
  hash: string;
  made_at: string;
  date: string;
  candidates: number;
  sampled: number;
  channels: { channel: string; outlook: string; leads: number; share: number }[];
  reasons: { channel: string; rule: string; leads: number; share: number; words?: string }[];
}

interface Step {
  kind: string;
  leads: number;
  quantity: number;
}

interface Variant {
  step: number;
  channel: string;
  variant: string | null;
  template: string | null;
  version: number | null;
  sent: number;
  delivered: number;
  opened: number;
  clicked: number;
  unsubscribed: number;
  cost_usd: number | null;
}

const LIMIT = 50;
const TONES: Record<string, "good" | "warn" | "bad" | "plain"> = {
  running: "good",
  paused: "warn",
};
const CHANGED = ["list_campaigns", "campaign_funnel"] as const;

/** Newest first: the key of a page is the time and the id of its last row. */
function before() {
  const [at, id] = param("after").split("/");
  return { p_before: at || null, p_before_id: id || null };
}
const cursorOf = (row: Campaign | undefined) => row && `${row.created_at}/${row.id}`;

function steer(campaign: Campaign, action: "pause" | "resume" | "stop") {
  const run = (name: string) =>
    rpc("control_campaign", {
      p_org_id: orgId.value,
      p_campaign_id: campaign.id,
      p_action: name,
      p_reason: "By hand on the desk",
    });
  const back = action === "pause" ? "resume" : action === "resume" ? "pause" : null;
  return act({
    done:
      { pause: "Campaign paused", resume: "Campaign resumed", stop: "Campaign stopped" }[action],
    run: () => run(action),
    ...(back ? { undo: () => run(back) } : {}),
    refresh: [...CHANGED],
  });
}

function Edit({ campaign, close }: { campaign: Campaign | null; close: () => void }) {
  const sequences = useQuery<Sequence[]>("list_sequences", { p_org_id: orgId.value, p_limit: 200 });
  const [problem, setProblem] = useState("");
  async function save(values: Record<string, string>) {
    try {
      const { id } = await rpc<{ id: string }>("save_campaign", {
        p_org_id: orgId.value,
        p_campaign_id: campaign?.id ?? null,
        p_version: campaign?.version,
        p_settings: {
          name: values.name,
          daily_limit: Number(values.daily_limit),
          states: (values.states ?? "").toUpperCase().split(/[\s]+/).filter(Boolean),
          source_ids: campaign?.source_ids ?? [],
          min_score: values.min_score ? Number(values.min_score) : null,
          starts_on: values.starts_on ?? null,
          ends_on: values.ends_on ?? null,
          assign_brokers: values.assign_brokers === "on",
          sequence_id: values.sequence_id ?? null,
        },
      });
      close();
      await act({ done: "Campaign saved", run: () => Promise.resolve(), refresh: [...CHANGED] });
      go(`#/campaigns/${id}`);
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
  return (
    <Dialog title={campaign ? `Edit ${campaign.name}` : "New campaign"} close={close}>
      <form onSubmit={onSubmit(save)}>
        <Field label="Name">
          {(attributes) => (
            <input
              {...attributes}
              name="name"
              defaultValue={campaign?.name}
              maxLength={120}
              required
            />
          )}
        </Field>
        <Field label="Sequence">
          {(attributes) => (
            <select
              {...attributes}
              name="sequence_id"
              defaultValue={campaign?.sequence_id ?? ""}
              required
            >
              {(sequences.data ?? []).map(({ id, name }) => (
                <option value={id} key={id} selected={id === campaign?.sequence_id}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <div class="pair">
          <Field label="Leads a day">
            {(attributes) => (
              <input
                {...attributes}
                name="daily_limit"
                type="number"
                min="1"
                max="100000"
                defaultValue={String(campaign?.daily_limit ?? 50)}
                required
              />
            )}
          </Field>
          <Field label="Least score">
            {(attributes) => (
              <input
                {...attributes}
                name="min_score"
                type="number"
                min="0"
                max="100"
                defaultValue={campaign?.min_score === null || campaign === null
                  ? ""
                  : String(campaign.min_score)}
              />
            )}
          </Field>
          <Field label="Starts">
            {(attributes) => (
              <input
                {...attributes}
                name="starts_on"
                type="date"
                defaultValue={campaign?.starts_on ?? ""}
              />
            )}
          </Field>
          <Field label="Ends">
            {(attributes) => (
              <input
                {...attributes}
                name="ends_on"
                type="date"
                defaultValue={campaign?.ends_on ?? ""}
              />
            )}
          </Field>
        </div>
        <Field label="States" hint="Two letters each, such as CA, NV. Empty: all.">
          {(attributes) => (
            <input
              {...attributes}
              name="states"
              defaultValue={(campaign?.states ?? []).join(", ")}
            />
          )}
        </Field>
        <label class="choice">
          <input
            type="checkbox"
            name="assign_brokers"
            defaultChecked={campaign?.assign_brokers ?? true}
          />
          Assign each lead to a broker
        </label>
        {problem && <p class="note bad" role="alert">{problem}</p>}
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Save</button>
        </footer>
      </form>
    </Dialog>
  );
}

function Launch({ campaign }: { campaign: Campaign }) {
  const [forecast, setForecast] = useState<Forecast | null>(null);
  const [busy, setBusy] = useState(false);
  async function ask() {
    setBusy(true);
    try {
      setForecast(
        await rpc<Forecast>("forecast_campaign", {
          p_org_id: orgId.value,
          p_campaign_id: campaign.id,
        }),
      );
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
    setBusy(false);
  }
  const launch = () =>
    act({
      done: "Campaign launched",
      run: () =>
        rpc("launch_campaign", {
          p_org_id: orgId.value,
          p_campaign_id: campaign.id,
          p_hash: forecast?.hash,
        }),
      undo: () =>
        rpc("control_campaign", {
          p_org_id: orgId.value,
          p_campaign_id: campaign.id,
          p_action: "pause",
          p_reason: "Launch undone on the desk",
        }),
      refresh: [...CHANGED],
    });
  return (
    <Panel title="Before launch">
      {!forecast
        ? (
          <div class="stack">
            <p>
              The forecast asks the rules about the leads that this campaign would contact, and says
              whom they would refuse and why. A campaign is launched on a forecast of its present
              settings.
            </p>
            <div>
              <button type="button" class="primary" disabled={busy} onClick={() => void ask()}>
                Make the forecast
              </button>
            </div>
          </div>
        )
        : (
          <div class="stack">
            <p>
              <strong>{count(forecast.candidates)}</strong> leads fit on {date(forecast.date)};{" "}
              {count(forecast.sampled)} of them were asked about.
            </p>
            <div class="scroll">
              <table>
                <caption class="seen-by-readers">Forecast by channel</caption>
                <thead>
                  <tr>
                    <th scope="col">Channel</th>
                    <th scope="col">Outlook</th>
                    <th scope="col" class="num">Leads</th>
                    <th scope="col" class="num">Share</th>
                  </tr>
                </thead>
                <tbody>
                  {forecast.channels.map((row) => (
                    <tr key={`${row.channel} ${row.outlook}`}>
                      <td>{sentence(channel(row.channel))}</td>
                      <td>
                        <Tag
                          tone={row.outlook === "never"
                            ? "bad"
                            : row.outlook === "now"
                            ? "good"
                            : "warn"}
                        >
                          {row.outlook}
                        </Tag>
                      </td>
                      <td class="num">{count(row.leads)}</td>
                      <td class="num">{percent(row.share)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {forecast.reasons.length > 0 && (
              <>
                <h3>Why not</h3>
                <ul class="points">
                  {forecast.reasons.map((row) => (
                    <li key={`${row.channel} ${row.rule}`}>
                      <span>
                        {row.words ?? words(row.rule)}{" "}
                        <span class="muted">({sentence(channel(row.channel))})</span>
                      </span>
                      <span>{count(row.leads)}, {percent(row.share)}</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
            <div class="row">
              <button type="button" class="primary" onClick={() => void launch()}>Launch</button>
              <button type="button" disabled={busy} onClick={() => void ask()}>Ask again</button>
            </div>
          </div>
        )}
    </Panel>
  );
}

function One({ campaign }: { campaign: Campaign }) {
  const [editing, setEditing] = useState(false);
  const args = { p_org_id: orgId.value, p_campaign_id: campaign.id };
  const funnel = useQuery<Step[]>("campaign_funnel", args, { poll: true });
  const variants = useQuery<Variant[]>("campaign_variants", args);
  const draft = campaign.state === "draft";
  const totals = new Map<string, number>();
  for (const { kind, leads } of funnel.data ?? []) {
    totals.set(kind, Math.max(totals.get(kind) ?? 0, leads));
  }
  const most = Math.max(1, ...totals.values());
  return (
    <>
      <Head
        title={campaign.name}
        sub={
          <>
            <Tag tone={TONES[campaign.state] ?? "plain"}>{words(campaign.state)}</Tag>{" "}
            {campaign.sequence}
          </>
        }
      >
        <a class="button" href="#/campaigns">All campaigns</a>
        {manages.value && (
          <>
            {(draft || campaign.state === "paused") && (
              <button
                type="button"
                onClick={() => setEditing(true)}
              >
                Edit
              </button>
            )}
            {campaign.state === "running" && (
              <button
                type="button"
                onClick={() => void steer(campaign, "pause")}
              >
                Pause
              </button>
            )}
            {campaign.state === "paused" && (
              <button
                type="button"
                class="primary"
                onClick={() => void steer(campaign, "resume")}
              >
                Resume
              </button>
            )}
            {!draft && campaign.state !== "finished" && (
              <button
                type="button"
                class="danger"
                onClick={() => {
                  if (
                    confirm(
                      `Stop ${campaign.name}? What is under way ends, and it cannot be resumed.`,
                    )
                  ) {
                    void steer(campaign, "stop");
                  }
                }}
              >
                Stop
              </button>
            )}
          </>
        )}
      </Head>
      <div class="two">
        <div class="stack-wide">
          {draft && manages.value && <Launch campaign={campaign} />}
          <Panel title="Funnel">
            <Shown
              of={funnel}
              empty={
                <Empty title="Nothing yet.">
                  <p>The first feed runs the morning after launch.</p>
                </Empty>
              }
            >
              {() => (
                <ul class="bars">
                  {[...totals].map(([kind, leads]) => (
                    <li key={kind}>
                      <span>{sentence(kind)}</span>
                      <span class="bar">
                        <span style={{ width: `${(leads / most) * 100}%` }} />
                      </span>
                      <strong class="num">{count(leads)}</strong>
                    </li>
                  ))}
                </ul>
              )}
            </Shown>
          </Panel>
          <Panel title="Variants, side by side" flush>
            <Shown of={variants} empty={<Empty title="Nothing was sent yet." />}>
              {(rows) => (
                <Table
                  label="Variants"
                  rows={rows}
                  id={(row) => `${row.step} ${row.variant} ${row.template} ${row.version}`}
                  columns={[
                    {
                      label: "Step",
                      show: (row) => (
                        <>
                          {row.step} {sentence(channel(row.channel))}{" "}
                          <Tag>{row.variant ?? "A"}</Tag>
                          <span class="sub">
                            {row.template} {row.version ? `v${row.version}` : ""}
                          </span>
                        </>
                      ),
                    },
                    { label: "Sent", num: true, labelled: true, show: (row) => count(row.sent) },
                    {
                      label: "Delivered",
                      num: true,
                      labelled: true,
                      show: (row) => count(row.delivered),
                    },
                    {
                      label: "Clicked",
                      num: true,
                      labelled: true,
                      show: (row) => count(row.clicked),
                    },
                    {
                      label: "Unsubscribed",
                      num: true,
                      labelled: true,
                      show: (row) =>
                        `${count(row.unsubscribed)} (${
                          percent(row.sent ? row.unsubscribed / row.sent : 0, 1)
                        })`,
                    },
                    {
                      label: "Spent",
                      num: true,
                      labelled: true,
                      show: (row) => money(row.cost_usd),
                    },
                  ]}
                />
              )}
            </Shown>
          </Panel>
        </div>
        <Panel title="Settings">
          <dl class="facts">
            <dt>Leads a day</dt>
            <dd>{count(campaign.daily_limit)}</dd>
            <dt>States</dt>
            <dd>{campaign.states?.length ? campaign.states.join(", ") : "all"}</dd>
            <dt>Least score</dt>
            <dd>{campaign.min_score ?? "none"}</dd>
            <dt>Runs</dt>
            <dd>
              {date(campaign.starts_on)} to {campaign.ends_on ? date(campaign.ends_on) : "no end"}
            </dd>
            <dt>Brokers</dt>
            <dd>{campaign.assign_brokers ? "assigned by the feed" : "not assigned"}</dd>
            <dt>Sequence</dt>
            <dd>
              {campaign.sequence_id
                ? <a href={`#/sequences/${campaign.sequence_id}`}>{campaign.sequence}</a>
                : "–"}
            </dd>
            <dt>Spent</dt>
            <dd>{money(campaign.spent_usd)}</dd>
          </dl>
        </Panel>
      </div>
      {editing && <Edit campaign={campaign} close={() => setEditing(false)} />}
    </>
  );
}

export default function Campaigns() {
  const [making, setMaking] = useState(false);
  const list = useQuery<Campaign[]>("list_campaigns", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    ...before(),
  }, { poll: true });
  const id = route.value.path[1];
  const one = id ? list.data?.find((campaign) => campaign.id === id) : undefined;
  if (id && one) return <One campaign={one} key={id} />;
  return (
    <>
      <Head title="Campaigns">
        {manages.value && (
          <button type="button" class="primary" onClick={() => setMaking(true)}>
            New campaign
          </button>
        )}
      </Head>
      <Panel label="Campaigns" flush>
        <Shown
          of={list}
          empty={
            <Empty title="No campaign yet.">
              <p>A campaign feeds leads into a sequence every business day, within the rules.</p>
              {manages.value && (
                <button type="button" onClick={() => setMaking(true)}>New campaign</button>
              )}
            </Empty>
          }
        >
          {(rows) => (
            <Table
              label="Campaigns"
              rows={rows}
              id={(row) => row.id}
              columns={[
                {
                  label: "Campaign",
                  show: (row) => (
                    <>
                      <a class="title" href={`#/campaigns/${row.id}`}>{row.name}</a>
                      <span class="sub">{row.sequence}</span>
                    </>
                  ),
                },
                {
                  label: "State",
                  show: (row) => <Tag tone={TONES[row.state] ?? "plain"}>{words(row.state)}</Tag>,
                },
                { label: "Fed", num: true, labelled: true, show: (row) => count(row.fed) },
                { label: "Sent", num: true, labelled: true, show: (row) => count(row.sent) },
                { label: "Replied", num: true, labelled: true, show: (row) => count(row.replied) },
                { label: "Booked", num: true, labelled: true, show: (row) => count(row.booked) },
                { label: "Spent", num: true, labelled: true, show: (row) => money(row.spent_usd) },
              ]}
            />
          )}
        </Shown>
        <Pager cursor={cursorOf(list.data?.at(-1))} full={(list.data?.length ?? 0) >= LIMIT} />
      </Panel>
      {making && <Edit campaign={null} close={() => setMaking(false)} />}
    </>
  );
}
