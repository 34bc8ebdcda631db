import { report } from "../data/act.ts";
import { rpc } from "../data/rpc.ts";
import { FormDialog, Input, Select } from "../ui/parts.tsx";
import { go } from "../ui/router.ts";

const KINDS: [string, string][] = [
  ["listing", "Listing"],
  ["purchase", "Purchase"],
  ["referral", "Referral"],
  ["wholesale", "Wholesale"],
  ["flip", "Flip"],
];

export function OpenDeal(
  { org, lead, title, close }: { org: string; lead: string; title: string; close: () => void },
) {
  async function save(values: Record<string, string>) {
    const { deal_id } = await rpc<{ deal_id: string }>("open_deal", {
      p_org_id: org,
      p_lead_id: lead,
      p_values: {
        kind: values.kind,
        title: values.title,
        ...(values.price ? { price_usd: Number(values.price) } : {}),
        ...(values.close ? { expected_close_on: values.close } : {}),
      },
    });
    close();
    report("Deal opened", ["list_deals", "deal_board"]);
    go(`#/pipeline?deal=${deal_id}`);
  }
  return (
    <FormDialog title="Open a deal" close={close} submit="Open" save={save}>
      <Input label="Title" name="title" defaultValue={title} maxLength={200} required />
      <div class="pair">
        <Select label="Kind" name="kind" options={KINDS} />
        <Input label="Price, USD" name="price" type="number" min="0" step="any" />
        <Input label="Expected close" name="close" type="date" />
      </div>
    </FormDialog>
  );
}
