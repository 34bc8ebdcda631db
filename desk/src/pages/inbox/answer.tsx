import { useEffect, useRef, useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { rpc } from "../../data/rpc.ts";
import { toast } from "../../ui/toasts.tsx";
import { CannedAnswers } from "../../work/canned.tsx";
import { reveal } from "../../work/reveal.tsx";
import type { InboxRow } from "../../work/types.ts";
import { send } from "./actions.ts";

/** The text of an answer: it begins with the draft of the model or of before, and is kept as one. */
export function Answer({ row }: { row: InboxRow }) {
  const [text, setText] = useState("");
  const [canned, setCanned] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const typed = useRef(false);
  const [key] = useState(() => crypto.randomUUID());

  function type(next: string) {
    typed.current = true;
    setText(next);
  }

  useEffect(() => {
    if (!row.has_draft || !row.lead_id) return;
    reveal(row.org_id, "replies", row.lead_id, row.id, "Reading it to answer").then(
      ([found]) => {
        if (found?.draft && !typed.current) setText(found.draft);
      },
      () => {},
    );
  }, []);

  async function keep() {
    if (!typed.current || !text.trim()) return;
    try {
      await rpc("save_draft", { p_org_id: row.org_id, p_reply_id: row.id, p_text: text });
    } catch (error) {
      toast({ kind: "error", text: `Draft not saved: ${messageOf(error)}` });
    }
  }

  function submit() {
    if (text.trim()) void send(row, key, text);
    else field.current?.focus();
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label for="answer">Answer by {row.channel === "email" ? "e-mail" : "text"}</label>
      <textarea
        id="answer"
        ref={field}
        data-key="r"
        value={text}
        maxLength={4000}
        onInput={(event) => type(event.currentTarget.value)}
        onBlur={() => void keep()}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
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
            type(text ? `${text}\n${filled}` : filled);
            setCanned(false);
            field.current?.focus();
          }}
        />
      )}
    </form>
  );
}
