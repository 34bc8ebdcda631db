// How a text reads for one lead, with every rule of sending, and sent to oneself.
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { callFunction } from "../../data/functions.ts";
import { orgId, works } from "../../data/me.ts";
import { rows as ask } from "../../data/rpc.ts";
import { Input, onSubmit, Panel } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import { type Draft, parts } from "./types.ts";

interface Found {
  lead_id: string;
  owner_full: string | null;
  address: string | null;
}

interface Rendered {
  subject: string | null;
  text: string | null;
  html: string | null;
  problems: string[];
}

interface Tested {
  state: "sent" | "failed" | "unknown";
  to: string;
  code?: string;
}

const draftOf = (draft: Draft) => {
  const { p_subject: subject, p_text: text, p_html: html } = parts(draft);
  return { channel: draft.channel, purpose: draft.purpose, subject, text, html };
};

/** Of the document, which does not have the policy of this page in every browser. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const documentOf = (html: string) =>
  `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">${html}`;

/** The HTML of a mail in a document without an origin: no script, no form, no request, nothing of this page. */
const Mail = ({ html }: { html: string }) => (
  <iframe
    class="mail"
    title="The HTML of the e-mail"
    sandbox=""
    referrerpolicy="no-referrer"
    src={`data:text/html;charset=utf-8,${encodeURIComponent(documentOf(html))}`}
  />
);

export function PreviewPanel({ draft }: { draft: Draft }) {
  const [lead, setLead] = useState<Found | null>(null);
  const [shown, setShown] = useState<Rendered | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const body = () => ({ org_id: orgId.value, lead_id: lead?.lead_id, draft: draftOf(draft) });

  async function find({ who = "" }: Record<string, string>) {
    setProblem("");
    try {
      const [found] = await ask<Found>("desk_search", {
        p_query: who,
        p_org_id: orgId.value,
        p_limit: 1,
      });
      setLead(found ?? null);
      if (!found) setProblem("No lead found with this name or address.");
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  useEffect(() => {
    setShown(null);
    if (!lead || !draft.text.trim()) return;
    let over = false;
    const timer = setTimeout(() => {
      callFunction<Rendered>("outreach/v1/preview", body(), { byItself: true }).then(
        (rendered) => {
          if (over) return;
          setProblem("");
          setShown(rendered);
        },
        (error) => !over && setProblem(messageOf(error)),
      );
    }, 400);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [lead, draft]);

  async function test() {
    setBusy(true);
    try {
      const { state, to, code } = await callFunction<Tested>("outreach/v1/test-send", body());
      if (state === "sent") toast({ text: `Test sent to ${to}` });
      else {
        toast({
          kind: "error",
          text: state === "unknown"
            ? `The provider did not say whether the test to ${to} went out.`
            : `The test was not sent: ${code ?? "refused"}.`,
        });
      }
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
    setBusy(false);
  }

  return (
    <Panel title="Preview">
      <div class="stack">
        <form class="stack" onSubmit={onSubmit(find)}>
          <Input
            name="who"
            label="With which lead"
            hint="A name or address; the first one found. Neither phone nor e-mail is shown."
            minLength={2}
            required
          />
          <div>
            <button type="submit">Preview</button>
          </div>
        </form>
        <div class="stack" aria-live="polite">
          {problem && <p class="note bad">{problem}</p>}
          {lead && (
            <p class="muted">{lead.owner_full ?? "A lead"}, {lead.address ?? "no address"}</p>
          )}
          {shown && (
            <>
              {shown.subject && <strong>{shown.subject}</strong>}
              {shown.text && <p class="pre said">{shown.text}</p>}
              {shown.problems.map((one) => <p class="note warn" key={one}>{one}</p>)}
            </>
          )}
        </div>
        {shown?.html && (
          <>
            <Mail html={shown.html} />
            <p class="muted small">
              Pictures are not loaded here, because that would tell their host. A test shows them.
            </p>
          </>
        )}
        {shown && works.value && draft.channel !== "voice_ai" && (
          <div>
            <button
              type="button"
              disabled={busy || shown.problems.length > 0}
              onClick={() => void test()}
            >
              Send me a test
            </button>
            <p class="muted small">
              To the confirmed address of your own account, marked as a test. It counts as no
              contact.
            </p>
          </div>
        )}
      </div>
    </Panel>
  );
}
