// The senders, templates and consents of the demo's brokerage.
import type { Sql, World } from "./world.ts";

const name = "Sluice Demo Realty";
const postalAddress = "100 Main Street, Springfield, IL 62701";

const email = `Hello {{ lead.first_name | default: "neighbor" }},

are you thinking of selling {{ property.street | default: 'your property' }} in {{ property.city | default: 'your town' }}? {{ broker.name | default: "One of us" }} knows
what houses there go for and is happy to tell you, free of charge. Just answer this mail.

{{ sender.name }}
{{ sender.postal_address }}
Unsubscribe: {{ unsubscribe_url }}
`;

const html = `<p>Hello {{ lead.first_name | default: "neighbor" }},</p>
<p>are you thinking of selling {{ property.street | default: 'your property' }} in {{ property.city | default: 'your town' }}? We know what houses there go for
and are happy to tell you, free of charge. Just answer this mail.</p>
<p>{{ sender.name }}<br>{{ sender.postal_address }}<br><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`;

const sms =
  "{{ sender.name }}: did you get our mail about {{ property.street | default: 'your property' }}? Happy to answer questions. " +
  "Reply STOP to opt out.";

const voice =
  `Hello, this is the automated assistant of {{ sender.name }}, calling about {{ property.street | default: 'your property' }}. ` +
  `If you do not want to be called again, just tell me and I will take you off our list.`;

const steps = [
  { channel: "email", days: 0, from: "09:00", until: "16:00" },
  { channel: "sms", days: 2, from: "10:00", until: "16:00" },
  { channel: "voice_ai", days: 2, from: "10:00", until: "16:00" },
] as const;

/** Senders, templates and the sequence of three steps: mail at once, text and call after two days each. */
export async function makeOutreach(sql: Sql, world: World, phone: string): Promise<void> {
  const { orgId } = world;
  await sql`
    insert into public.senders (org_id, channel, provider, name, address, reply_to, postal_address, phone,
      messaging_service_sid, phone_number_id, assistant_id, authenticated_at, cost_usd) values
      (${orgId}, 'email', 'sendgrid', ${name}, 'hello@example.org', 'replies@example.org', ${postalAddress},
        ${phone}, null, null, null, now(), 0.0009),
      (${orgId}, 'sms', 'twilio', ${name}, ${phone}, null, null, ${phone}, ${`MG${
    "d".repeat(32)
  }`}, null, null,
        null, 0.0113),
      (${orgId}, 'voice_ai', 'vapi', ${name}, ${phone}, null, null, ${phone}, null, 'demo-number',
        'demo-assistant', null, 0.15)`;
  const texts = await sql`
    insert into public.templates (org_id, name, channel, subject, text_body, html_body) values
      (${orgId}, 'First mail', 'email', 'About {{ property.street | default: "your property" }}', ${email}, ${html}),
      (${orgId}, 'Text', 'sms', null, ${sms}, null),
      (${orgId}, 'Call', 'voice_ai', null, ${voice}, null)
    returning id, channel`;
  const [sequence] = await sql`
    insert into public.sequences (org_id, name) values (${orgId}, 'Mail, text, call') returning id`;
  for (const [index, step] of steps.entries()) {
    await sql`
      insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, send_from, send_until)
      values (${orgId}, ${sequence.id}, ${
      index + 1
    }, ${step.channel}, make_interval(days => ${step.days}),
        ${step.from}, ${step.until})`;
    const { id } = texts.find(({ channel }) => channel === step.channel)!;
    await sql`
      insert into public.step_variants (org_id, sequence_id, step, template_id)
      values (${orgId}, ${sequence.id}, ${index + 1}, ${id})`;
  }
  await sql`
    update public.campaigns set sequence_id = ${sequence.id}
    where org_id = ${orgId} and id = ${world.campaignId}`;
}

const consentText =
  `By signing I agree that ${name} may call and text me at this number with automated technology, ` +
  `including artificial voices, about offers for my house. I need not agree in order to buy anything.`;

/**
 * Written consent of more than half of the fictional people, as recorded by the brokerage's own form in
 * the spring. The consents in the list are unproven, and the gate treats them so.
 */
export async function recordConsents(sql: Sql, world: World): Promise<number> {
  const rows = await sql.begin(async (tx) => {
    // Nobody writes consents by hand; these are fictional.
    await tx`select set_config('sluice.repair', 'the demo', true)`;
    return await tx`
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels, purpose,
      type, shown_text, text_sha256, text_version, language, seller, automated_disclosed, not_condition_of_purchase,
      method, signature, page_url, occurred_at, time_zone, recorded_by)
    select c.org_id, c.lead_id, c.id, c.value_bidx, c.kind, c.masked, 'grant', '{sms,voice_ai}', 'marketing',
      'pewc', ${consentText}, sha256(convert_to(${consentText}, 'UTF8')), 1, 'en', ${name}, true, true,
      'consent form', concat_ws(' ', l.owner_1_first, l.owner_1_last), 'https://example.com/consent',
      now() - interval '90 days', 'America/Los_Angeles', 'person'
    from public.contact_points c
    join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    where c.org_id = ${world.orgId} and c.kind = 'phone'
      -- By the house, so that it is the same people every time.
      and ('x' || left(md5(coalesce(l.situs_house_number, '') || l.situs_street || l.situs_zip), 8))::bit(32)::bigint
        % 100 < 60
    returning id`;
  });
  return rows.length;
}
