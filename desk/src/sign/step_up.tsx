import { Dialog } from "../ui/parts.tsx";
import { Factor } from "./factor.tsx";

/** The database asked for a second factor; afterwards the call is made again. */
export function StepUp({ settle }: { settle: (done: boolean) => void }) {
  return (
    <Dialog title="Confirm that it is you" close={() => settle(false)}>
      <div class="inside">
        <p class="muted">This needs a second factor. You are asked once per sign-in.</p>
        <Factor done={() => settle(true)} />
        <button type="button" class="quiet" onClick={() => settle(false)}>Not now</button>
      </div>
    </Dialog>
  );
}
