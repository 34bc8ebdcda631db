// Ctrl+K: pages by name, leads by name or address.
import { useEffect, useId, useState } from "preact/hooks";
import { manages, orgId } from "../data/me.ts";
import { rows } from "../data/rpc.ts";
import { PLACES } from "../places.ts";
import { paletteOpen } from "./keys.ts";
import { Dialog } from "./parts.tsx";
import { go } from "./router.ts";
import { theme } from "./theme.ts";

interface Entry {
  name: string;
  about: string;
  run: () => void;
}

interface Found {
  lead_id: string;
  owner_full: string | null;
  address: string | null;
  situs_city: string | null;
}

const COMMANDS: Entry[] = [
  { name: "Look: dark", about: "command", run: () => theme.value = "dark" },
  { name: "Look: light", about: "command", run: () => theme.value = "light" },
  { name: "Print this page", about: "command", run: () => setTimeout(() => print(), 50) },
];

export function Palette() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Entry[]>([]);
  const [at, setAt] = useState(0);
  const id = useId();
  const close = () => paletteOpen.value = false;

  useEffect(() => {
    setFound([]);
    if (text.trim().length < 3) return;
    let here = true;
    const timer = setTimeout(() => {
      rows<Found>("desk_search", { p_query: text.trim(), p_org_id: orgId.value, p_limit: 8 }).then(
        (leads) => {
          if (!here) return;
          setFound(leads.map((lead) => ({
            name: lead.owner_full ?? lead.address ?? "Lead",
            about: [lead.address, lead.situs_city].filter(Boolean).join(", "),
            run: () => go(`#/lead/${lead.lead_id}`),
          })));
        },
        () => {},
      );
    }, 200);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [text]);

  const wanted = text.trim().toLowerCase();
  const entries = [
    ...PLACES.filter((place) => !place.managers || manages.value)
      .map(({ name, page }): Entry => ({ name, about: "page", run: () => go(`#/${page}`) })),
    ...COMMANDS,
  ].filter(({ name }) => name.toLowerCase().includes(wanted)).concat(found);
  const chosen = Math.min(at, entries.length - 1);

  function take(entry: Entry | undefined) {
    if (!entry) return;
    close();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") take(entries[chosen]);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog title="Go to" close={close} kind="palette">
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={entries[chosen] ? `${id}-${chosen}` : undefined}
        aria-label="Page, command or lead"
        placeholder="Page, command, or a lead's name or address"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={id} aria-label="Results">
        {entries.map((entry, index) => (
          <div
            role="option"
            id={`${id}-${index}`}
            aria-selected={index === chosen}
            key={`${entry.name} ${entry.about}`}
            onClick={() => take(entry)}
          >
            {entry.name} <span class="muted">{entry.about}</span>
          </div>
        ))}
        {entries.length === 0 && (
          <p class="empty" role="option" aria-selected="false">Nothing found.</p>
        )}
      </div>
    </Dialog>
  );
}
