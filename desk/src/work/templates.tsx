// Templates: the text, checked while writing, previewed with a real lead.
import { useEffect, useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { messageOf } from "../data/errors.ts";
import { manages, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rows as ask, rpc } from "../data/rpc.ts";
import { channel, count, plural, sentence } from "../ui/format.ts";
import {
  Dialog,
  Empty,
  Field,
  Head,
  onSubmit,
  Pager,
  Panel,
  Shown,
  Table,
  Tag,
} from "../ui/parts.tsx";
import { go, param } from "../ui/router.ts";
import { toast } from "../ui/toasts.tsx";

interface Row {
  id: string;
  name: string;
  version: number;
  channel: string;
  purpose: string;
  matter?: string | null;
  subject: string | null;
  text_body: string | null;
  html_body: string | null;
  created_at: string;
  steps: number;
  steps_on_older: number;
}

interface Use {
  sequence_id: string;
  sequence: string;
  step: number;
  variant: string | null;
  template_id: string;
  version: number;
  waiting: number;
}

interface Preview {
  template: { subject: string | null; text: string | null; html: string | null };
  variables: Record<string, string | null>;
  errors: string[] | null;
}

/** Variables filled in; conditions and filters stay as they are written. */
const filled = (text: string | null, variables: Preview["variables"]) =>
  (text ?? "").replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name) => variables[name] ?? "");

const LIMIT = 100;
const list = () => ({
  p_org_id: orgId.value,
  p_limit: LIMIT,
  p_after_name: param("after") || null,
});

export function Templates() {
  const found = useQuery<Row[]>("list_templates", list());
  return (
    <Panel
      title="Templates"
      flush
      aside={manages.value
        ? <a class="button primary" href="#/sequences/template/new">New template</a>
        : undefined}
    >
      <Shown
        of={found}
        empty={
          <Empty title="No templates yet.">
            <p>A template is the text of a step.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Templates"
            rows={rows}
            id={(row) => row.id}
            columns={[
              {
                label: "Template",
                show: (row) => (
                  <>
                    <a class="title" href={`#/sequences/template/${encodeURIComponent(row.name)}`}>
                      {row.name}
                    </a>
                    <span class="sub">{row.subject}</span>
                  </>
                ),
              },
              { label: "Channel", show: (row) => sentence(channel(row.channel)) },
              { label: "Version", num: true, labelled: true, show: (row) => row.version },
              { label: "Steps", num: true, labelled: true, show: (row) => count(row.steps) },
              {
                label: "On older versions",
                num: true,
                labelled: true,
                show: (row) =>
                  row.steps_on_older > 0 ? <Tag tone="warn">{row.steps_on_older}</Tag> : "0",
              },
            ]}
          />
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.name} full={(found.data?.length ?? 0) >= LIMIT} />
    </Panel>
  );
}

/** Which steps still use an older version; they change only when a person says so. */
function TakeUp({ template, close }: { template: string; close: () => void }) {
  const steps = useQuery<Use[]>("template_steps", {
    p_org_id: orgId.value,
    p_template_id: template,
  });
  const use = (wanted: Use[]) =>
    act({
      done: plural(wanted.length, "step uses the new version", "steps use the new version"),
      run: () =>
        rpc("use_template", {
          p_org_id: orgId.value,
          p_template_id: template,
          p_steps: wanted.map(({ sequence_id, step, variant, template_id }) => ({
            sequence_id,
            step,
            variant,
            template_id,
          })),
        }),
      refresh: ["list_templates", "template_steps", "show_sequence"],
    }).then((done) => done && close());
  return (
    <Dialog title="Use the new version?" close={close}>
      <div class="inside">
        <Shown of={steps} empty={<Empty title="No step uses an older version." />}>
          {(rows) => (
            <>
              <p>
                These steps still send an older version. Leads that wait get the new text with their
                next message.
              </p>
              <ul class="plain-list">
                {rows.map((row) => (
                  <li key={`${row.sequence_id} ${row.step} ${row.variant}`}>
                    <strong>{row.sequence}</strong>, step {row.step} {row.variant}
                    <span class="sub">
                      version {row.version}, {plural(row.waiting, "lead")} waiting
                    </span>
                  </li>
                ))}
              </ul>
              <footer>
                <button type="button" onClick={close}>Keep the older one</button>
                <button type="button" class="primary" onClick={() => void use(rows)}>
                  Use it in all of them
                </button>
              </footer>
            </>
          )}
        </Shown>
      </div>
    </Dialog>
  );
}

export function Template({ name }: { name: string }) {
  const fresh = name === "new";
  const found = useQuery<Row[]>("list_templates", { ...list(), p_limit: 200, p_after_name: null }, {
    when: !fresh,
  });
  const row = found.data?.find((item) => item.name === name);
  const [draft, setDraft] = useState<
    | {
      channel: string;
      purpose: string;
      name: string;
      subject: string;
      text: string;
      html: string;
    }
    | null
  >(
    fresh
      ? { channel: "sms", purpose: "marketing", name: "", subject: "", text: "", html: "" }
      : null,
  );
  const [problems, setProblems] = useState<string[]>([]);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [who, setWho] = useState("");
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
        p_subject: draft.subject,
        p_text: draft.text,
        p_html: draft.html,
      }).then((told) => setProblems(told ?? []), () => {});
    }, 400);
    return () => clearTimeout(timer);
  }, [draft]);

  async function look() {
    try {
      const [lead] = await ask<{ lead_id: string }>("desk_search", {
        p_query: who,
        p_org_id: orgId.value,
        p_limit: 1,
      });
      if (!lead) return toast({ text: "No lead found to preview with." });
      setPreview(
        await rpc<Preview>("template_preview", {
          p_org_id: orgId.value,
          p_lead_id: lead.lead_id,
          p_draft: {
            channel: draft!.channel,
            subject: draft!.subject,
            text: draft!.text,
            html: draft!.html,
          },
        }),
      );
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
  }

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
          p_subject: draft.subject,
          p_text: draft.text,
          p_html: draft.html,
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

  const set = (change: Partial<NonNullable<typeof draft>>) => setDraft({ ...draft!, ...change });
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
                <Field
                  label="Text"
                  hint="Variables such as {{ first_name }} are filled in for each lead."
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
                <div role="status">
                  {problems.map((problem) => <p class="note bad" key={problem}>{problem}</p>)}
                </div>
                {manages.value && (
                  <div>
                    <button type="submit" class="primary" disabled={problems.length > 0}>
                      Save as a new version
                    </button>
                  </div>
                )}
              </form>
            </Panel>
            <Panel title="Preview">
              <div class="stack">
                <Field
                  label="With which lead"
                  hint="A name or address; the first one found is used. Contact values stay masked."
                >
                  {(attributes) => (
                    <input
                      {...attributes}
                      value={who}
                      onInput={(event) => setWho(event.currentTarget.value)}
                    />
                  )}
                </Field>
                <div>
                  <button
                    type="button"
                    disabled={who.trim().length < 2}
                    onClick={() => void look()}
                  >
                    Preview
                  </button>
                </div>
                {preview && (
                  <>
                    {draft.subject && <strong>{filled(draft.subject, preview.variables)}</strong>}
                    <p class="pre said">
                      {filled(draft.text, preview.variables) || "No text part."}
                    </p>
                    {(preview.errors ?? []).map((error) => (
                      <p class="note warn" key={error}>{error}</p>
                    ))}
                  </>
                )}
              </div>
            </Panel>
          </div>
        )}
      {taking && <TakeUp template={taking} close={() => setTaking(null)} />}
    </>
  );
}
