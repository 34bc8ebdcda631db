import { auth, session } from "../data/client.ts";
import { loadMe } from "../data/me.ts";
import { Frame } from "./frame.tsx";

export function NoOrg() {
  return (
    <Frame title="No org yet">
      <p>
        {session.value?.user.email}{" "}
        is signed in and belongs to no org. Open the link of your invitation, or ask an owner of
        your brokerage to invite this address.
      </p>
      <div class="row">
        <button type="button" class="primary" onClick={() => void loadMe()}>
          Look again
        </button>
        <button type="button" onClick={() => void auth.signOut({ scope: "local" })}>
          Sign out
        </button>
      </div>
    </Frame>
  );
}
