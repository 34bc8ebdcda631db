// Flip tracker: budget, spending, tasks, files and profit of a house that is bought to be sold.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { date, dollars } from "../../ui/format.ts";
import { Absent, counted, Empty, Head, List, Tag } from "../../ui/parts.tsx";
import { param, route } from "../../ui/router.ts";
import { Budget } from "./budget.tsx";
import { FlipFigures } from "./figures.tsx";
import { Files } from "./files.tsx";
import type { Flip } from "./flip.ts";
import { Tasks } from "./tasks.tsx";

interface Deal {
  id: string;
  title: string;
  stage: string;
  price_usd: number | null;
  expected_close_on: string | null;
  updated_at: string;
}

const LIMIT = 50;

function All() {
  const [at, before] = param("after").split("/");
  const found = useQuery<Deal[]>("list_deals", {
    p_org_id: orgId.value,
    p_kind: "flip",
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  });
  return (
    <>
      <Head title="Flip tracker" />
      <List
        title="Flips"
        bare
        of={found}
        empty={
          <Empty title="No flips.">
            <p>Open a deal of the kind “flip” on the page of a lead.</p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => `${row.updated_at}/${row.id}`}
        id={(row) => row.id}
        columns={[
          {
            label: "Flip",
            show: (row) => <a class="title" href={`#/flips/${row.id}`}>{row.title}</a>,
          },
          { label: "Stage", show: (row) => <Tag tone="info">{row.stage}</Tag> },
          counted("Price", (row: Deal) => row.price_usd, dollars),
          {
            label: "Expected close",
            num: true,
            labelled: true,
            show: (row) => date(row.expected_close_on),
          },
        ]}
      />
    </>
  );
}

function One({ id }: { id: string }) {
  const flip = useQuery<Flip>("show_flip", { p_org_id: orgId.value, p_deal_id: id });
  if (!flip.data) return <Absent title="Flip" of={flip} />;
  const { deal, lines, tasks, files, figures } = flip.data;
  return (
    <>
      <Head title={deal.title} sub={<Tag tone="info">{deal.stage}</Tag>}>
        <a class="button" href="#/flips">All flips</a>
        <a class="button" href={`#/pipeline?deal=${deal.id}`}>The deal</a>
      </Head>
      <div class="two">
        <div class="stack-wide">
          {figures && <FlipFigures deal={deal} figures={figures} />}
          <Budget deal={id} lines={lines} />
        </div>
        <div class="stack-wide">
          <Tasks deal={id} tasks={tasks} />
          <Files deal={id} files={files} />
        </div>
      </div>
    </>
  );
}

export default function Flips() {
  const id = route.value.path[1];
  return id ? <One id={id} key={id} /> : <All />;
}
