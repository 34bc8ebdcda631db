import { act } from "../data/act.ts";
import { rpc } from "../data/rpc.ts";
import { Dialog, Field, onSubmit } from "../ui/parts.tsx";
import { go } from "../ui/router.ts";

export function OpenDeal(
  { org, lead, title, close }: { org: string; lead: string; title: string; close: () => void },
) {
  function save(values: Record<string, string>) {
    close();
    void act({
      done: "Deal opened",
      run: async () => {
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
        go(`#/pipeline?deal=${deal_id}`);
      },
      refresh: ["list_deals", "deal_board"],
    });
  }
  return (
    <Dialog title="Open a deal" close={close}>
      <form onSubmit={onSubmit(save)}>
        <Field label="Title">
          {(attributes) => (
            <input {...attributes} name="title" defaultValue={title} maxLength={200} required />
          )}
        </Field>
        <div class="pair">
          <Field label="Kind">
            {(attributes) => (
              <select {...attributes} name="kind">
                <option value="listing">Listing</option>
                <option value="purchase">Purchase</option>
                <option value="referral">Referral</option>
                <option value="wholesale">Wholesale</option>
                <option value="flip">Flip</option>
              </select>
            )}
          </Field>
          <Field label="Price, USD">
            {(attributes) => (
              <input {...attributes} name="price" type="number" min="0" step="1000" />
            )}
          </Field>
          <Field label="Expected close">
            {(attributes) => <input {...attributes} name="close" type="date" />}
          </Field>
        </div>
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Open</button>
        </footer>
      </form>
    </Dialog>
  );
}
