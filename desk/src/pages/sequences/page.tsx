// Sequences and templates: the order of touches, and the texts. A new version is taken by the steps that use it when a
// person confirms.

import { manages } from "../../data/me.ts";
import { Head, Tabs } from "../../ui/parts.tsx";
import { param, route } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { Sequences } from "./list.tsx";
import { NewSequence } from "./new.tsx";
import { Sequence } from "./one.tsx";
import { Template } from "../../work/templates/edit.tsx";
import { Templates } from "../../work/templates/list.tsx";

export default function SequencesPage() {
  const [, id, extra] = route.value.path;
  if (id === "template") return <Template name={extra ?? ""} key={extra ?? ""} />;
  if (id === "new") return <NewSequence />;
  if (id) return <Sequence id={id} key={id} />;
  const tab = param("tab") || "sequences";
  return (
    <>
      <Head title="Sequences and templates">
        <SavedViews page="sequences" />
        {manages.value && tab === "sequences" && (
          <a class="button primary" href="#/sequences/new">New sequence</a>
        )}
      </Head>
      <div class="filters">
        <Tabs
          name="tab"
          label="Sequences and templates"
          standard="sequences"
          options={[["sequences", "Sequences"], ["templates", "Templates"]]}
        />
      </div>
      {tab === "templates" ? <Templates /> : <Sequences />}
    </>
  );
}
