import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Logo } from "../ui/logo.tsx";

/** The narrow page of everything before the desk itself. */
export function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Sluice desk`;
  }, [title]);
  return (
    <div class="sign">
      <main>
        <div class="brand">
          <Logo />
          <strong>Sluice desk</strong>
        </div>
        <div class="panel">
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
