// Campaigns: who is contacted, what the rules would refuse before launch, and what came of it.
import { useState } from "preact/hooks";
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { money, words } from "../../ui/format.ts";
import { Absent, counted, Empty, Head, List, Tag } from "../../ui/parts.tsx";
import { param, route } from "../../ui/router.ts";
import { type Campaign, STATE_TONES } from "./campaign.ts";
import { Edit } from "./edit.tsx";
import { One } from "./one.tsx";

const LIMIT = 50;

function ById({ id }: { id: string }) {
  const found = useQuery<Campaign[]>("list_campaigns", {
    p_org_id: orgId.value,
    p_campaign_id: id,
  }, { poll: true });
  const campaign = found.data?.[0];
  if (campaign) return <One campaign={campaign} />;
  return (
    <Absent title="Campaign" of={found}>
      <a href="#/campaigns">All campaigns</a>
    </Absent>
  );
}

export default function Campaigns() {
  const id = route.value.path[1];
  return id ? <ById id={id} key={id} /> : <All />;
}

function All() {
  const [making, setMaking] = useState(false);
  // Newest first: the key of a page is the time and the id of its last row.
  const [at, before] = param("after").split("/");
  const list = useQuery<Campaign[]>("list_campaigns", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  }, { poll: true });
  return (
    <>
      <Head title="Campaigns">
        {manages.value && (
          <button type="button" class="primary" onClick={() => setMaking(true)}>
            New campaign
          </button>
        )}
      </Head>
      <List
        title="Campaigns"
        bare
        of={list}
        empty={
          <Empty title="No campaign yet.">
            <p>A campaign feeds leads into a sequence every business day, within the rules.</p>
            {manages.value && (
              <button type="button" onClick={() => setMaking(true)}>New campaign</button>
            )}
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => `${row.created_at}/${row.id}`}
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
            show: (row) => <Tag tone={STATE_TONES[row.state] ?? "plain"}>{words(row.state)}</Tag>,
          },
          counted("Fed", (row: Campaign) => row.fed),
          counted("Sent", (row: Campaign) => row.sent),
          counted("Replied", (row: Campaign) => row.replied),
          counted("Booked", (row: Campaign) => row.booked),
          counted("Spent", (row: Campaign) => row.spent_usd, money),
        ]}
      />
      {making && <Edit campaign={null} close={() => setMaking(false)} />}
    </>
  );
}
