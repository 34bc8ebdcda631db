// One's own sign-in: second factor, password, sessions.
import { useState } from "preact/hooks";
import { assurance, auth } from "../../data/client.ts";
import { Panel } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import { Factor } from "../../sign/factor.tsx";
import { PasswordForm } from "../../sign/password.tsx";

export function Mine() {
  const [factor, setFactor] = useState(false);
  return (
    <div class="stack-wide">
      <Panel title="Second factor">
        <div class="stack">
          {assurance.value === "aal2" ? <p>This session has a second factor.</p> : (
            <p>
              Owners and admins need one, and so does everybody who exports, erases or changes
              connections.
            </p>
          )}
          {factor ? <Factor done={() => setFactor(false)} /> : assurance.value !== "aal2" && (
            <div>
              <button type="button" class="primary" onClick={() => setFactor(true)}>
                Set up or confirm
              </button>
            </div>
          )}
        </div>
      </Panel>
      <Panel title="Password">
        <PasswordForm submit="Change" done={() => toast({ text: "Password changed" })} />
      </Panel>
      <Panel title="Sessions">
        <div class="stack">
          <p>Signs out every browser and device of yours; changes from them are refused at once.</p>
          <div>
            <button
              type="button"
              class="danger"
              onClick={() => void auth.signOut({ scope: "global" })}
            >
              Sign out everywhere
            </button>
          </div>
        </div>
      </Panel>
    </div>
  );
}
