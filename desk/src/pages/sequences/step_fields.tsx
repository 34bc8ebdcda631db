// What is set at a message and before it, in lists and drawings alike.
import { orgId } from "../../data/me.ts";
import { rows } from "../../data/rpc.ts";
import { channel, sentence } from "../../ui/format.ts";
import { Chooser, TypedInput } from "../../ui/parts.tsx";
import type { Step } from "./steps.ts";

export interface Template {
  id: string;
  name: string;
  channel: string;
  version: number;
}

/** The newest versions of the texts for a channel, by a part of their name. */
const findTemplates = async (channel: string | null, text: string) =>
  (await rows<Template>("list_templates", {
    p_org_id: orgId.value,
    p_limit: 20,
    p_channel: channel,
    ...(text === "" ? {} : { p_search: text }),
  })).map((row) => ({ ...row, template: row.name, name: `${row.name} v${row.version}` }));

export function MessageFields({ step, change }: {
  step: Step;
  change: (values: Partial<Step>) => void;
}) {
  const choose = (
    nth: number,
    { id, template, version }: { id: string; template: string; version: number },
  ) =>
    change({
      variants: (step.variants ?? []).map((one, at) =>
        at !== nth ? one : { ...one, template_id: id, template, version } as typeof one
      ),
    });
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
        <Chooser
          small
          label={all.length > 1
            ? `Text ${variant.variant ?? n + 1} (share ${variant.share})`
            : "Text"}
          chosen={variant.template_id
            ? { id: variant.template_id, name: `${variant.template} v${variant.version}` }
            : null}
          look={(text) => findTemplates(step.channel ?? null, text)}
          choose={(row) => choose(n, row)}
          key={`${step.channel} ${n}`}
        />
      ))}
      {(step.variants ?? []).some(({ template_id }) => !template_id) && (
        <span class="small">
          None fits? <a href="#/sequences/template/new">Write a text</a>.
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
