// The frame of every page: navigation, org, account, and the keyboard.
import { useEffect, useState } from "preact/hooks";
import { auth } from "./data/client.ts";
import { live } from "./data/live.ts";
import { choose, manages, org, orgs } from "./data/me.ts";
import { forgetAll } from "./data/query.ts";
import { useLine } from "./data/stay_live.ts";
import { useBadges } from "./data/summary.ts";
import { Icon } from "./ui/icons.tsx";
import { helpOpen, letters, paletteOpen, setLetters } from "./ui/keys.ts";
import { Page } from "./ui/later.tsx";
import { Logo } from "./ui/logo.tsx";
import { Palette } from "./ui/palette.tsx";
import { Dialog, Empty, Head } from "./ui/parts.tsx";
import { page, route } from "./ui/router.ts";
import { type Theme, theme } from "./ui/theme.ts";
import { INNER, PLACES } from "./places.ts";

const GROUPS = ["Work", "Outreach", "Org"] as const;

function Navigation() {
  const badges = useBadges();
  const badge = (name: string) => {
    const found = badges.get(name);
    return found && (
      <span class="count">
        {found.text}
        <span class="seen-by-readers">{found.what}</span>
      </span>
    );
  };
  return (
    <nav class="nav" aria-label="Pages">
      {GROUPS.map((group) => (
        <div key={group}>
          {group !== "Work" && <h2>{group}</h2>}
          {PLACES.filter((place) => place.group === group && (!place.managers || manages.value))
            .map((place) => (
              <a
                href={`#/${place.page}`}
                aria-current={page.value === place.page ? "page" : undefined}
                key={place.page}
              >
                <Icon name={place.icon} />
                {place.name} {badge(place.page)}
              </a>
            ))}
        </div>
      ))}
    </nav>
  );
}

function Account() {
  return (
    <div class="side-foot">
      <label class="row">
        <span class="muted">Look</span>
        <select
          class="grow"
          value={theme.value}
          onChange={(event) => theme.value = event.currentTarget.value as Theme}
        >
          <option value="system">as the system</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
      </label>
      <div class="row">
        <button type="button" class="quiet small" onClick={() => paletteOpen.value = true}>
          Go to… <kbd>Ctrl K</kbd>
        </button>
        <button type="button" class="quiet small" onClick={() => helpOpen.value = true}>
          Keys
        </button>
      </div>
      <span class="muted">
        {live.value ? "Changes show at once" : "Looks for changes every 20 seconds"}
      </span>
      <details>
        <summary>{org.value?.broker_name ?? org.value?.email ?? "Account"}</summary>
        <div class="stack">
          <span class="muted">{org.value?.email} · {org.value?.role}</span>
          <button type="button" onClick={() => void auth.signOut({ scope: "local" })}>
            Sign out
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => void auth.signOut({ scope: "global" })}
          >
            Sign out everywhere
          </button>
        </div>
      </details>
    </div>
  );
}

function Keys() {
  const keys: [string, string][] = [
    ["j / k", "next and previous row"],
    ["Enter", "open the row"],
    ["e", "done: complete, close, confirm"],
    ["r", "answer, or record a call"],
    ["a", "assign to me"],
    ["/", "search"],
    ["Ctrl K", "go to a page or lead"],
    ["Ctrl Z", "undo the last change (10 seconds)"],
    ["?", "this list"],
  ];
  return (
    <Dialog title="Keys" close={() => helpOpen.value = false}>
      <div class="inside">
        <dl class="facts">
          {keys.map(([key, what]) => (
            <>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <label class="choice">
          <input
            type="checkbox"
            checked={letters.value}
            onChange={(event) => setLetters(event.currentTarget.checked)}
          />
          Single letters act as keys
        </label>
        <footer>
          <button type="button" onClick={() => helpOpen.value = false}>Close</button>
        </footer>
      </div>
    </Dialog>
  );
}

const NotFound = () => (
  <>
    <Head title="Page not found" />
    <Empty title="There is no page at this address, or your role does not have it.">
      <a href="#/day">To my day</a>
    </Empty>
  </>
);

export function Shell() {
  const [open, setOpen] = useState(false);
  const { path } = route.value;
  useLine();
  useEffect(() => setOpen(false), [path.join("/")]);
  const name = page.value;
  const place = PLACES.find((one) => one.page === name);
  const load = place?.managers && !manages.value ? undefined : place?.load ?? INNER[name];
  const many = (orgs.value?.length ?? 0) > 1;
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <button
          type="button"
          aria-expanded={open}
          aria-controls="side"
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" /> Menu
        </button>
        <strong>{org.value?.org_name}</strong>
        <button type="button" class="quiet end" onClick={() => paletteOpen.value = true}>
          Go to…
        </button>
      </header>
      <div class="shell">
        <aside class={open ? "side open" : "side"} id="side" aria-label="Desk">
          <div class="brand">
            <Logo />
            {many
              ? (
                <select
                  aria-label="Org"
                  value={org.value?.org_id}
                  onChange={(event) => {
                    forgetAll();
                    choose(event.currentTarget.value);
                  }}
                >
                  {orgs.value?.map((item) => (
                    <option value={item.org_id} key={item.org_id}>{item.org_name}</option>
                  ))}
                </select>
              )
              : <strong>{org.value?.org_name}</strong>}
          </div>
          <Navigation />
          <Account />
        </aside>
        <main class="main" id="main" tabIndex={-1} key={`${org.value?.org_id} ${name}`}>
          {load ? <Page load={load} /> : <NotFound />}
        </main>
      </div>
      {paletteOpen.value && <Palette />}
      {helpOpen.value && <Keys />}
    </>
  );
}
