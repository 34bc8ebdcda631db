import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** The heading of a page: it takes the focus when the page opens, and names the window. */
export function Head(
  { title, sub, children }: {
    title: string;
    sub?: ComponentChildren;
    children?: ComponentChildren;
  },
) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sluice desk`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest(".side")) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <header class="head">
      <div>
        <h1 tabIndex={-1} ref={heading}>{title}</h1>
        {sub && <p class="muted">{sub}</p>}
      </div>
      {children && <div class="end">{children}</div>}
    </header>
  );
}
