import { render } from "preact";
import { Desk } from "./desk.tsx";

function start(): void {
  const place = document.getElementById("desk");
  if (!place) return;
  place.replaceChildren();
  render(<Desk />, place);
}
// The first chunk does not wait for the rest of the page.
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
