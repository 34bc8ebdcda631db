// All rows of a list that a field chooses from, page after page: what belongs to a team, such as members and sources.
import { useEffect, useState } from "preact/hooks";
import { useQuery } from "./query.ts";
import { rpc } from "./rpc.ts";
import type { Surface } from "./surface.ts";

const PAGE = 200;

export function useEvery<Row extends { cursor: string }>(
  name: Surface,
  args: Record<string, unknown>,
  options: { when?: boolean; poll?: boolean } = {},
) {
  const first = useQuery<Row[]>(name, { ...args, p_limit: PAGE }, options);
  const [more, setMore] = useState<{ of: Row[] | undefined; rows: Row[] }>();
  useEffect(() => {
    let here = true;
    const rest = async () => {
      const rows: Row[] = [];
      for (let page = first.data ?? []; page.length >= PAGE;) {
        page = await rpc<Row[]>(name, { ...args, p_limit: PAGE, p_cursor: page.at(-1)?.cursor });
        rows.push(...page);
      }
      if (here && rows.length > 0) setMore({ of: first.data, rows });
    };
    // The first page stays; the next look asks again.
    void rest().catch(() => {});
    return () => {
      here = false;
    };
  }, [first.data]);
  return {
    ...first,
    data: first.data && more?.of === first.data ? [...first.data, ...more!.rows] : first.data,
  };
}
