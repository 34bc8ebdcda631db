// Light, dark, or what the system says. No secret: it may lie in localStorage.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const NAME = "desk-theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(NAME);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

export const theme = signal<Theme>(stored());

effect(() => {
  const { value } = theme;
  if (value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  try {
    localStorage.setItem(NAME, value);
  } catch {
    // A private window may refuse; the choice then lasts as long as the tab.
  }
});

/** A token as a colour that a canvas understands: light-dark() is resolved where the element is. */
export function colorOf(element: HTMLElement, token: string): string {
  const probe = element.appendChild(document.createElement("span"));
  probe.style.color = `var(${token})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
