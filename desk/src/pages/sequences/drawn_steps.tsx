// The steps of a drawn sequence: messages, branches and hand-overs, and what follows each.
import { manages } from "../../data/me.ts";
import { channel, sentence } from "../../ui/format.ts";
import { Tag, TypedInput } from "../../ui/parts.tsx";
import { Counts, Texts } from "./marks.tsx";
import { DelayFields, MessageFields } from "./step_fields.tsx";
import {
  added,
  changed,
  type Edge,
  EVENTS,
  nameOf,
  ordered,
  type Outcome,
  OUTCOMES,
  readable,
  removed,
  renamed,
  type Step,
} from "./steps.ts";

type Edit = (steps: Step[]) => void;

const WORDS: Record<Outcome, string> = { next: "Then", yes: "If so", no: "If not" };
const KINDS = { send: "Message", branch: "Branch", hand_over: "Hand-over to the broker" };

export function DrawnSteps({ steps, edit }: { steps: Step[]; edit: Edit }) {
  return (
    <>
      <ol class="steps drawn">
        {ordered(steps).map((step, index) => (
          // A step that is being renamed keeps its number, so the field keeps the focus.
          <li data-row={String(index)} key={step.step} aria-label={nameOf(step)}>
            <span class="number" aria-hidden="true">{index + 1}</span>
            <div class="grow">
              <strong>{nameOf(step)}</strong> <Tag>{KINDS[step.kind]}</Tag>{" "}
              {step.kind === "send" && (
                <>
                  {sentence(channel(step.channel))} <Texts step={step} />
                </>
              )}
              <Counts step={step} />
              <Settings step={step} steps={steps} edit={edit} />
              {OUTCOMES[step.kind].map((outcome) => (
                <Follows key={outcome} outcome={outcome} step={step} steps={steps} edit={edit} />
              ))}
            </div>
            {manages.value && !(step.is_first && step.kind !== "send") && steps.length > 1 && (
              <button
                type="button"
                aria-label={`Remove ${nameOf(step)}`}
                onClick={() => edit(removed(steps, nameOf(step)))}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ol>
      {manages.value && (
        <div class="steps-add">
          <button type="button" onClick={() => edit(added(steps, "send", "Message"))}>
            Add a message
          </button>
          <button type="button" onClick={() => edit(added(steps, "branch", "Branch"))}>
            Add a branch
          </button>
          <button type="button" onClick={() => edit(added(steps, "hand_over", "Hand-over"))}>
            Add a hand-over
          </button>
        </div>
      )}
    </>
  );
}

interface Part {
  step: Step;
  steps: Step[];
  edit: Edit;
}

function Settings({ step, steps, edit }: Part) {
  const name = nameOf(step);
  const change = (values: Partial<Step>) => edit(changed(steps, name, values));
  if (!manages.value) {
    return step.kind === "branch"
      ? (
        <p class="small">
          {EVENTS.find(([event]) => event === step.event)?.[1]} within {readable(step.within)}?
        </p>
      )
      : step.note
      ? <p class="small">{step.note}</p>
      : null;
  }
  return (
    <div class="step-fields">
      <label>
        Name{" "}
        <TypedInput
          value={name}
          maxLength={100}
          required
          commit={(text) => {
            const to = text.trim();
            const taken = steps.some((other) => other !== step && nameOf(other) === to);
            if (to !== "" && !taken) edit(renamed(steps, name, to));
          }}
        />
      </label>
      {step.kind === "branch" && (
        <>
          <label>
            What happened{" "}
            <select
              value={step.event ?? ""}
              onChange={(event) => change({ event: event.currentTarget.value })}
            >
              {EVENTS.map(([event, text]) => <option key={event} value={event}>{text}</option>)}
            </select>
          </label>
          <label>
            within{" "}
            <TypedInput
              class="short"
              value={readable(step.within)}
              commit={(text) => change({ within: text })}
            />
          </label>
        </>
      )}
      {step.kind === "hand_over" && (
        <label class="grow">
          Note for the broker{" "}
          <TypedInput
            value={step.note ?? ""}
            maxLength={500}
            commit={(text) => change({ note: text })}
          />
        </label>
      )}
      {step.kind === "send" && <MessageFields step={step} change={change} />}
    </div>
  );
}

const AT_ONCE: Edge = { to: "", delay: "0", delay_kind: "business" };

function Follows({ outcome, step, steps, edit }: Part & { outcome: Outcome }) {
  const name = nameOf(step);
  const edge = step.edges[outcome];
  const set = (values: Partial<Edge>) => {
    const next = { ...edge ?? AT_ONCE, ...values };
    const { [outcome]: _, ...others } = step.edges;
    edit(changed(steps, name, {
      edges: next.to === "" ? others : { ...others, [outcome]: next },
    }));
  };
  const label = `${WORDS[outcome]}, after ${name}`;
  if (!manages.value) {
    return (
      <p class="small">
        {WORDS[outcome]}: {edge
          ? `${edge.to}${readable(edge.delay) === "0" ? "" : ` after ${readable(edge.delay)}`}`
          : "the sequence ends"}
      </p>
    );
  }
  return (
    <div class="step-fields" role="group" aria-label={label}>
      <label>
        {WORDS[outcome]}{" "}
        <select
          value={edge?.to ?? ""}
          onChange={(event) => set({ to: event.currentTarget.value })}
        >
          <option value="">{outcome === "next" ? "the sequence ends" : "choose a step"}</option>
          {ordered(steps).filter((other) => other !== step).map((other) => (
            <option key={other.step} value={nameOf(other)}>{nameOf(other)}</option>
          ))}
        </select>
      </label>
      {edge && (
        <>
          <DelayFields
            label="after"
            delay={readable(edge.delay)}
            kind={edge.delay_kind}
            change={set}
          />
        </>
      )}
    </div>
  );
}
