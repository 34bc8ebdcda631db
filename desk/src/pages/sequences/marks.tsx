// What is said about a step wherever it is shown.
import { count, dotted, joined, plural, words } from "../../ui/format.ts";
import { Tag } from "../../ui/parts.tsx";
import type { Step } from "./steps.ts";

export const Texts = ({ step }: { step: Step }) => (
  <>
    {(step.variants ?? []).map((variant, _, all) => (
      <span key={`${variant.variant} ${variant.template_id}`}>
        {all.length > 1 && <Tag>{variant.variant ?? "A"}</Tag>} {variant.template
          ? (
            <a href={`#/sequences/template/${encodeURIComponent(variant.template)}`}>
              {variant.template} {variant.version ? `v${variant.version}` : ""}
            </a>
          )
          : <span class="muted">no text chosen yet</span>}
        {" "}
      </span>
    ))}
  </>
);

export const Counts = ({ step }: { step: Step }) => (
  <span class="sub">
    {dotted(
      joined(
        `${plural(step.waiting ?? 0, "lead")} waiting`,
        (step.in_flight ?? 0) > 0 && `${count(step.in_flight)} being sent`,
        (step.paused ?? 0) > 0 && `${count(step.paused)} paused`,
      ),
      step.kind === "send" && words(step.purpose),
      step.kind === "send" && `${step.send_from?.slice(0, 5)} to ${step.send_until?.slice(0, 5)}`,
    )}
  </span>
);
