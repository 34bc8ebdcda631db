// The steps of a list: messages in their order, with what is set at each.
import { manages } from "../../data/me.ts";
import { channel, sentence, words } from "../../ui/format.ts";
import { Counts, Texts } from "./marks.tsx";
import { DelayFields, MessageFields } from "./step_fields.tsx";
import { added, readable, type Step } from "./steps.ts";

export function ListSteps({ steps, edit }: { steps: Step[]; edit: (steps: Step[]) => void }) {
  const change = (index: number, values: Partial<Step>) =>
    edit(steps.map((step, at) => at === index ? { ...step, ...values } : step));
  const swap = (index: number) => {
    const next = [...steps];
    [next[index - 1], next[index]] = [next[index]!, next[index - 1]!];
    edit(next);
  };
  return (
    <>
      <ol class="steps drawn">
        {steps.map((step, index) => (
          <li data-row={String(index)} key={step.step} aria-label={`Step ${index + 1}`}>
            <span class="number" aria-hidden="true">{index + 1}</span>
            <div class="grow">
              <strong>{sentence(channel(step.channel))}</strong> <Texts step={step} />
              <Counts step={step} />
              {manages.value
                ? (
                  <div class="step-fields">
                    <DelayFields
                      label={index === 0 ? "after the feed" : `after step ${index}`}
                      named={`Delay before step ${index + 1}`}
                      delay={readable(step.delay)}
                      kind={step.delay_kind}
                      change={(values) => change(index, values)}
                    />
                    <MessageFields
                      step={step}
                      change={(values) =>
                        change(index, values)}
                    />
                  </div>
                )
                : (
                  <p class="small">
                    {readable(step.delay)} {words(step.delay_kind)} days after{" "}
                    {index === 0 ? "the feed" : `step ${index}`}
                  </p>
                )}
            </div>
            {manages.value && (
              <span class="row">
                <button
                  type="button"
                  disabled={index === 0}
                  aria-label={`Move step ${index + 1} up`}
                  onClick={() => swap(index)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  disabled={steps.length === 1}
                  aria-label={`Remove step ${index + 1}`}
                  onClick={() =>
                    edit(steps.filter((_, at) =>
                      at !== index
                    ))}
                >
                  Remove
                </button>
              </span>
            )}
          </li>
        ))}
      </ol>
      {manages.value && (
        <div class="steps-add">
          <button type="button" onClick={() => edit(added(steps, "send", null))}>
            Add a message
          </button>
        </div>
      )}
    </>
  );
}
