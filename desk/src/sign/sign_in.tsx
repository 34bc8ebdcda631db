// Password, or a link by mail. A second factor is asked afterwards, where the person has one or the database wants one.
import { useEffect, useState } from "preact/hooks";
import { auth, recovering } from "../data/client.ts";
import { keepSession } from "../data/session_storage.ts";
import { Field, onSubmit } from "../ui/parts.tsx";
import { deskUrl, page, param } from "../ui/router.ts";
import { Frame } from "./frame.tsx";
import { keepInvitation } from "./pending.ts";

const WORDS: Record<string, string> = {
  invalid_credentials: "E-mail address and password do not match.",
  email_not_confirmed: "Confirm your e-mail address first: open the link in our mail.",
  over_request_rate_limit: "Too many attempts. Wait a minute and try again.",
  over_email_send_rate_limit: "A mail was just sent. Wait a minute before asking for another.",
  signup_disabled: "There is no account with this address. Ask an owner of your org to invite you.",
  otp_disabled: "There is no account with this address. Ask an owner of your org to invite you.",
  weak_password: "This password is too easy to guess. Choose a longer one.",
  same_password: "This is the present password. Choose another.",
};

type Problem = { code?: string | undefined; message: string };
const told = (error: Problem) => WORDS[error.code ?? ""] ?? error.message;

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

  useEffect(() => void keepInvitation(), []);

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
        <Field label="E-mail address">
          {(attributes) => (
            <input {...attributes} name="email" type="email" autocomplete="username" required />
          )}
        </Field>
        {way === "password" && (
          <Field label="Password">
            {(attributes) => (
              <input
                {...attributes}
                name="password"
                type="password"
                autocomplete="current-password"
                required
              />
            )}
          </Field>
        )}
        {way !== "forgot" && (
          <label class="choice">
            <input type="checkbox" name="keep" defaultChecked />
            Stay signed in on this computer for 12 hours
          </label>
        )}
        {problem && <p class="note bad" role="alert">{problem}</p>}
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

export function NewPassword() {
  const [problem, setProblem] = useState("");
  async function submit({ password = "" }: Record<string, string>) {
    const { error } = await auth.updateUser({ password });
    if (error) setProblem(told(error));
    else recovering.value = false;
  }
  return (
    <Frame title="Choose a new password">
      <form onSubmit={onSubmit(submit)}>
        <Field label="New password" hint="At least 12 characters." problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              name="password"
              type="password"
              autocomplete="new-password"
              minLength={12}
              required
            />
          )}
        </Field>
        <button type="submit" class="primary">Save</button>
      </form>
    </Frame>
  );
}
