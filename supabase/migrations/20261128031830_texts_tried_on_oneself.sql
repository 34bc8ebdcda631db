-- texts tried on oneself: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."test_messages" (
  "org_id"      uuid                     NOT NULL,
  "id"          uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "user_id"     uuid                     NOT NULL,
  "channel"     text                     NOT NULL,
  "sender_id"   uuid                     NOT NULL,
  "template_id" uuid,
  "state"       text                     NOT NULL DEFAULT 'sending'::text,
  "provider_id" text,
  "error_code"  text,
  "cost_usd"    numeric(12,6),
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "settled_at"  timestamp with time zone,
  CONSTRAINT "settled_test_has_its_time" CHECK (((state = 'sending'::text) = (settled_at IS NULL))),
  CONSTRAINT "test_channel_is_known" CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text]))),
  CONSTRAINT "test_messages_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "test_state_is_known" CHECK ((state = ANY (ARRAY['sending'::text, 'sent'::text, 'failed'::text, 'unknown'::text])))
);

ALTER TABLE "private"."test_messages"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.settle_test_message (
  p_org_id      uuid,
  p_id          uuid,
  p_state       text,
  p_provider_id text,
  p_error_code  text,
  p_cost_usd    numeric
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t private.test_messages;
begin
  update private.test_messages x set state = p_state, provider_id = p_provider_id, error_code = left(p_error_code, 100),
    cost_usd = p_cost_usd, settled_at = now()
  where x.org_id = p_org_id and x.id = p_id and x.state = 'sending'
  returning x.* into t;
  if not found then
    return false;
  end if;
  insert into private.provider_spend as d (org_id, sender_id, local_date, spent_usd)
  select t.org_id, t.sender_id, (t.created_at at time zone o.time_zone)::date, t.cost_usd
  from public.orgs o where o.id = t.org_id and t.cost_usd > 0
  on conflict (org_id, sender_id, local_date) do update set spent_usd = d.spent_usd + excluded.spent_usd;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION public.begin_test_message (
  p_org_id      uuid,
  p_lead_id     uuid,
  p_template_id uuid  DEFAULT NULL::uuid,
  p_draft       jsonb DEFAULT NULL::jsonb,
  p_sender_id   uuid  DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_preview constant jsonb := public.template_preview(p_org_id, p_lead_id, p_template_id, p_draft, p_sender_id);
  v_channel constant text := v_preview ->> 'channel';
  v_user constant uuid := auth.uid();
  v_to text;
  v_id uuid;
  s public.senders;
begin
  if v_user is null then
    raise exception 'only a member has an own address to send to' using errcode = 'SL844';
  elsif v_channel not in ('email', 'sms') then
    raise exception 'only e-mails and texts can be sent to oneself' using errcode = 'SL844';
  elsif v_preview -> 'errors' <> '[]' then
    raise exception 'the text has problems: correct them first' using errcode = 'SL844';
  end if;
  select case v_channel when 'email' then case when u.email_confirmed_at is not null then lower(u.email) end
    else case when u.phone_confirmed_at is not null then '+' || ltrim(u.phone, '+') end end into v_to
  from auth.users u where u.id = v_user;
  if v_to is null then
    raise exception 'your account has no confirmed %', case v_channel when 'email' then 'e-mail address'
      else 'phone number' end using errcode = 'SL844';
  elsif private.is_suppressed(p_org_id, private.blind_index(v_to, private.blind_key(p_org_id)), v_channel) then
    raise exception 'your own address has opted out of messages of this org' using errcode = 'SL844';
  end if;
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = v_channel and x.state = 'active'
    and (p_sender_id is null or x.id = p_sender_id)
  order by x.created_at, x.id limit 1;
  if not found then
    raise exception 'the org has no active sender for this channel' using errcode = 'SL844';
  end if;
  -- One at a time, so that two requests do not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended('sluice tests ' || p_org_id, 0));
  if (select count(*) from private.test_messages t where t.org_id = p_org_id and t.user_id = v_user
      and t.created_at > now() - interval '1 hour') >= 10
    or (select count(*) from private.test_messages t where t.org_id = p_org_id
      and t.created_at > now() - interval '24 hours') >= 100 then
    raise exception 'ten tests an hour, and a hundred a day for the org, are the most: try again later'
      using errcode = 'SL845';
  elsif s.cost_usd + coalesce((select d.spent_usd + d.reserved_usd from private.provider_spend d
    join public.orgs o on o.id = d.org_id
    where d.org_id = p_org_id and d.sender_id = s.id and d.local_date = (now() at time zone o.time_zone)::date), 0)
    > s.daily_budget_usd then
    raise exception 'the budget of the sender is used up for today' using errcode = 'SL844';
  end if;
  insert into private.test_messages (org_id, user_id, channel, sender_id, template_id)
  values (p_org_id, v_user, v_channel, s.id, p_template_id)
  returning id into v_id;
  perform private.record_audit(p_org_id, 'template.tested', coalesce(p_template_id, v_id)::text,
    jsonb_build_object('channel', v_channel, 'sender_id', s.id));
  return jsonb_build_object('id', v_id, 'to_masked', private.mask_contact(v_to), 'request', jsonb_build_object(
    'provider', s.provider, 'channel', v_channel, 'to', v_to, 'kind', 'sequence', 'purpose', v_preview ->> 'purpose',
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name,
      'reply_to', s.reply_to, 'messaging_service_sid', s.messaging_service_sid),
    'template', v_preview -> 'template', 'variables', (v_preview -> 'variables') || jsonb_build_object('sender',
      jsonb_build_object('name', s.name, 'postal_address', s.postal_address,
        'phone', coalesce(s.phone, case when s.channel <> 'email' then s.address end))),
    'idempotency_key', v_id, 'categories', jsonb_build_array('test')));
