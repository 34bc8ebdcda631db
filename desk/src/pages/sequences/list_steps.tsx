// The steps of a list: their order and delays.
import { manages } from "../../data/me.ts";
import { channel, sentence, words } from "../../ui/format.ts";
import { Counts, Texts } from "./marks.tsx";
import { type Step } from "./steps.ts";

export function ListSteps({ steps, edit }: { steps: Step[]; edit: (steps: Step[]) => void }) {
  const change = (index: number, delay: string) =>
    edit(steps.map((step, at) => at === index ? { ...step, delay } : step));
  const swap = (index: number) => {
    const next = [...steps];
    [next[index - 1], next[index]] = [next[index]!, next[index - 1]!];
    edit(next);
  };
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <li data-row={String(index)} key={`${step.step} ${step.channel}`}>
          <span class="number">{index + 1}</span>
          <div class="grow">
            <strong>{sentence(channel(step.channel))}</strong> <Texts step={step} />
            <Counts step={step} />
          </div>
          <label class="row">
            <span class="muted small">
              {index === 0 ? "after the feed" : `after step ${index}`}
            </span>
            <input
              class="short"
              aria-label={`Delay before step ${index + 1}`}
              value={step.delay}
              readOnly={!manages.value}
              onChange={(event) => change(index, event.currentTarget.value)}
            />
            <span class="muted small">{words(step.delay_kind)}</span>
          </label>
          {manages.value && (
            <button
              type="button"
              disabled={index === 0}
              aria-label={`Move step ${index + 1} up`}
              onClick={() => swap(index)}
            >
              ↑
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}
