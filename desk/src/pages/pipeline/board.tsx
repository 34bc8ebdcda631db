import { useState } from "preact/hooks";
import { works } from "../../data/me.ts";
import { count, date, dollars, dotted, sentence, words } from "../../ui/format.ts";
import { At, FormDialog, Input, Tag } from "../../ui/parts.tsx";
import { addressWith } from "../../ui/router.ts";
import { type Deal, move, type Stage } from "./deal.ts";

interface Losing {
  deal: Deal;
  stage: Stage;
}

const When = ({ deal }: { deal: Deal }) => {
  if (deal.closed_on) return <>closed {date(deal.closed_on)}</>;
  if (deal.expected_close_on) return <>expected {date(deal.expected_close_on)}</>;
  return (
    <>
      changed <At value={deal.updated_at} />
    </>
  );
};

function Card({ deal, stages, to }: { deal: Deal; stages: Stage[]; to: (stage: Stage) => void }) {
  return (
    <li class="deal" data-row={deal.id}>
      <a class="title" href={addressWith({ deal: deal.id })}>{deal.title}</a>
      <span class="sub">
        {dotted(sentence(deal.kind), deal.price_usd !== null && dollars(deal.price_usd))}
      </span>
      <span class="sub">
        <When deal={deal} />
      </span>
      {deal.lost_reason && <Tag tone="bad">{words(deal.lost_reason)}</Tag>}
      {works.value && (
        <select
          aria-label={`Stage of ${deal.title}`}
          value={deal.stage_id}
          onChange={(event) => {
            const stage = stages.find(({ stage_id }) => stage_id === event.currentTarget.value);
            if (stage) to(stage);
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

const Lost = ({ deal, stage, close }: Losing & { close: () => void }) => (
  <FormDialog
    title={`Why was ${deal.title} lost?`}
    close={close}
    submit="Mark as lost"
    save={({ reason }) => {
      close();
      void move(deal, stage, reason);
    }}
  >
    <Input label="Reason" name="reason" maxLength={200} required />
  </FormDialog>
);

export function Board({ stages, deals }: { stages: Stage[]; deals: Deal[] }) {
  const [losing, setLosing] = useState<Losing | null>(null);
  return (
    <>
      <div class="board" tabIndex={0} role="region" aria-label="Deals by stage">
        {stages.map((lane) => {
          const here = deals.filter(({ stage_id }) => stage_id === lane.stage_id);
          return (
            <section class="lane" aria-label={lane.stage} key={lane.stage_id}>
              <header>
                <h2>{lane.stage}</h2>
                <span class="muted small">
                  {count(lane.deals)} · {dollars(lane.price_usd ?? 0)}
                </span>
              </header>
              <ul>
                {here.map((deal) => (
                  <Card
                    deal={deal}
                    stages={stages}
                    to={(stage) =>
                      stage.outcome === "lost"
                        ? setLosing({ deal, stage })
                        : void move(deal, stage)}
                    key={deal.id}
                  />
                ))}
              </ul>
              {lane.deals === 0 && here.length === 0 && <p class="muted small">None</p>}
              {lane.deals > here.length && (
                <a href={addressWith({ stage: lane.stage_id })}>
                  All {count(lane.deals)} in {lane.stage}
                </a>
              )}
            </section>
          );
        })}
      </div>
      {losing && <Lost {...losing} close={() => setLosing(null)} />}
    </>
  );
}
