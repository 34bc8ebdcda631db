// How the learned reader does on batches that it was not trained on.
import { type LabelledExample, labelledExamples } from "./examples.ts";
import { logOdds, train } from "./train.ts";

export interface LeftOut {
  example: LabelledExample;
  odds: number;
}

/** The last batch of each author of independent.tsv. */
const LAST_BATCHES = [10, 18, Infinity];

const authorOf = (batch: number): number => LAST_BATCHES.findIndex((last) => batch <= last);

/** Each independent reply with the log odds of a model that was trained without its author. */
export const crossValidateAuthors = (rounds: number): LeftOut[] =>
  crossValidate(LAST_BATCHES.length, rounds, labelledExamples(), authorOf);

/** Each independent reply with the log odds of a model that was trained without its batch. */
export function crossValidate(
  folds: number,
  rounds: number,
  examples = labelledExamples(),
  foldOf = (batch: number): number => batch % folds,
): LeftOut[] {
  return Array.from({ length: folds }, (_, fold) => {
    const isLeftOut = ({ batch }: LabelledExample) => batch !== null && foldOf(batch) === fold;
    const model = train(examples.filter((example) => !isLeftOut(example)), rounds);
    return examples.filter(isLeftOut).map((example) => ({
      example,
      odds: logOdds(model, example.features),
    }));
  }).flat();
}