end
$function$;

REVOKE ALL ON FUNCTION "public"."begin_test_message"(uuid, uuid, uuid, jsonb, uuid) FROM PUBLIC, "anon";

ALTER TABLE "private"."test_messages"
  ADD CONSTRAINT "test_has_a_sender_of_its_org" FOREIGN KEY (org_id, sender_id) REFERENCES public.senders(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."test_messages"
  ADD CONSTRAINT "test_messages_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX test_messages_sender_idx ON private.test_messages USING btree (org_id, sender_id);

CREATE INDEX test_messages_user_idx ON private.test_messages USING btree (org_id, user_id, created_at);

COMMENT ON COLUMN "private"."test_messages"."state" IS 'sending: begun, and lost if it stays so; unknown: the provider did not say whether it has the message.';

COMMENT ON FUNCTION "private"."settle_test_message"(uuid, uuid, text, text, text, numeric) IS 'Records how a test ended, once, and its cost. Definer: tests belong to the owner.';

COMMENT ON FUNCTION "public"."begin_test_message"(uuid, uuid, uuid, jsonb, uuid) IS 'Begins a test of a template (or of p_draft {channel, subject, text, html, purpose}) with a lead, to the caller''s own confirmed address: {id, to_masked, request}; outreach/test-send sends it. At most 10 an hour for a member and 100 a day for an org. Owners, admins, and brokers with their own leads. Raises SL111, SL524, SL844 (not possible) and SL845 (too many). Definer: reads the caller''s own address in auth.users.';

COMMENT ON TABLE "private"."test_messages" IS 'Texts that members sent to themselves: who, from which sender, and how it ended; neither text nor address.';

REVOKE ALL ON FUNCTION "private"."settle_test_message"(uuid, uuid, text, text, text, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_test_message"(uuid, uuid, text, text, text, numeric) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."begin_test_message"(uuid, uuid, uuid, jsonb, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."begin_test_message"(uuid, uuid, uuid, jsonb, uuid) TO "service_role";
