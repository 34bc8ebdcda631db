// A new secret: the older ones are valid for a while, or end at once.
import { FormDialog, Select } from "../../ui/parts.tsx";
import type { Source } from "./edit_source.tsx";

export function RotateSecret({ source, rotate, close }: {
  source: Source;
  rotate: (overlap: string) => Promise<void>;
  close: () => void;
}) {
  return (
    <FormDialog
      title={`New secret for ${source.name}`}
      submit="Make it"
      save={({ overlap = "1 day" }) => rotate(overlap).then(close)}
      close={close}
    >
      <p>
        Whoever signs with the present one goes on until it ends. If it may be in foreign hands, end
        it now.
      </p>
      <Select
        name="overlap"
        label="The present secret ends"
        chosen="1 day"
        options={[
          ["0 seconds", "now"],
          ["1 hour", "in an hour"],
          ["1 day", "in a day"],
          ["7 days", "in a week"],
        ]}
      />
    </FormDialog>
  );
}
