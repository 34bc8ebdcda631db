// One source: its name, how far it is trusted, and what counts where its rows say nothing.
import { orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { Check, FormDialog, Input } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import { changes } from "./changes.ts";

export interface Source {
  id: string;
  key: string;
  name: string;
  active: boolean;
  trust: number;
  preset: string | null;
  default_state: string | null;
  default_city: string | null;
  default_county: string | null;
  max_part_bytes: number;
  parts_per_minute: number;
  version: string;
  secrets: { made_at: string; ends_at: string | null }[];
  last_upload_at: string | null;
  cursor: string;
}

const NAMES = [
  ...["key", "name", "trust", "default_state", "default_city", "default_county"],
  ...["max_part_bytes", "parts_per_minute"],
];

export function EditSource({ row, saved, close }: {
  row: Source | null;
  saved: (source: { id: string; name: string }) => Promise<void>;
  close: () => void;
}) {
  async function save(values: Record<string, string>) {
    const changed: Record<string, unknown> = changes(NAMES, values, { ...row });
    const active = values.active === "on";
    if (row ? active !== row.active : !active) changed.active = active;
    const { id } = await rpc<{ id: string }>("save_source", {
      p_org_id: orgId.value,
      p_source_id: row?.id ?? null,
      p_version: row?.version ?? null,
      p_values: changed,
    });
    toast({ text: row ? "Source saved" : "Source added" });
    await saved({ id, name: values.name ?? "" });
    close();
  }
  return (
    <FormDialog title={row ? row.name : "New source"} submit="Save" save={save} close={close}>
      <div class="pair">
        <Input name="name" label="Name" defaultValue={row?.name ?? ""} maxLength={200} required />
        <Input
          name="key"
          label="Key"
          hint="In addresses of uploads: small letters, digits, - and _. It never changes."
          defaultValue={row?.key ?? ""}
          maxLength={63}
          readOnly={row !== null}
          required
        />
        <Input
          name="trust"
          label="Trust, 0 to 100"
          hint="Who is trusted as much or more may correct the others."
          defaultValue={row?.trust ?? 50}
          type="number"
          step="any"
          required
        />
        <Input
          name="default_state"
          label="State of rows without one"
          hint="A code like CA."
          defaultValue={row?.default_state ?? ""}
          maxLength={2}
        />
        <Input
          name="default_city"
          label="City of rows without one"
          defaultValue={row?.default_city ?? ""}
          maxLength={200}
        />
        <Input
          name="default_county"
          label="County of rows without one"
          defaultValue={row?.default_county ?? ""}
          maxLength={200}
        />
        <Input
          name="max_part_bytes"
          label="Largest request, in bytes"
          defaultValue={row?.max_part_bytes ?? 33554432}
          type="number"
          step="any"
          required
        />
        <Input
          name="parts_per_minute"
          label="Requests a minute"
          defaultValue={row?.parts_per_minute ?? 120}
          type="number"
          step="any"
          required
        />
      </div>
      <Check name="active" defaultChecked={row?.active ?? true} label="Accepts lists" />
    </FormDialog>
  );
}
