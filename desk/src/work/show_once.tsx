// A secret that was just made: shown in this dialog and never again.
import { Dialog, Field } from "../ui/parts.tsx";
import { toast } from "../ui/toasts.tsx";

export interface Shown {
  label: string;
  value: string;
  hint?: string;
}

export function ShowOnce({ title, text, values, close }: {
  title: string;
  text: string;
  values: Shown[];
  close: () => void;
}) {
  const copy = ({ label, value }: Shown) =>
    navigator.clipboard.writeText(value).then(
      () => toast({ text: `${label} copied` }),
      () => toast({ kind: "error", text: "Not copied: select it and copy it by hand." }),
    );
  return (
    <Dialog title={title} close={close}>
      <div class="inside">
        <p>{text}</p>
        {values.map((one) => (
          <div class="row once" key={one.label}>
            <Field label={one.label} hint={one.hint}>
              {(attributes) => (
                <input
                  {...attributes}
                  readOnly
                  value={one.value}
                  onFocus={(event) => event.currentTarget.select()}
                />
              )}
            </Field>
            <button type="button" aria-label={`Copy ${one.label}`} onClick={() => void copy(one)}>
              Copy
            </button>
          </div>
        ))}
        <footer>
          <button type="button" class="primary" onClick={close}>I have stored it</button>
        </footer>
      </div>
    </Dialog>
  );
}
