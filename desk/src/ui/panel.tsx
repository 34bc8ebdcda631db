import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Panel(
  { title, aside, flush, children, label }: {
    title?: string | undefined;
    label?: string | undefined;
    aside?: ComponentChildren;
    flush?: boolean;
    children: ComponentChildren;
  },
) {
  const id = useId();
  return (
    <section
      class="panel"
      aria-labelledby={title ? id : undefined}
      aria-label={title ? undefined : label}
    >
      {title && (
        <header>
          <h2 id={id}>{title}</h2>
          {aside && <div class="row end">{aside}</div>}
        </header>
      )}
      <div class={flush ? "body flush" : "body"}>{children}</div>
    </section>
  );
}
