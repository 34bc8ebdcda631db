-- mark shared contacts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.build_requests (
  p_org_id      uuid,
  p_message_ids uuid[]
)
  RETURNS TABLE (
    message_id uuid,
    request    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  with keys as materialized (
    select k.id, private.org_key(p_org_id, k.id) as key
    from (
      select c.key_id as id from public.messages m join public.contact_points c on c.org_id = m.org_id
        and c.id = m.contact_point_id
      where m.org_id = p_org_id and m.id = any (p_message_ids)
      union
      select m.key_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids)
        and m.key_id is not null) k
  )
  select m.id, jsonb_build_object(
    'provider', m.provider, 'channel', m.channel, 'to', private.decrypt_value(c.value_cipher, ck.key), 'kind', m.kind,
      'purpose', m.purpose,
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name, 'reply_to',
      s.reply_to,
      'messaging_service_sid', s.messaging_service_sid, 'phone_number_id', s.phone_number_id, 'assistant_id',
        s.assistant_id),
    'template', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'version', t.version,
      'subject', t.subject,
        'text', t.text_body, 'html', t.html_body)
      else jsonb_build_object('subject', case when m.channel = 'email' then '{{ sender.name }}' end, 'html', null,
        -- A text written by a person is not a template.
        'text', '{% raw %}' || replace(private.decrypt_value(m.text_cipher, mk.key), '{%', '{ %') || '{% endraw %}'
          || case when m.channel = 'email'
            then E'\n\n{{ sender.name }}\n{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}'
            else '' end) end,
    'variables', jsonb_build_object(
      -- A phone or e-mail of several owners is not greeted by the name of one.
      'lead', jsonb_build_object('first_name', case when not w.shared then private.proper_name(l.owner_1_first) end,
        'last_name', case when not w.shared then private.proper_name(l.owner_1_last) end,
        'full_name', case when not w.shared then private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first,
          l.owner_1_last), ''), l.owner_full)) end),
      -- An imported street line may include its house number.
      'property', jsonb_build_object('street',
        nullif(concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ')
        then l.situs_house_number end,
          private.proper_name(l.situs_street), l.situs_unit), ''),
        'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
      'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address, 'phone',
        coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
      'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name)),
    'unsubscribe_token', case when m.channel = 'email' then private.unsubscribe_token(m.org_id, m.value_bidx) end,
    'idempotency_key', m.id, 'correlation_id', m.correlation_id, 'campaign_id', m.campaign_id, 'lead_id', m.lead_id,
      'step', m.step,
    'attempt', m.attempts, 'categories', array_remove(array[m.kind, case when t.id is not null then t.name end,
      m.variant], null))
  from public.messages m
  join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
  cross join lateral (select private.has_several_owners(c.org_id, c.value_bidx) as shared offset 0) w
  join keys ck on ck.id = c.key_id
  join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
  join public.orgs o on o.id = m.org_id
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join keys mk on mk.id = m.key_id
  where m.org_id = p_org_id and m.id = any (p_message_ids);
end
$function$;

CREATE OR REPLACE FUNCTION private.has_other_given (
  a private.parsed_name,
  b private.parsed_name
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select exists (
    select from generate_series(1, length(a.roles)) i
    cross join lateral (
      select substr(a.roles, i, 1) as role, a.words[i] as word,
        -- A given name and its other forms.
        a.words[i : i + length(substring(substr(a.roles, i + 1) from '^x*'))] as forms
    ) g
    where g.role in ('g', 'e') and not g.forms && b.words
      or g.role = 'i' and not exists (select from unnest(b.words) w where starts_with(w, g.word)))
$function$;

CREATE OR REPLACE FUNCTION private.has_several_owners (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_owner private.parsed_name;
  v_greeting private.parsed_name;
  v_owners private.parsed_name[] := '{}'::private.parsed_name[];
  v_greetings private.parsed_name[] := '{}'::private.parsed_name[];
begin
  for v in
    select distinct
      private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) as owner,
      private.owner_text(l.owner_1_first, l.owner_1_last, null, null, l.owner_full) as greeting
    from (
      select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
      limit 1000
    ) c
    join public.leads l on l.org_id = p_org_id and l.id = c.lead_id
    where num_nonnulls(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) > 0
    order by 1, 2
    limit 21
  loop
    v_owner := private.parse_name_text(private.name_letters(v.owner));
    -- CURRENT OWNER is nobody.
    continue when private.names_agree(v_owner, v_owner) is null;
    v_greeting := private.parse_name_text(private.name_letters(v.greeting));
    for i in 1 .. cardinality(v_owners) loop
      -- Husband and wife agree, but answer the same phone.
      if not private.names_agree(v_owners[i], v_owner)
        or private.has_other_given(v_greetings[i], v_greeting) and private.has_other_given(v_greeting, v_greetings[i])
      then
        return true;
      end if;
    end loop;
    v_owners := v_owners || v_owner;
    v_greetings := v_greetings || v_greeting;
  end loop;
  return cardinality(v_owners) > 20;
end
$function$;

CREATE OR REPLACE FUNCTION public.shared_contacts (
  p_lead_ids uuid[]
)
  RETURNS TABLE (
    lead_id        uuid,
    id             bigint,
    kind           public.contact_kind,
    masked         text,
    leads          bigint,
    several_owners boolean
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select c.lead_id, c.id, c.kind, c.masked, o.leads, private.has_several_owners(c.org_id, c.value_bidx)
  from public.contact_points c
  cross join lateral (
    select count(*) as leads from public.contact_points x
    where x.org_id = c.org_id and x.value_bidx = c.value_bidx and x.lead_id <> c.lead_id
  ) o
  where c.lead_id = any (p_lead_ids) and o.leads > 0
    and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
  order by c.lead_id, c.kind, c.position, c.id
$function$;

REVOKE ALL ON FUNCTION "public"."shared_contacts"(uuid[]) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "private"."has_other_given"(private.parsed_name, private.parsed_name) IS 'Whether the first name has a given name or initial that the second does not have.';

COMMENT ON FUNCTION "private"."has_several_owners"(uuid, bytea) IS 'Whether leads with different owners have this phone or e-mail: their names share nothing, or they have different given names. One owner with several properties does not share it. More than 20 spellings are several owners.';

COMMENT ON FUNCTION "public"."shared_contacts"(uuid[]) IS 'The phones and e-mails of leads that other leads of the org have, too: how many others (leads), and whether their owners differ (several_owners): then no message greets by name. Leads that the caller may not see return no rows. Definer: counts leads that the caller may not see.';

REVOKE ALL ON FUNCTION "private"."has_other_given"(private.parsed_name, private.parsed_name) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_other_given"(private.parsed_name, private.parsed_name) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."has_several_owners"(uuid, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_several_owners"(uuid, bytea) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."shared_contacts"(uuid[]) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."shared_contacts"(uuid[]) TO "service_role";
