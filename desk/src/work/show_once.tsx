// A secret that was just made: shown in this dialog and never again.
import { Dialog, Input } from "../ui/parts.tsx";
import { toast } from "../ui/toasts.tsx";

export interface Shown {
  label: string;
  value: string;
  hint?: string;
}

/** A value to copy: with a button, and selected when it has the focus. */
export function Once({ label, value, hint }: Shown) {
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => toast({ text: `${label} copied` }),
      () => toast({ kind: "error", text: "Not copied: select it and copy it by hand." }),
    );
  return (
    <div class="row once">
      <Input
        label={label}
        hint={hint}
        readOnly
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" aria-label={`Copy ${label}`} onClick={() => void copy()}>Copy</button>
    </div>
  );
}

export const ShowOnce = ({ title, text, values, close }: {
  title: string;
  text: string;
  values: Shown[];
  close: () => void;
}) => (
  <Dialog title={title} close={close}>
    <div class="inside">
      <p>{text}</p>
      {values.map((one) => <Once {...one} key={one.label} />)}
      <footer>
        <button type="button" class="primary" onClick={close}>I have stored it</button>
      </footer>
    </div>
  </Dialog>
);
