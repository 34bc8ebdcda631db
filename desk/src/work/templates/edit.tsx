// A template's text: checked while it is written, previewed with a lead, saved as the next version.
import { useEffect, useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { messageOf } from "../../data/errors.ts";
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, plural, sentence } from "../../ui/format.ts";
import { Empty, Field, Head, onSubmit, Panel, Shown } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { PreviewPanel } from "./preview.tsx";
import { TakeUp } from "./take_up.tsx";
import { type Draft, parts, type TemplateRow } from "./types.ts";

/** What is wrong with a part, below it: "text: how to opt out is missing". */
const Problems = ({ part, all }: { part: string; all: string[] }) => (
  <div role="status">
    {all.filter((problem) => problem.startsWith(`${part}: `)).map((problem) => (
      <p class="note bad" key={problem}>{problem.slice(part.length + 2)}</p>
    ))}
  </div>
);

export function Template({ name }: { name: string }) {
  const fresh = name === "new";
  const found = useQuery<TemplateRow[]>("list_templates", { p_org_id: orgId.value, p_name: name }, {
    when: !fresh,
  });
  const row = found.data?.[0];
  const [draft, setDraft] = useState<Draft | null>(
    fresh
      ? { channel: "sms", purpose: "marketing", name: "", subject: "", text: "", html: "" }
      : null,
  );
  const [problems, setProblems] = useState<string[]>([]);
  const [taking, setTaking] = useState<string | null>(null);

  useEffect(() => {
    if (row && !draft) {
      setDraft({
        channel: row.channel,
        purpose: row.purpose,
        name: row.name,
        subject: row.subject ?? "",
        text: row.text_body ?? "",
        html: row.html_body ?? "",
      });
    }
  }, [row]);

  useEffect(() => {
    if (!draft || (!draft.text && !draft.html)) return setProblems([]);
    const timer = setTimeout(() => {
      rpc<string[] | null>("check_template", {
        p_channel: draft.channel,
        ...parts(draft),
      }).then((told) => setProblems(told ?? []), () => {});
    }, 400);
    return () => clearTimeout(timer);
  }, [draft]);

  async function save() {
    if (!draft) return;
    try {
      const saved = await rpc<
        { id: string; version: number; steps_on_older: number }
      >(
        "save_template",
        {
          p_org_id: orgId.value,
          p_name: draft.name,
          p_channel: draft.channel,
          p_purpose: draft.purpose,
          p_matter: row?.matter,
          p_version: row?.version,
          ...parts(draft),
        },
      );
      await act({
        done: `Saved as version ${saved.version}`,
        run: () => Promise.resolve(),
        refresh: ["list_templates", "template_steps"],
      });
      if (saved.steps_on_older > 0) setTaking(saved.id);
      else if (fresh) {
        go(`#/sequences/template/${encodeURIComponent(draft.name)}`, { replace: true });
      }
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
  }

  const set = (change: Partial<Draft>) => setDraft({ ...draft!, ...change });
  return (
    <>
      <Head
        title={fresh ? "New template" : name}
        sub={row && `Version ${row.version}, ${sentence(channel(row.channel))}`}
      >
        <a class="button" href="#/sequences?tab=templates">All templates</a>
        {row && row.steps_on_older > 0 && manages.value && (
          <button
            type="button"
            onClick={() => setTaking(row.id)}
          >
            {plural(row.steps_on_older, "step")} on an older version
          </button>
        )}
      </Head>
      {!draft
        ? (
          <Shown of={found} empty={<Empty title="This template does not exist." />}>
            {() => <Empty title="This template does not exist." />}
          </Shown>
        )
        : (
          <div class="two">
            <Panel title="Text">
              <form class="stack" onSubmit={onSubmit(save)}>
                {fresh && (
                  <div class="pair">
                    <Field label="Name">
                      {(attributes) => (
                        <input
                          {...attributes}
                          value={draft.name}
                          onInput={(event) => set({ name: event.currentTarget.value })}
                          required
                        />
                      )}
                    </Field>
                    <Field label="Channel">
                      {(attributes) => (
                        <select
                          {...attributes}
                          value={draft.channel}
                          onChange={(event) => set({ channel: event.currentTarget.value })}
                        >
                          <option value="sms">Text message</option>
                          <option value="email">E-mail</option>
                          <option value="voice_ai">AI call</option>
                        </select>
                      )}
                    </Field>
                  </div>
                )}
                {draft.channel === "email" && (
                  <Field label="Subject">
                    {(attributes) => (
                      <input
                        {...attributes}
                        value={draft.subject}
                        onInput={(event) => set({ subject: event.currentTarget.value })}
                      />
                    )}
                  </Field>
                )}
                <Problems part="subject" all={problems} />
                <Field
                  label="Text"
                  hint='Variables such as {{ lead.first_name | default: "there" }} are filled in for each lead.'
                >
                  {(attributes) => (
                    <textarea
                      {...attributes}
                      rows={10}
                      value={draft.text}
                      onInput={(event) => set({ text: event.currentTarget.value })}
                    />
                  )}
                </Field>
                <Problems part="text" all={problems} />
                {draft.channel === "email" && (
                  <Field label="HTML">
                    {(attributes) => (
                      <textarea
                        {...attributes}
                        rows={8}
                        value={draft.html}
                        onInput={(event) => set({ html: event.currentTarget.value })}
                      />
                    )}
                  </Field>
                )}
                <Problems part="html" all={problems} />
                {manages.value
                  ? (
                    <div>
                      <button type="submit" class="primary" disabled={problems.length > 0}>
                        Save as a new version
                      </button>
                    </div>
                  )
                  : (
                    <p class="sub">
                      Owners and admins save texts. What you write here is a trial.
                    </p>
                  )}
              </form>
            </Panel>
            <PreviewPanel draft={draft} />
          </div>
        )}
      {taking && <TakeUp template={taking} close={() => setTaking(null)} />}
    </>
  );
}
