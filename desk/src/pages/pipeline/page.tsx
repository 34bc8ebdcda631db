// Pipeline: deals by stage.
import { manages, org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { Empty, Head, Panel, Shown } from "../../ui/parts.tsx";
import { param, setQuery } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { Board } from "./board.tsx";
import type { Deal, Stage } from "./deal.ts";
import { Edit } from "./edit.tsx";
import { InStage } from "./in_stage.tsx";

export default function Pipeline() {
  const broker = param("whose") === "mine" ? org.value?.broker_id ?? null : null;
  const args = { p_org_id: orgId.value, p_broker_id: broker };
  const board = useQuery<Stage[]>("deal_board", args, { poll: true });
  const deals = useQuery<Deal[]>("list_deals", { ...args, p_limit: 200 }, { poll: true });
  const asked = param("deal");
  const one = useQuery<Deal[]>("list_deals", { p_org_id: orgId.value, p_deal_id: asked }, {
    when: asked !== "",
  });
  const open = asked === "" ? undefined : one.data?.[0];
  const stage = board.data?.find(({ stage_id }) => stage_id === param("stage"));
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
              {manages.value
                ? <a href="#/settings?tab=stages">Add the stages of your pipeline</a>
                : <p>An owner or admin adds the stages in Settings.</p>}
            </Empty>
          </Panel>
        }
      >
        {(stages) =>
          stage
            ? <InStage stage={stage} broker={broker} key={stage.stage_id} />
            : <Board stages={stages} deals={deals.data ?? []} />}
      </Shown>
      {asked !== "" && one.data?.length === 0 && (
        <p class="note warn" role="status">
          This deal does not exist, or you do not have access to it.
        </p>
      )}
      {deals.data?.length === 0 && (
        <p class="muted">Open a deal on the page of a lead, once somebody wants to sell or buy.</p>
      )}
      {open && (
        <Edit
          deal={open}
          close={() => setQuery({ deal: null }, { keepPage: true })}
          key={open.version}
        />
      )}
    </>
  );
}
