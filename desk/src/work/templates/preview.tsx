// How a text reads for one lead.
import { useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { orgId } from "../../data/me.ts";
import { rows as ask, rpc } from "../../data/rpc.ts";
import { Field, Panel } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import type { Draft } from "./types.ts";

interface Preview {
  template: { subject: string | null; text: string | null; html: string | null };
  variables: Record<string, string | null>;
  errors: string[] | null;
}

/** Variables filled in; conditions and filters stay as they are written. */
const filled = (text: string | null, variables: Preview["variables"]) =>
  (text ?? "").replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name) => variables[name] ?? "");

export function PreviewPanel({ draft }: { draft: Draft }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [who, setWho] = useState("");

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
            channel: draft.channel,
            subject: draft.subject,
            text: draft.text,
            html: draft.html,
          },
        }),
      );
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
  }

  return (
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
            {(preview.errors ?? []).map((error) => <p class="note warn" key={error}>{error}</p>)}
          </>
        )}
      </div>
    </Panel>
  );
}
