// Inbox: replies and calls beside the one that is open, which the address names.
import { useEffect, useRef, useState } from "preact/hooks";
import { act, actLater } from "../data/act.ts";
import { messageOf } from "../data/errors.ts";
import { org, orgId } from "../data/me.ts";
import { patch, useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { channel, sentence, words } from "../ui/format.ts";
import { At, Choose, Empty, Head, Pager, Panel, Shown, Tabs, Tag } from "../ui/parts.tsx";
import { param, setQuery } from "../ui/router.ts";
import { toast } from "../ui/toasts.tsx";
import { AddTask } from "../work/add_task.tsx";
import { CannedAnswers } from "../work/canned.tsx";
import { reveal } from "../work/reveal.tsx";
import { SavedViews } from "../work/saved_views.tsx";
import type { InboxRow, Member } from "../work/types.ts";

const LIMIT = 50;
const LABELS = ["interested", "question", "later", "wrong_person", "not_interested", "opt_out"];
const REFRESH = ["desk_inbox", "desk_day"] as const;
const keyOf = (row: InboxRow) => `${row.item}-${row.id}`;
const args = (row: InboxRow) => ({ p_org_id: row.org_id, p_item: row.item, p_id: row.id });

function close(row: InboxRow) {
  return act({
    done: "Closed",
    show: () =>
      patch<InboxRow[]>(
        ["desk_inbox"],
        (rows) => rows.filter((item) => keyOf(item) !== keyOf(row)),
      ),
    run: () => rpc("close_inbox", args(row)),
    undo: () => rpc("reopen_inbox", args(row)),
    refresh: [...REFRESH],
  });
}

function assign(row: InboxRow, user: string | null, name: string) {
  const before = row.assigned_to;
  return act({
    done: user ? `Assigned to ${name}` : "Assigned to nobody",
    show: () =>
      patch<InboxRow[]>(
        ["desk_inbox"],
        (rows) =>
          rows.map((item) =>
            keyOf(item) === keyOf(row)
              ? { ...item, assigned_to: user, assigned_name: user ? name : null }
              : item
          ),
      ),
    run: () => rpc("assign_inbox", { ...args(row), p_user_id: user }),
    undo: () => rpc("assign_inbox", { ...args(row), p_user_id: before }),
    refresh: [...REFRESH],
  });
}

function Answer({ row }: { row: InboxRow }) {
  const [text, setText] = useState("");
  const [canned, setCanned] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const loaded = useRef(false);
  const [key] = useState(() => crypto.randomUUID());

  // The draft of the model, or of before, where there is one.
  useEffect(() => {
    if (!row.has_draft || !row.lead_id) return;
    reveal(row.org_id, "replies", row.lead_id, row.id, "Reading it to answer").then(
      ([found]) => {
        if (found?.draft && !loaded.current) setText(found.draft);
      },
      () => {},
    );
  }, []);

  async function keep() {
    if (!text.trim()) return;
    try {
      await rpc("save_draft", { p_org_id: row.org_id, p_reply_id: row.id, p_text: text });
    } catch (error) {
      toast({ kind: "error", text: `Draft not saved: ${messageOf(error)}` });
    }
  }

  function send() {
    if (!text.trim()) return field.current?.focus();
    void actLater({
      done: "The answer is sent",
      show: () =>
        patch<InboxRow[]>(
          ["desk_inbox"],
          (rows) => rows.filter((item) => keyOf(item) !== keyOf(row)),
        ),
      run: async () => {
        const { refused } = await rpc<{ refused: { message?: string } | string | null }>(
          "send_answer",
          {
            p_org_id: row.org_id,
            p_reply_id: row.id,
            p_client_key: key,
            p_text: text,
          },
        );
        if (refused) {
          throw new Error(
            `Not sent: ${
              typeof refused === "string"
                ? words(refused)
                : refused.message ?? "the rules refuse it"
            }`,
          );
        }
      },
      refresh: [...REFRESH, "desk_timeline"],
    });
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for="answer">Answer by {row.channel === "email" ? "e-mail" : "text"}</label>
      <textarea
        id="answer"
        ref={field}
        data-key="r"
        value={text}
        maxLength={4000}
        onInput={(event) => {
          loaded.current = true;
          setText(event.currentTarget.value);
        }}
        onBlur={() => loaded.current && void keep()}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <div class="row">
        <button type="submit" class="primary">Send</button>
        <button type="button" onClick={() => setCanned(true)}>Canned answers</button>
        <span class="muted small end">Ctrl Enter sends; ten seconds to undo</span>
      </div>
      {canned && (
        <CannedAnswers
          org={row.org_id}
          lead={row.lead_id}
          channel={row.channel}
          close={() => setCanned(false)}
          take={(filled) => {
            loaded.current = true;
            setText(text ? `${text}\n${filled}` : filled);
            setCanned(false);
            field.current?.focus();
          }}
        />
      )}
    </form>
  );
}

function Item({ row }: { row: InboxRow }) {
  const [said, setSaid] = useState<string | null>(null);
  const [failed, setFailed] = useState("");
  const [task, setTask] = useState(false);
  const members = useQuery<Member[]>("desk_members", { p_org_id: row.org_id });
  const may = org.value?.role !== "viewer";

  useEffect(() => {
    if (!row.has_text || !row.lead_id) return;
    const call = row.item === "call";
    reveal(
      row.org_id,
      call ? "transcripts" : "replies",
      row.lead_id,
      call ? row.call_id ?? row.id : row.id,
      "Reading it to answer",
    ).then(
      ([found]) => setSaid(found?.body ?? ""),
      (error) => setFailed(messageOf(error)),
    );
  }, []);

  const label = (value: string) =>
    act(
      {
        done: `Labelled “${words(value)}”`,
        run: () =>
          rpc("set_reply_label", { p_org_id: row.org_id, p_reply_id: row.id, p_label: value }),
        // A wish is carried out at once and not taken back by a click.
        undo: value === "opt_out" || !row.label ? undefined : () =>
          rpc("set_reply_label", {
            p_org_id: row.org_id,
            p_reply_id: row.id,
            p_label: row.label,
          }),
        refresh: [...REFRESH],
      } as Parameters<typeof act>[0],
    );

  return (
    <Panel
      title={row.owner_full ?? "Unknown sender"}
      aside={row.lead_id ? <a href={`#/lead/${row.lead_id}`}>Open the lead</a> : undefined}
    >
      <div class="stack">
        <p class="muted small">
          {row.item === "call" ? "Call" : sentence(channel(row.channel))} · {row.contact} ·{" "}
          <At value={row.at} />
          {row.campaign ? ` · ${row.campaign}` : ""}
        </p>
        {row.possible_wish && (
          <p class="note warn">
            This may be a wish not to be contacted. Automatic sending waits until somebody has
            looked: choose a label.
          </p>
        )}
        {row.has_text
          ? failed
            ? <p class="note bad" role="alert">{failed}</p>
            : said === null
            ? <p class="muted" role="status">Loading…</p>
            : <p class="pre said">{said || "No text."}</p>
          : <p class="muted">No text.</p>}
        {may && (
          <>
            <div class="row">
              {row.item === "reply" && (
                <label class="row">
                  <span>Label</span>
                  <select
                    value={row.label ?? ""}
                    onChange={(event) =>
                      event.currentTarget.value && void label(event.currentTarget.value)}
                  >
                    <option value="">none</option>
                    {LABELS.map((value) => (
                      <option value={value} key={value}>{words(value)}</option>
                    ))}
                  </select>
                </label>
              )}
              <label class="row">
                <span>Who</span>
                <select
                  value={row.assigned_to ?? ""}
                  onChange={(event) => {
                    const user = event.currentTarget.value;
                    const name = members.data?.find(({ user_id }) => user_id === user)?.name ?? "";
                    void assign(row, user || null, name);
                  }}
                >
                  <option value="">nobody</option>
                  {(members.data ?? []).map((member) => (
                    <option value={member.user_id} key={member.user_id}>
                      {member.is_me ? "me" : member.name}
                    </option>
                  ))}
                </select>
              </label>
              <button type="button" data-key="e" onClick={() => void close(row)}>Close</button>
              {row.lead_id && (
                <button type="button" onClick={() => setTask(true)}>Add a task</button>
              )}
            </div>
            {row.item === "reply" && row.lead_id && <Answer row={row} />}
          </>
        )}
      </div>
      {task && row.lead_id && (
        <AddTask
          org={row.org_id}
          lead={row.lead_id}
          close={() => setTask(false)}
        />
      )}
    </Panel>
  );
}

const TONES: Record<string, "good" | "bad" | "warn" | "info"> = {
  interested: "good",
  question: "info",
  opt_out: "bad",
  not_interested: "warn",
};

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
  const rows = inbox.data ?? [];
  const chosen = rows.find((row) => keyOf(row) === param("open"));
  const me = useQuery<Member[]>("desk_members", { p_org_id: orgId.value });
  const mine = me.data?.find(({ is_me }) => is_me);
  return (
    <>
      <Head title="Inbox">
        <SavedViews page="inbox" />
      </Head>
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
          options={[["sms", "Texts"], ["email", "E-mail"], ["voice", "Calls"]]}
        />
      </div>
      <div class={chosen ? "inbox open" : "inbox"}>
        <Panel label="Replies and calls" flush>
          <Shown
            of={inbox}
            empty={
              <Empty title={state === "open" ? "All answered." : "Nothing here."}>
                <p>Replies by text and e-mail, and calls, arrive here by themselves.</p>
              </Empty>
            }
          >
            {(found) => (
              <ul class="letters">
                {found.map((row) => (
                  <li data-row={keyOf(row)} key={keyOf(row)} class={row === chosen ? "chosen" : ""}>
                    <a
                      href={`#/inbox?${new URLSearchParams({
                        ...Object.fromEntries(
                          new URLSearchParams(location.hash.split("?")[1] ?? ""),
                        ),
                        open: keyOf(row),
                      })}`}
                      aria-current={row === chosen ? "true" : undefined}
                    >
                      <strong>{row.owner_full ?? "Unknown sender"}</strong>
                      <span class="sub">
                        {row.item === "call" ? "call" : channel(row.channel)} ·{" "}
                        <At value={row.at} />
                        {row.assigned_name ? ` · ${row.assigned_name}` : ""}
                      </span>
                    </a>
                    <span class="row">
                      {row.possible_wish && <Tag tone="warn">wish?</Tag>}
                      {row.label && <Tag tone={TONES[row.label] ?? "plain"}>{words(row.label)}
                      </Tag>}
                    </span>
                    {mine && org.value?.role !== "viewer" && (
                      <span class="seen-by-readers">
                        <button
                          type="button"
                          tabIndex={-1}
                          data-key="a"
                          onClick={() => void assign(row, mine.user_id, "me")}
                        >
                          Assign to me
                        </button>
                        <button
                          type="button"
                          tabIndex={-1}
                          data-key="e"
                          onClick={() =>
                            void close(row)}
                        >
                          Close
                        </button>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Shown>
          <Pager cursor={rows.at(-1)?.cursor} full={rows.length >= LIMIT} />
        </Panel>
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
            : (
              <Panel label="No reply is open">
                <Empty title="Choose a reply.">
                  <p>
                    <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>e</kbd> closes,
                    {" "}
                    <kbd>a</kbd> assigns to you.
                  </p>
                </Empty>
              </Panel>
            )}
        </div>
      </div>
    </>
  );
}
