// Tasks and calls: what is to do, and what was said.
import { Head, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { Calls } from "./calls.tsx";
import { Tasks } from "./tasks.tsx";

export default function TasksPage() {
  const list = param("list") || "mine";
  return (
    <>
      <Head title="Tasks and calls">
        <SavedViews page="tasks" />
      </Head>
      <div class="filters">
        <Tabs
          name="list"
          label="List"
          standard="mine"
          options={[
            ["mine", "Mine"],
            ["due", "Due"],
            ["team", "Team"],
            ["done", "Done"],
            ["calls", "Calls"],
          ]}
        />
      </div>
      {list === "calls" ? <Calls /> : <Tasks list={list} />}
    </>
  );
}
