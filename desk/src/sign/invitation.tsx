// An invitation's link: the terms are shown, and joining is recorded with the version that was agreed to.
import { useState } from "preact/hooks";
import { session } from "../data/client.ts";
import { messageOf } from "../data/errors.ts";
import { choose, loadMe } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { date, words } from "../ui/format.ts";
import { onSubmit, Shown } from "../ui/parts.tsx";
import { go, param } from "../ui/router.ts";
import { Frame } from "./frame.tsx";

interface Offer {
  org_name: string;
  role: string;
  expires_at: string;
  consent_version: string;
  consent_text: string;
}

export default function Invitation() {
  const token = param("token");
  const offer = useQuery<Offer>("look_up_invitation", { p_token: token }, { when: token !== "" });
  const [problem, setProblem] = useState("");
  async function accept(version: string) {
    try {
      const joined = await rpc<{ org_id: string }>("accept_invitation", {
        p_token: token,
        p_consent_version: version,
      });
      await loadMe();
      choose(joined.org_id);
      go("#/day", { replace: true });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
  return (
    <Frame title="Invitation">
      <Shown of={offer} empty={<p>This link has no invitation.</p>}>
        {(data) => (
          <form onSubmit={onSubmit(() => accept(data.consent_version))}>
            <p>
              <strong>{data.org_name}</strong> invites you as{" "}
              <strong>{words(data.role)}</strong>. Open until {date(data.expires_at)}.
            </p>
            <p class="pre small">{data.consent_text}</p>
            <label class="choice">
              <input type="checkbox" required /> I have read this and agree.
            </label>
            {problem && <p class="note bad" role="alert">{problem}</p>}
            <button type="submit" class="primary">Join {data.org_name}</button>
          </form>
        )}
      </Shown>
      <p class="small">
        Signed in as {session.value?.user.email}. <a href="#/day">To the desk</a>
      </p>
    </Frame>
  );
}
