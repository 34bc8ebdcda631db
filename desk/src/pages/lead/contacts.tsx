// Phones and e-mail addresses, and for each channel whether it may be used now, later or never, and why.
import { useQuery } from "../../data/query.ts";
import { Empty, Failed, OutlookTag, Panel, Tag, Waiting } from "../../ui/parts.tsx";
import { Reasons } from "../../work/reasons.tsx";
import { RevealContact } from "../../work/reveal.tsx";
import type { Reason } from "../../work/types.ts";
import { about, channel, type Contact, type Lead } from "./lead.ts";

interface Outlook {
  contact_point_id: number;
  contact: string;
  channel: string;
  outlook: string;
  next_at: string | null;
  reasons: Reason[] | null;
}

const Outlooks = ({ rows }: { rows: Outlook[] }) => (
  <ul class="outlooks">
    {rows.map((row) => (
      <li key={row.channel}>
        <span>{channel(row.channel)}</span>
        <OutlookTag outlook={row.outlook} next={row.next_at} />
        <Reasons reasons={row.reasons} />
      </li>
    ))}
  </ul>
);

function Item({ lead, contact, outlooks }: { lead: Lead; contact: Contact; outlooks: Outlook[] }) {
  return (
    <li data-row={String(contact.id)}>
      <div class="row">
        <RevealContact
          org={lead.org_id}
          lead={lead.lead_id}
          id={contact.id}
          masked={contact.masked}
          reason="Working on the lead"
        />
        {contact.label && <span class="muted small">{contact.label}</span>}
        {contact.invalid_at
          ? <Tag tone="bad">invalid</Tag>
          : contact.verified && <Tag tone="good">verified</Tag>}
      </div>
      <Outlooks rows={outlooks} />
    </li>
  );
}

export function Contacts({ lead }: { lead: Lead }) {
  const outlook = useQuery<Outlook[]>("desk_outlook", about(lead));
  const contacts = lead.contacts ?? [];
  return (
    <Panel title="Contact">
      {contacts.length === 0
        ? (
          <Empty title="No phone number or e-mail address.">
            <p>An owner or admin can trace it, or a list can bring one.</p>
          </Empty>
        )
        : (
          <ul class="contacts">
            {contacts.map((contact) => (
              <Item
                lead={lead}
                contact={contact}
                outlooks={(outlook.data ?? []).filter((row) => row.contact_point_id === contact.id)}
                key={contact.id}
              />
            ))}
          </ul>
        )}
      {contacts.length > 0 && outlook.loading && !outlook.data && <Waiting />}
      {!!outlook.error && <Failed error={outlook.error} retry={outlook.reload} />}
    </Panel>
  );
}
