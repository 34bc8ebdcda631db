// Inbox: replies and calls beside the one that is open, which the address names.
import { useRef } from "preact/hooks";
import { orgId, works } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { channel, words } from "../../ui/format.ts";
import { At, Choose, Empty, Head, List, Panel, Tabs, Tag, type Tone } from "../../ui/parts.tsx";
import { param, route, setQuery } from "../../ui/router.ts";
import { useMembers } from "../../work/members.tsx";
import { SavedViews } from "../../work/saved_views.tsx";
import type { InboxRow, Member } from "../../work/types.ts";
import { assign, close, keyOf, LABELS } from "./actions.ts";
import { Item } from "./item.tsx";

const LIMIT = 50;
const TONES: Record<string, Tone> = {
  interested: "good",
  question: "info",
  opt_out: "bad",
  not_interested: "warn",
};

/** The same list, with this one open beside it. */
function hrefOf(row: InboxRow): string {
  const query = new URLSearchParams(route.value.query);
  query.set("open", keyOf(row));
  return `#/inbox?${query}`;
}

function Letter({ row, open, me }: { row: InboxRow; open: boolean; me: Member | undefined }) {
  return (
    <li data-row={keyOf(row)} class={open ? "chosen" : ""}>
      <a href={hrefOf(row)} aria-current={open ? "true" : undefined}>
        <strong>{row.owner_full ?? "Unknown sender"}</strong>
        <span class="sub">
          {row.item === "call" ? "call" : channel(row.channel)} · <At value={row.at} />
          {row.assigned_name ? ` · ${row.assigned_name}` : ""}
        </span>
      </a>
      <span class="row">
        {row.possible_wish && <Tag tone="warn">wish?</Tag>}
        {row.label && <Tag tone={TONES[row.label] ?? "plain"}>{words(row.label)}</Tag>}
      </span>
      {works.value && (
        <span class="seen-by-readers">
          {me && (
            <button
              type="button"
              tabIndex={-1}
              data-key="a"
              onClick={() => void assign(row, me.user_id, "me")}
            >
              Assign to me
            </button>
          )}
          {!row.done_at && (
            <button
              type="button"
              tabIndex={-1}
              data-key="e"
              onClick={() => void close(row)}
            >
              Close
            </button>
          )}
        </span>
      )}
    </li>
  );
}

const Filters = () => (
  <div class="filters">
    <Tabs
      name="state"
      label="State"
      standard="open"
      options={[["open", "Open"], ["assigned", "Assigned"], ["done", "Done"], ["all", "All"]]}
    />
    <Tabs
      name="whose"
      label="Whose"
      standard=""
      options={[["", "Everybody's"], ["mine", "Mine"]]}
    />
    <Choose name="label" label="Label" options={LABELS.map((value) => [value, words(value)])} />
    <Choose
      name="channel"
      label="Channel"
      options={[["sms", "Texts"], ["email", "E-mail"], ["voice_ai", "AI calls"], [
        "voice_manual",
        "Calls",
      ]]}
    />
  </div>
);

const Nothing = () => (
  <Panel label="No reply is open">
    <Empty title="Choose a reply.">
      <p>
        <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>e</kbd> closes,{" "}
        <kbd>a</kbd> assigns to you.
      </p>
    </Empty>
  </Panel>
);

export default function Inbox() {
  const state = param("state") || "open";
  const inbox = useQuery<InboxRow[]>("desk_inbox", {
    p_state: state,
    p_org_id: orgId.value,
    p_mine: param("whose") === "mine",
    p_label: param("label") || null,
    p_channel: param("channel") || null,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  const me = useMembers(orgId.value).find(({ is_me }) => is_me);
  const asked = param("open");
  const here = inbox.data?.find((row) => keyOf(row) === asked);
  // One that is on another page or in another state is asked for alone; one that was here and left it is done with.
  const left = useRef("");
  if (here) left.current = asked;
  const [item, nth] = asked.split("-");
  const alone = useQuery<InboxRow[]>("desk_inbox", {
    p_org_id: orgId.value,
    p_item: item,
    p_id: Number(nth),
  }, { when: asked !== "" && inbox.data !== undefined && !here && left.current !== asked });
  const chosen = here ?? (left.current === asked ? undefined : alone.data?.[0]);
  return (
    <>
      <Head title="Inbox">
        <SavedViews page="inbox" />
      </Head>
      <Filters />
      <div class={chosen ? "inbox open" : "inbox"}>
        <List
          title="Replies and calls"
          bare
          of={inbox}
          empty={
            <Empty title={state === "open" ? "All answered." : "Nothing here."}>
              <p>Replies by text and e-mail, and calls, arrive here by themselves.</p>
            </Empty>
          }
          limit={LIMIT}
          cursor={(row) => row.cursor}
        >
          {(rows) => (
            <ul class="letters">
              {rows.map((row) => (
                <Letter
                  row={row}
                  open={row === chosen}
                  me={me}
                  key={keyOf(row)}
                />
              ))}
            </ul>
          )}
        </List>
        <div>
          {chosen
            ? (
              <>
                <button
                  type="button"
                  class="back"
                  onClick={() => setQuery({ open: null }, { keepPage: true })}
                >
                  Back to the list
                </button>
                <Item row={chosen} key={keyOf(chosen)} />
              </>
            )
            : <Nothing />}
        </div>
      </div>
    </>
  );
}
