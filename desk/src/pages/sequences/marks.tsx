// What is said about a step wherever it is shown.
import { count, plural, words } from "../../ui/format.ts";
import { Tag } from "../../ui/parts.tsx";
import type { Step } from "./steps.ts";

export const Texts = ({ step }: { step: Step }) => (
  <>
    {(step.variants ?? []).map((variant) => (
      <span key={`${variant.variant} ${variant.template_id}`}>
        <Tag>{variant.variant ?? "A"}</Tag> {variant.template
          ? (
            <a href={`#/sequences/template/${encodeURIComponent(variant.template)}`}>
              {variant.template} {variant.version ? `v${variant.version}` : ""}
            </a>
          )
          : "template"}
        {" "}
      </span>
    ))}
  </>
);

export const Counts = ({ step }: { step: Step }) => (
  <span class="sub">
    {plural(step.waiting ?? 0, "lead")} waiting
    {step.kind === "send" && `, ${count(step.in_flight ?? 0)} in flight`}
    {(step.paused ?? 0) > 0 && `, ${count(step.paused)} paused`}
    {step.kind === "send" &&
      ` · ${words(step.purpose)} · ${step.send_from?.slice(0, 5)} to ${
        step.send_until?.slice(0, 5)
      }`}
  </span>
);
