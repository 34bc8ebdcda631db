// The reasons that the gate can give, with the law behind each: opened by one click.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { channel, date, words } from "../../ui/format.ts";
import { Choose, Pager, Panel, Shown, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";

export interface LawRow {
  rule: string;
  concern: string;
  title: string;
  channels: string[];
  waivable: boolean;
  waived: boolean;
  law: string;
  citation: string;
  url: string | null;
  words: string | null;
  verification: string;
  reviewed_on: string;
  cursor: string;
}

const LIMIT = 50;

export function Law() {
  const only = param("law");
  const found = useQuery<LawRow[]>("list_law", {
    p_org_id: orgId.value,
    p_waivable: only === "" ? null : only === "waivable",
    p_limit: LIMIT,
    p_after: param("after") || null,
  });
  return (
    <Panel
      title="What the gate refuses, and the law"
      aside={
        <Choose
          name="law"
          label="Reasons"
          options={[["waivable", "waivable by the org"], ["fixed", "never waived"]]}
        />
      }
    >
      <Shown of={found}>
        {(rows) => (
          <>
            {rows.map((row) => (
              <details class="gate-reason" key={row.rule}>
                <summary>
                  {row.title} {row.waived && <Tag tone="warn">waived</Tag>}
                  {row.waivable && !row.waived && <Tag>waivable</Tag>}
                </summary>
                <dl class="facts">
                  <dt>Law</dt>
                  <dd>
                    {row.law}: {row.url
                      ? <a href={row.url} target="_blank" rel="noreferrer">{row.citation}</a>
                      : row.citation}
                  </dd>
                  <dt>Channels</dt>
                  <dd>{row.channels.map(channel).join(", ")}</dd>
                  {row.words && (
                    <>
                      <dt>Reading</dt>
                      <dd>{row.words}</dd>
                    </>
                  )}
                  <dt>Verified</dt>
                  <dd>{words(row.verification)}, reviewed {date(row.reviewed_on)}</dd>
                  <dt>Id</dt>
                  <dd>
                    <code>{row.rule}</code>
                  </dd>
                </dl>
              </details>
            ))}
          </>
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.cursor} full={(found.data?.length ?? 0) >= LIMIT} />
    </Panel>
  );
}
