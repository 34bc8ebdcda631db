import { exactly } from "../ui/format.ts";
import type { Reason } from "./types.ts";

/** Why not, in plain words; the law and its text are one click deep. */
export function Reasons({ reasons }: { reasons: Reason[] | null | undefined }) {
  if (!reasons?.length) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li key={reason.rule}>
          {reason.law || reason.citation || reason.detail
            ? (
              <details>
                <summary>{reason.words}</summary>
                <div class="law">
                  {reason.law && <strong>{reason.law}</strong>} {reason.citation}
                  {reason.detail && <p>{reason.detail}</p>}
                  {reason.ends_at && <p>Until {exactly(reason.ends_at)}.</p>}
                  {reason.url && (
                    <a href={reason.url} target="_blank" rel="noreferrer noopener">
                      The text of the law
                    </a>
                  )}
                  <p class="muted">Rule: {reason.rule}</p>
                </div>
              </details>
            )
            : reason.words}
        </li>
      ))}
    </ul>
  );
}
