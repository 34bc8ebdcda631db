import { useState } from "preact/hooks";
import { exactly, plural } from "../ui/format.ts";
import type { Reason } from "./types.ts";

/** More than these are behind a click. */
const FIRST = 2;

/** Why not, in plain words; the law and its text are one click deep. */
export function Reasons({ reasons }: { reasons: Reason[] | null | undefined }) {
  const [all, setAll] = useState(false);
  if (!reasons?.length) return null;
  const shown = all || reasons.length <= FIRST + 1 ? reasons : reasons.slice(0, FIRST);
  return (
    <ul class="reasons">
      {shown.map((reason) => (
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
      {shown.length < reasons.length && (
        <li>
          <button type="button" class="quiet small more" onClick={() => setAll(true)}>
            {plural(reasons.length - shown.length, "more reason")}
          </button>
        </li>
      )}
    </ul>
  );
}
