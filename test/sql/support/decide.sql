-- Leads, lists and consents for decisions; after support/cast.sql. It is Wednesday, 10:00 in Los Angeles.
create function cast_.noon() returns timestamptz language sql immutable
  as $$ select '2026-11-18T18:00:00Z'::timestamptz $$;

create temp table dnc_input (number bigint not null, gone boolean not null default false, line integer);
create function cast_.load_dnc(p_number bigint, p_obtained timestamptz default '2026-11-10Z',
  p_kind private.dnc_kind default 'national', p_state text default null)
returns void language plpgsql as $$
begin
  delete from pg_temp.dnc_input;
  insert into pg_temp.dnc_input (number) values (p_number);
  perform private.load_dnc(p_kind, 'v1', p_obtained, 'test.txt', p_state => p_state,
    p_as_of => p_obtained + interval '1 hour');
end
$$;
-- One number of area code 213 is listed; no lead has it.
select cast_.load_dnc(2135550199) \g /dev/null

create function cast_.contact(p_lead text, p_kind public.contact_kind default 'phone') returns bigint language sql
  as $$
  select c.id from public.contact_points c where c.lead_id = cast_.lead(p_lead) and c.kind = p_kind
    order by c.id limit 1
$$;
create function cast_.bidx(p_lead text, p_kind public.contact_kind default 'phone') returns bytea language sql as $$
  select c.value_bidx from public.contact_points c where c.id = cast_.contact(p_lead, p_kind)
$$;
create function cast_.org_of(p_lead text) returns uuid language sql
  as $$ select org_id from public.leads where id = cast_.lead(p_lead) $$;

create function cast_.consent(p_lead text, p_at timestamptz default '2026-06-01T12:00Z', p_type text default 'pewc',
  p_channels text[] default '{sms,voice_manual,voice_ai}')
returns void language sql as $$
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, action, channels, purpose, type,
    shown_text, text_sha256, text_version,
    seller, automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
  select cast_.org_of(p_lead), cast_.lead(p_lead), cast_.contact(p_lead), cast_.bidx(p_lead), 'phone', 'grant',
    p_channels, 'marketing', p_type,
    'Org A may text me.', sha256('Org A may text me.'), 1, 'Org A', true, true, 'consent form', 'Jo Ames', p_at,
      'person'
$$;
create function cast_.revoke(p_lead text, p_at timestamptz, p_keyword boolean default false,
  p_channels text[] default '{sms,voice_ai}')
returns void language sql as $$
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, method, revoked_scope, is_keyword,
    occurred_at, recorded_by)
  select cast_.org_of(p_lead), cast_.lead(p_lead), cast_.bidx(p_lead), 'phone', 'revoke', p_channels, 'sms reply',
    'channel', p_keyword, p_at, 'person'
$$;
create function cast_.attempt(p_lead text, p_at timestamptz, p_channel text default 'sms') returns void language sql
  as $$
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
  values (cast_.org_of(p_lead), cast_.bidx(p_lead), p_channel, 'outbound', p_at, cast_.lead(p_lead))
$$;
create function cast_.verdict(p jsonb) returns text language sql immutable as $$
  select case when (p -> 'allow')::boolean and p -> 'reasons' = '[]' then 'yes'
    else (select string_agg(distinct r ->> 'rule', ' ' order by r ->> 'rule')
      from jsonb_array_elements(p -> 'reasons') r)
      || ' @ ' || coalesce(p ->> 'next_allowed_at', 'never') end
$$;
create function cast_.decide(p_lead text, p_channel text default 'sms', p_at timestamptz default cast_.noon(),
  p_purpose text default 'marketing', p_message jsonb default '{}')
returns text language sql as $$
  select cast_.verdict(public.gate_decide(cast_.lead(p_lead),
    cast_.contact(p_lead, case p_channel when 'email' then 'email' else 'phone' end::public.contact_kind),
    p_channel, p_purpose, p_at, p_message))
$$;
