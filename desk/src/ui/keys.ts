// The keyboard: single letters act on the row with the focus. They can be switched off (WCAG 2.1.4).
import { signal } from "@preact/signals";
import { go } from "./router.ts";
import { undoLast } from "./toasts.tsx";

export const paletteOpen = signal(false);
export const helpOpen = signal(false);

const NAME = "desk-letters";
function stored(): boolean {
  try {
    return localStorage.getItem(NAME) !== "off";
  } catch {
    return true;
  }
}
export const letters = signal(stored());
export function setLetters(on: boolean): void {
  letters.value = on;
  try {
    localStorage.setItem(NAME, on ? "on" : "off");
  } catch {
    // As with the theme: the choice then lasts as long as the tab.
  }
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const rows = () =>
  [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter((row) =>
    row.offsetParent !== null
  );
export function focusRow(row: HTMLElement): void {
  const control = row.querySelector<HTMLElement>("a[href], button, summary, [tabindex='0']");
  if (!control) row.tabIndex = -1;
  (control ?? row).focus();
}

function move(step: 1 | -1): void {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.max(0, Math.min(next, all.length - 1))];
  if (!row) return;
  focusRow(row);
  row.scrollIntoView({ block: "nearest" });
}

/** Presses the control that is marked for a key: of the row with the focus, or of the page. */
function press(key: string): boolean {
  const focused = document.activeElement?.closest<HTMLElement>("[data-row]");
  const row = focused ?? rows()[0];
  const selector = `[data-key="${key}"]`;
  const ofRow = row?.querySelector<HTMLElement>(selector);
  const control = ofRow ?? [...document.querySelectorAll<HTMLElement>(`main ${selector}`)]
    .find((item) => !item.closest("[data-row]"));
  if (!control) return false;
  // Without a row in focus the first one is meant: the focus shows it, and a dialog gives the focus back to it.
  if (row && ofRow && !focused) focusRow(row);
  if (/^(INPUT|TEXTAREA)$/.test(control.tagName)) control.focus();
  else control.click();
  return true;
}

addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    paletteOpen.value = !paletteOpen.value;
    return;
  }
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    if (undoLast()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !letters.value) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "?") helpOpen.value = true;
  else if (event.key === "/") {
    if (!press("/")) go("#/search");
  } else if (!/^[a-z]$/.test(event.key) || !press(event.key)) return;
  event.preventDefault();
});
