// Providers: accounts, whose keys go in and never come out, and what data calls may cost.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import type { Surface } from "../../data/surface.ts";
import { date, money, plural } from "../../ui/format.ts";
import { actions, Empty, FormDialog, Input, List, Select, Tag } from "../../ui/parts.tsx";

interface Provider {
  provider: string;
  setting_names: string[] | null;
  accounts: { name: string; settings: string[]; in_environment: boolean; updated_at: string }[];
  default_account: boolean;
  day_limit_usd: number | null;
  month_limit_usd: number | null;
  day_spent_usd: number;
  month_spent_usd: number;
  month_refused: number;
}

const AGAIN: Surface[] = ["list_provider_settings", "list_provider_accounts"];

function Budget({ row, close }: { row: Provider; close: () => void }) {
  async function save(values: Record<string, string>) {
    for (const period of ["day", "month"] as const) {
      const is = values[period] === undefined ? null : Number(values[period]);
      if (is === row[`${period}_limit_usd`]) continue;
      await rpc("save_provider_budget", {
        p_org_id: orgId.value,
        p_provider: row.provider,
        p_period: period,
        p_limit_usd: is,
      });
    }
    report("Budget saved", AGAIN);
    close();
  }
  return (
    <FormDialog title={`Budget of ${row.provider}`} submit="Save" save={save} close={close}>
      <p>Without a budget, only calls without a cost are made.</p>
      <div class="pair">
        <Input
          name="day"
          label="USD a day"
          defaultValue={row.day_limit_usd ?? ""}
          type="number"
          step="any"
        />
        <Input
          name="month"
          label="USD a month"
          defaultValue={row.month_limit_usd ?? ""}
          type="number"
          step="any"
        />
      </div>
    </FormDialog>
  );
}

function Keys({ row, close }: { row: Provider; close: () => void }) {
  const names = row.accounts.filter((one) => !one.in_environment).map((one) => one.name);
  const [chosen, setChosen] = useState(names[0] ?? "");
  async function save(values: Record<string, string>) {
    const settings = Object.fromEntries(
      (row.setting_names ?? []).filter((name) => values[name]).map((name) => [name, values[name]]),
    );
    await rpc("set_provider_account", {
      p_org_id: orgId.value,
      p_provider: row.provider,
      p_name: chosen || values.account,
      p_settings: settings,
    });
    report("Keys stored", AGAIN);
    close();
  }
  return (
    <FormDialog title={`Keys of ${row.provider}`} submit="Store" save={save} close={close}>
      <p>
        What is stored replaces all that was stored before. It is encrypted, and nobody can read it
        back here.
      </p>
      {names.length > 0 && (
        <Select
          name="which"
          label="Account"
          chosen={chosen}
          options={[...names.map((name) => [name, name] as [string, string]), ["", "another"]]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
      {chosen === "" && (
        <Input
          name="account"
          label="Name of the account"
          hint="Senders refer to it."
          maxLength={60}
          required
        />
      )}
      {(row.setting_names ?? []).map((name) => (
        <Input name={name} label={name} type="password" maxLength={4000} key={name} />
      ))}
    </FormDialog>
  );
}

const spent = (usd: number | null, limit: number | null) =>
  limit === null ? `${money(usd)}, no budget` : `${money(usd)} of ${money(limit)}`;

export function Providers() {
  const [budget, setBudget] = useState<Provider | null>(null);
  const [keys, setKeys] = useState<Provider | null>(null);
  const found = useQuery<Provider[]>("list_provider_settings", { p_org_id: orgId.value });
  return (
    <>
      <List
        title="Providers"
        of={found}
        empty={<Empty title="No providers are known to this project." />}
        id={(row) => row.provider}
        columns={[
          { label: "Provider", show: (row) => <strong>{row.provider}</strong> },
          {
            label: "Accounts",
            labelled: true,
            show: (row) => (
              <>
                {row.accounts.map((one) => (
                  <span class="sub" key={one.name}>
                    {one.name}: {one.in_environment
                      ? "keys in the environment"
                      : `${one.settings.length} settings, stored ${date(one.updated_at)}`}
                  </span>
                ))}
                {row.accounts.length === 0 &&
                  (row.default_account
                    ? <span class="muted">the project's</span>
                    : <Tag tone="warn">none</Tag>)}
              </>
            ),
          },
          {
            label: "Today",
            num: true,
            labelled: true,
            show: (row) => spent(row.day_spent_usd, row.day_limit_usd),
          },
          {
            label: "This month",
            num: true,
            labelled: true,
            show: (row) => (
              <>
                {spent(row.month_spent_usd, row.month_limit_usd)}
                {row.month_refused > 0 && (
                  <span class="sub">
                    {plural(row.month_refused, "call")} not made: the budget is used up
                  </span>
                )}
              </>
            ),
          },
          actions<Provider>((row) => [
            { text: "Budget", name: `Budget of ${row.provider}`, run: () => setBudget(row) },
            row.setting_names && {
              text: "Keys",
              name: `Keys of ${row.provider}`,
              run: () => setKeys(row),
            },
          ]),
        ]}
      />
      {budget && <Budget row={budget} close={() => setBudget(null)} />}
      {keys && <Keys row={keys} close={() => setKeys(null)} />}
    </>
  );
}
