// The second factor: a code of an authenticator app, which is set up first where there is none.
import { useEffect, useState } from "preact/hooks";
import { auth } from "../data/client.ts";
import { Failed, Field, onSubmit, Waiting } from "../ui/parts.tsx";

interface Enrolled {
  id: string;
  qr: string;
  secret: string;
}

/** Two settings pages may set one up in turn: each attempt has a name of its own. */
const nameOfFactor = () => `Desk ${new Date().toISOString().slice(0, 16)}`;

export function Factor({ done }: { done: () => void }) {
  const [factor, setFactor] = useState<string | null>(null);
  const [fresh, setFresh] = useState<Enrolled | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    void (async () => {
      const listed = await auth.mfa.listFactors();
      if (listed.error) return setError(listed.error);
      const verified = listed.data.totp[0];
      if (verified) return setFactor(verified.id);
      // What was begun and never verified only fills the list.
      for (const { id, status } of listed.data.all) {
        if (status === "unverified") await auth.mfa.unenroll({ factorId: id });
      }
      const made = await auth.mfa.enroll({
        factorType: "totp",
        friendlyName: nameOfFactor(),
        issuer: "Sluice",
      });
      if (made.error) return setError(made.error);
      setFresh({ id: made.data.id, qr: made.data.totp.qr_code, secret: made.data.totp.secret });
      setFactor(made.data.id);
    })();
  }, []);

  async function verify({ code = "" }: Record<string, string>) {
    if (!factor) return;
    setBusy(true);
    setProblem("");
    const { error } = await auth.mfa.challengeAndVerify({
      factorId: factor,
      code: code.replaceAll(" ", ""),
    });
    setBusy(false);
    if (error) {
      setProblem("This code is not valid. Codes change every 30 seconds: try the next one.");
    } else done();
  }

  if (error) return <Failed error={error} />;
  if (!factor) return <Waiting />;
  return (
    <form class="stack" onSubmit={onSubmit(verify)}>
      {fresh && (
        <>
          <p>Scan this with an authenticator app, then type the code that it shows.</p>
          <img src={fresh.qr} alt="QR code for an authenticator app; the key below is the same" />
          <p class="small">
            Or type this key: <code>{fresh.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
          </p>
        </>
      )}
      <div class="code">
        <Field label="Code of your authenticator app" problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              name="code"
              inputMode="numeric"
              autocomplete="one-time-code"
              pattern="[0-9 ]{6,7}"
              required
              autofocus
            />
          )}
        </Field>
      </div>
      <button type="submit" class="primary" disabled={busy}>Confirm</button>
    </form>
  );
}
