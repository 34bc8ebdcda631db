// How the learned reader does on batches that it was not trained on.
import { type LabelledExample, labelledExamples } from "./examples.ts";
import { logOdds, train } from "./train.ts";

export interface LeftOut {
  example: LabelledExample;
  odds: number;
}

/** Each independent reply with the log odds of a model that was trained without its batch. */
export function crossValidate(
  folds: number,
  rounds: number,
  examples = labelledExamples(),
): LeftOut[] {
  return Array.from({ length: folds }, (_, fold) => {
    const isLeftOut = ({ batch }: LabelledExample) => batch !== null && batch % folds === fold;
    const model = train(examples.filter((example) => !isLeftOut(example)), rounds);
    return examples.filter(isLeftOut).map((example) => ({
      example,
      odds: logOdds(model, example.features),
    }));
  }).flat();
}
