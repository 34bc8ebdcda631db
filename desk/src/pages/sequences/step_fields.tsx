// What is set at a message and before it, in lists and drawings alike.
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { channel, sentence } from "../../ui/format.ts";
import { TypedInput } from "../../ui/parts.tsx";
import type { Step } from "./steps.ts";

export interface Template {
  id: string;
  name: string;
  channel: string;
  version: number;
}

export const useTemplates = (): Template[] =>
  useQuery<Template[]>("list_templates", { p_org_id: orgId.value, p_limit: 200 }, {
    when: manages.value,
  }).data ?? [];

export function MessageFields({ step, templates, change }: {
  step: Step;
  templates: Template[];
  change: (values: Partial<Step>) => void;
}) {
  const fitting = templates.filter((one) => one.channel === step.channel);
  const choose = (nth: number, id: string) => {
    const chosen = templates.find((one) => one.id === id);
    change({
      variants: (step.variants ?? []).map((one, at) =>
        at !== nth ? one : {
          ...one,
          template_id: chosen?.id,
          template: chosen?.name,
          version: chosen?.version,
        } as typeof one
      ),
    });
  };
  return (
    <>
      <label>
        Channel{" "}
        <select
          value={step.channel ?? ""}
          onChange={(event) =>
            change({ channel: event.currentTarget.value, variants: [{}], sender_id: null })}
        >
          {["email", "sms", "voice_ai"].map((one) => (
            <option key={one} value={one}>{sentence(channel(one))}</option>
          ))}
        </select>
      </label>
      {(step.variants ?? []).map((variant, n, all) => (
        <label key={n}>
          {all.length > 1 ? `Text ${variant.variant ?? n + 1} (share ${variant.share})` : "Text"}
          {" "}
          <select
            value={variant.template_id ?? ""}
            onChange={(event) => choose(n, event.currentTarget.value)}
          >
            <option value="">Choose a text</option>
            {variant.template_id && !templates.some(({ id }) => id === variant.template_id) && (
              <option value={variant.template_id}>{variant.template} v{variant.version}</option>
            )}
            {fitting.map((one) => (
              <option key={one.id} value={one.id}>{one.name} v{one.version}</option>
            ))}
          </select>
        </label>
      ))}
      {fitting.length === 0 && (
        <span class="small">
          No text for this channel yet: <a href="#/sequences/template/new">write one</a>.
        </span>
      )}
      <label>
        between{" "}
        <input
          type="time"
          required
          value={step.send_from?.slice(0, 5) ?? ""}
          onChange={(event) => change({ send_from: event.currentTarget.value })}
        />
      </label>
      <label>
        and{" "}
        <input
          type="time"
          required
          value={step.send_until?.slice(0, 5) ?? ""}
          onChange={(event) => change({ send_until: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

/** How long to wait, and which days count. */
export function DelayFields({ label, named, delay, kind, change }: {
  label: string;
  named?: string;
  delay: string;
  kind: string;
  change: (values: { delay?: string; delay_kind?: string }) => void;
}) {
  return (
    <>
      <label>
        {label}{" "}
        <TypedInput
          class="short"
          aria-label={named}
          value={delay}
          commit={(text) => change({ delay: text })}
        />
      </label>
      <label>
        <span class="seen-by-readers">Days that count</span>
        <select
          value={kind}
          onChange={(event) => change({ delay_kind: event.currentTarget.value })}
        >
          <option value="business">business days</option>
          <option value="calendar">calendar days</option>
        </select>
      </label>
    </>
  );
}
