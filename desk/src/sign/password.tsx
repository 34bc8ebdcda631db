// A new password of one's own, after a link to reset it and in Settings; and what Supabase Auth refuses, in plain words.
import { useState } from "preact/hooks";
import { auth } from "../data/client.ts";
import { Input, onSubmit } from "../ui/parts.tsx";

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
export const told = (error: Problem): string => WORDS[error.code ?? ""] ?? error.message;

export function PasswordForm({ submit, done }: { submit: string; done: () => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  async function save({ password = "" }: Record<string, string>, form: HTMLFormElement) {
    setBusy(true);
    const { error } = await auth.updateUser({ password });
    setBusy(false);
    setProblem(error ? told(error) : "");
    if (error) return;
    form.reset();
    done();
  }
  return (
    <form class="stack" onSubmit={onSubmit(save)}>
      <Input
        label="New password"
        hint="At least 12 characters."
        problem={problem}
        name="password"
        type="password"
        autocomplete="new-password"
        minLength={12}
        required
      />
      <div>
        <button type="submit" class="primary" disabled={busy}>{submit}</button>
      </div>
    </form>
  );
}
