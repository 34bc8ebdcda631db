// Numbers: the funnel and its steps, what a lead and a booking cost, cohorts, and how fast we answer. Each picture has its table.
import { org } from "../../data/me.ts";
import { Head } from "../../ui/parts.tsx";
import { setQuery } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { Answers } from "./answers.tsx";
import { Cohorts } from "./cohorts.tsx";
import { Costs } from "./costs.tsx";
import { Funnel } from "./funnel.tsx";
import { range } from "./range.ts";
import { Steps } from "./steps.tsx";

export default function Numbers() {
  const { from, until } = range();
  return (
    <>
      <Head title="Numbers">
        <SavedViews page="numbers" />
      </Head>
      <div class="filters">
        {([["from", "From", from], ["until", "Until", until]] as const).map((
          [name, label, value],
        ) => (
          <label class="row" key={name}>
            <span>{label}</span>
            <input
              type="date"
              value={value}
              onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <div class="stack-wide">
        <Funnel />
        <Steps />
        {org.value?.role !== "broker" && <Costs />}
        <Answers />
        <Cohorts />
      </div>
    </>
  );
}
