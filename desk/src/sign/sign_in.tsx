// Password, or a link by mail. A second factor is asked afterwards, where the person has one or the database wants one.
import { useState } from "preact/hooks";
import { auth, recovering } from "../data/client.ts";
import { keepSession } from "../data/session_storage.ts";
import { Check, Failed, Input, onSubmit } from "../ui/parts.tsx";
import { deskUrl, page, param } from "../ui/router.ts";
import { Frame } from "./frame.tsx";
import { PasswordForm, told } from "./password.tsx";

/** This page; on an invitation, with its token, which a link in a mail cannot keep after the #. */
function here(): string {
  return page.peek() === "invitation"
    ? `${deskUrl()}?${new URLSearchParams({ invitation: param("token") })}`
    : deskUrl();
}

export function SignIn() {
  // Whoever was invited may have no password yet.
  const [way, setWay] = useState<"password" | "link" | "forgot">(
    page.value === "invitation" ? "link" : "password",
  );
  const [sent, setSent] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  async function submit({ email = "", password = "", keep }: Record<string, string>) {
    setBusy(true);
    setProblem("");
    keepSession(keep === "on");
    const { error } = way === "password"
      ? await auth.signInWithPassword({ email, password })
      : way === "link"
      ? await auth.signInWithOtp({
        email,
        options: {
          emailRedirectTo: here(),
          // The invitation has made the account.
          shouldCreateUser: false,
        },
      })
      : await auth.resetPasswordForEmail(email, { redirectTo: here() });
    setBusy(false);
    if (error) setProblem(told(error));
    else if (way !== "password") setSent(email);
  }

  if (sent) {
    return (
      <Frame title="Check your mail">
        <p>
          If {sent}{" "}
          has an account, a link is on its way. Open it in this browser: it works once, and only
          here.
        </p>
        <button type="button" onClick={() => setSent("")}>Back</button>
      </Frame>
    );
  }
  const title = way === "forgot" ? "Set a new password" : "Sign in";
  return (
    <Frame title={title}>
      <form onSubmit={onSubmit(submit)}>
        <Input label="E-mail address" name="email" type="email" autocomplete="username" required />
        {way === "password" && (
          <Input
            label="Password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
          />
        )}
        {way !== "forgot" && (
          <Check label="Stay signed in on this computer for 12 hours" name="keep" defaultChecked />
        )}
        {problem && <Failed error={problem} />}
        <button type="submit" class="primary" disabled={busy}>
          {way === "password" ? "Sign in" : "Mail me a link"}
        </button>
      </form>
      <div class="row">
        {way !== "password" && (
          <button
            type="button"
            class="quiet"
            onClick={() => setWay("password")}
          >
            Use a password
          </button>
        )}
        {way !== "link" && (
          <button type="button" class="quiet" onClick={() => setWay("link")}>
            Sign in with a link by mail
          </button>
        )}
        {way === "password" && (
          <button type="button" class="quiet" onClick={() => setWay("forgot")}>
            Forgot password
          </button>
        )}
      </div>
    </Frame>
  );
}

export const NewPassword = () => (
  <Frame title="Choose a new password">
    <PasswordForm submit="Save" done={() => recovering.value = false} />
  </Frame>
);
