// One sender: who it is, which account it uses, and how much it may send and cost.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { Check, FormDialog, Input, Select } from "../../ui/parts.tsx";
import { changes } from "./changes.ts";

export interface Sender {
  id: string;
  channel: string;
  provider: string;
  account: string;
  account_problem: string | null;
  name: string;
  address: string;
  reply_to: string | null;
  domain: string | null;
  postal_address: string | null;
  phone: string | null;
  messaging_service_sid: string | null;
  phone_number_id: string | null;
  assistant_id: string | null;
  authenticated_at: string | null;
  per_minute: number | null;
  per_day: number | null;
  daily_budget_usd: number | null;
  cost_usd: number;
  state: "active" | "paused";
  version: string;
  steps: number;
  sent_today: number;
  spent_today_usd: number;
  cursor: string;
}

/** A way to send: channel and provider. */
const WAYS: [value: string, label: string][] = [
  ["email sendgrid", "E-mail by SendGrid"],
  ["sms twilio", "Texts by Twilio"],
  ["voice_ai vapi", "AI calls by Vapi"],
  ["voice_ai twilio", "AI calls by Twilio"],
];
const NAMES = [
  ...["account", "name", "address", "reply_to", "postal_address", "phone"],
  ...["messaging_service_sid", "phone_number_id", "assistant_id"],
  ...["per_minute", "per_day", "daily_budget_usd", "cost_usd"],
];

interface Account {
  provider: string;
  name: string;
}

export function EditSender({ row, close }: { row: Sender | null; close: () => void }) {
  const [way, setWay] = useState(row ? `${row.channel} ${row.provider}` : "email sendgrid");
  const [channel = "", provider = ""] = way.split(" ");
  const accounts = useQuery<Account[]>("list_provider_accounts", { p_org_id: orgId.value });
  const own = (accounts.data ?? []).filter((one) => one.provider === provider);

  async function save(values: Record<string, string>, form: HTMLFormElement) {
    const changed: Record<string, unknown> = changes(
      NAMES.filter((name) => form.elements.namedItem(name) !== null),
      values,
      { ...row },
    );
    const confirmed = values.authenticated === "on";
    if (channel === "email" && confirmed !== !!row?.authenticated_at) {
      changed.authenticated = confirmed;
    }
    await rpc("save_sender", {
      p_org_id: orgId.value,
      p_sender_id: row?.id ?? null,
      p_version: row?.version ?? null,
      p_values: row ? changed : { ...changed, channel, provider },
    });
    report(row ? "Sender saved" : "Sender added", ["list_senders"]);
    close();
  }
  return (
    <FormDialog
      title={row ? `${row.name} ${row.address}` : "New sender"}
      submit="Save"
      save={save}
      close={close}
    >
      {row
        ? <p class="muted">{WAYS.find(([value]) => value === way)?.[1]}. The way never changes.</p>
        : (
          <Select
            name="way"
            label="Way"
            chosen={way}
            options={WAYS}
            onChange={(event) => setWay(event.currentTarget.value)}
          />
        )}
      <div class="pair">
        <Input
          name="name"
          label="Name"
          defaultValue={row?.name ?? ""}
          hint="Texts must contain it."
          maxLength={200}
          required
        />
        <Input
          name="address"
          label={channel === "email" ? "From-address" : "Number"}
          hint={channel === "email" ? undefined : "Like +12135550100."}
          defaultValue={row?.address ?? ""}
          inputMode={channel === "email" ? "email" : "tel"}
          required
        />
        <Select
          name="account"
          label="Account"
          chosen={row?.account ?? own[0]?.name ?? "default"}
          key={`${way} ${own.length}`}
          options={[
            ...(own.length === 0 || row?.account === "default"
              ? [["default", "The project's"] as [string, string]]
              : []),
            ...own.map(({ name }) => [name, name] as [string, string]),
          ]}
        />
        <Input
          name="phone"
          label="Number for calling back"
          hint="Shown in texts."
          defaultValue={row?.phone ?? ""}
        />
        {channel === "email" && (
          <Input
            name="reply_to"
            label="Replies to"
            defaultValue={row?.reply_to ?? ""}
            type="email"
          />
        )}
        {channel === "sms" && (
          <Input
            name="messaging_service_sid"
            label="Messaging service SID"
            defaultValue={row?.messaging_service_sid ?? ""}
          />
        )}
        {provider === "vapi" && (
          <>
            <Input
              name="phone_number_id"
              label="Phone number id"
              defaultValue={row?.phone_number_id ?? ""}
            />
            <Input
              name="assistant_id"
              label="Assistant id"
              defaultValue={row?.assistant_id ?? ""}
            />
          </>
        )}
      </div>
      {channel === "email" && (
        <>
          <Input
            name="postal_address"
            label="Postal address"
            hint="In every e-mail. Empty: the org's."
            defaultValue={row?.postal_address ?? ""}
          />
          <Check
            name="authenticated"
            defaultChecked={!!row?.authenticated_at}
            label="SPF, DKIM and DMARC of the domain pass"
          />
        </>
      )}
      <div class="pair">
        <Input
          name="per_minute"
          label="Messages a minute"
          defaultValue={row?.per_minute ?? ""}
          type="number"
          step="any"
        />
        <Input
          name="per_day"
          label="Messages in 24 hours"
          hint="Empty: no limit of its own."
          defaultValue={row?.per_day ?? ""}
          type="number"
          step="any"
        />
        <Input
          name="daily_budget_usd"
          label="Budget a day, in USD"
          defaultValue={row?.daily_budget_usd ?? ""}
        />
        <Input
          name="cost_usd"
          label="Expected cost of a message, in USD"
          defaultValue={row?.cost_usd ?? 0}
        />
      </div>
    </FormDialog>
  );
}
