// Signed out: the sign-in pages. Signed in: the shell, once it is known who this is.
import { useEffect } from "preact/hooks";
import { auth, recovering, session, userId } from "./data/client.ts";
import { loadMe, orgs, orgsError } from "./data/me.ts";
import { forgetAll } from "./data/query.ts";
import { stepUpAsked } from "./data/step_up.ts";
import "./ui/theme.ts";
import { Confirm } from "./ui/dialog.tsx";
import { Failed } from "./ui/states.tsx";
import { page } from "./ui/router.ts";
import { Toasts } from "./ui/toasts.tsx";
import { Shell } from "./shell.tsx";
import { StepUp } from "./sign/step_up.tsx";
import { NewPassword, SignIn } from "./sign/sign_in.tsx";
import { NoOrg } from "./sign/no_org.tsx";
import { Later } from "./ui/later.tsx";

const Invitation = () => <Later load={() => import("./sign/invitation.tsx")} />;

function Inside() {
  const user = userId.value;
  useEffect(() => {
    forgetAll();
    orgs.value = null;
    if (user) void loadMe(user);
  }, [user]);
  if (recovering.value) return <NewPassword />;
  if (page.value === "invitation") return <Invitation />;
  if (orgs.value === null) {
    return orgsError.value
      ? (
        <div class="sign">
          <main>
            <Failed error={orgsError.value} retry={() => void loadMe()} />
            <button type="button" onClick={() => void auth.signOut({ scope: "local" })}>
              Sign out
            </button>
          </main>
        </div>
      )
      : <p class="starting" role="status">Opening the desk…</p>;
  }
  return orgs.value.length === 0 ? <NoOrg /> : <Shell />;
}

export function Desk() {
  return (
    <>
      {session.value === undefined
        ? <p class="starting" role="status">Opening the desk…</p>
        : session.value === null
        ? <SignIn />
        : <Inside />}
      {stepUpAsked.value && <StepUp settle={stepUpAsked.value.settle} />}
      <Confirm />
      <Toasts />
    </>
  );
}
