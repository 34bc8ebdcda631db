// A name for the present filters, for oneself. The address is what is saved.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { go, href, route } from "../ui/router.ts";
import { FormDialog, Input } from "../ui/parts.tsx";

interface View {
  id: string;
  name: string;
  query: string;
}

export function SavedViews({ page }: { page: string }) {
  const [naming, setNaming] = useState(false);
  const org = orgId.value;
  const views = useQuery<View[]>("saved_views_of", { p_org_id: org, p_page: page }).data ?? [];

  const query = new URLSearchParams(route.value.query);
  // The page of a list and the open row are not filters.
  for (const name of ["after", "rejects", "open", "deal"]) query.delete(name);
  // The words of a search may be a person: they are not kept.
  query.delete("q");
  const here = query.toString();
  const current = views.find((view) => view.query === here);

  const save = (name: string | undefined, wanted: string) =>
    rpc<string>("save_view", { p_org_id: org, p_page: page, p_name: name, p_query: wanted });
  const refresh = ["saved_views_of"] as const;

  function add({ name }: Record<string, string>) {
    setNaming(false);
    let id = "";
    return act({
      done: "View saved",
      run: async () => id = await save(name, here),
      undo: () => rpc("drop_view", { p_id: id }),
      refresh: [...refresh],
    });
  }
  const remove = (view: View) =>
    act({
      done: "View removed",
      run: () => rpc("drop_view", { p_id: view.id }),
      undo: () => save(view.name, view.query),
      refresh: [...refresh],
    });

  if (views.length === 0 && here === "") return null;
  return (
    <>
      {views.length > 0 && (
        <select
          aria-label="Saved views"
          value={current?.id ?? ""}
          onChange={(event) => {
            const view = views.find(({ id }) => id === event.currentTarget.value);
            go(view ? `${href(page)}?${view.query}` : href(page));
          }}
        >
          <option value="">Saved views</option>
          {views.map(({ id, name }) => <option value={id} key={id}>{name}</option>)}
        </select>
      )}
      {current
        ? <button type="button" onClick={() => void remove(current)}>Remove view</button>
        : here !== "" && <button type="button" onClick={() => setNaming(true)}>Save view</button>}
      {naming && (
        <FormDialog title="Save this view" close={() => setNaming(false)} save={add}>
          <Input label="Name" name="name" maxLength={60} required />
        </FormDialog>
      )}
    </>
  );
}
