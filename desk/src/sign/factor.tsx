// The second factor: a code of an authenticator app, which is set up first where there is none.
import { useEffect, useState } from "preact/hooks";
import { auth } from "../data/client.ts";
import { Failed, Input, onSubmit, Waiting } from "../ui/parts.tsx";

interface Enrolled {
  id: string;
  /** What the QR code says. */
  uri: string;
  secret: string;
}

/** Two settings pages may set one up in turn: each attempt has a name of its own. */
const nameOfFactor = () => `Desk ${new Date().toISOString().slice(0, 16)}`;

/** Drawn here from the address that the code holds: no picture has to be let in by the content security policy. */
function QrCode({ text }: { text: string }) {
  const [dots, setDots] = useState<boolean[][] | null>(null);
  useEffect(() => {
    // Without the picture, the key below is enough.
    void import("qr").then(
      ({ encodeQR }) => setDots(encodeQR(text, "raw", { border: 4 })),
      () => {},
    );
  }, [text]);
  if (!dots) return null;
  const path = dots.flatMap((row, y) =>
    row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])
  ).join("");
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${dots.length} ${dots.length}`}
      role="img"
      aria-label="QR code for an authenticator app; the key below is the same"
    >
      <path d={path} />
    </svg>
  );
}

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
      setFresh({ id: made.data.id, uri: made.data.totp.uri, secret: made.data.totp.secret });
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
          <QrCode text={fresh.uri} />
          <p class="small">
            Or type this key: <code>{fresh.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
          </p>
        </>
      )}
      <div class="code">
        <Input
          label="Code of your authenticator app"
          problem={problem}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          pattern="[0-9 ]{6,7}"
          required
          autofocus
        />
      </div>
      <button type="submit" class="primary" disabled={busy}>Confirm</button>
    </form>
  );
}
