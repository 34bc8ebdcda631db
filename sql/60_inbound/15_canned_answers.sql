-- Answers that an org keeps ready. They hold words for everybody and no person's data; names and streets are filled
-- in
-- when one is used.

create table public.canned_answers (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  channel text,
  body text not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint canned_answer_is_named_once unique (org_id, name),
  constraint canned_answer_has_a_short_name check (length(btrim(name)) between 1 and 80),
  constraint canned_answer_channel_is_known check (channel in ('email', 'sms'))
);
comment on table public.canned_answers is 'Answers that the org keeps ready, with placeholders such as {{ '
  'lead.first_name | default: "there" }}.';
comment on column public.canned_answers.channel is 'sms or email; null: for both.';
alter table public.canned_answers enable row level security;
revoke all on public.canned_answers from anon, authenticated, service_role;
grant select on public.canned_answers to authenticated, service_role;
create policy select_members on public.canned_answers for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));

create function private.canned_variables() returns text[]
language sql immutable parallel safe as $$
  select '{lead.first_name,lead.last_name,lead.full_name,property.street,property.city,property.state,property.zip,
    broker.name,org.name}'::text[]
$$;
comment on function private.canned_variables() is 'Placeholders that a canned answer may use.';

create function private.canned_errors(p_channel text, p_body text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_faults text[] := '{}'::text[];
  v_place text;
  v_part text[];
begin
  if length(btrim(coalesce(p_body, ''))) = 0 then
    return array['the text is missing'];
  elsif length(p_body) > (case p_channel when 'email' then 20000 else 1600 end) then
    v_faults := v_faults || format('the text is longer than %s characters', case p_channel when 'email' then 20000
      else 1600 end);
  end if;
  for v_place in select x[1] from regexp_matches(p_body, '(\{\{.*?\}\})', 'g') x loop
    v_part := regexp_match(v_place, '^\{\{\s*([a-z_.]+)\s*(?:\|\s*default:\s*"([^"{}]*)"\s*)?\}\}$');
    if v_part is null then
      v_faults := v_faults || format('%s: write {{ name }} or {{ name | default: "…" }}', left(v_place, 60));
    elsif not v_part[1] = any (private.canned_variables()) then
      v_faults := v_faults || format('unknown placeholder %s', left(v_part[1], 60));
    elsif v_part[1] <> 'org.name' and coalesce(btrim(v_part[2]), '') = '' then
      v_faults := v_faults || format('%s may be empty: write {{ %s | default: "…" }}', v_part[1], v_part[1]);
    end if;
  end loop;
  if regexp_replace(p_body, '\{\{.*?\}\}', '', 'g') ~ '\{\{|\}\}|\{%|%\}' then
    v_faults := v_faults || 'a brace is not closed, or a condition is used'::text;
  end if;
  return v_faults;
end
$$;
comment on function private.canned_errors(text, text) is
  'The reasons why a canned answer cannot be saved: length, unknown placeholders, one that may be empty and has no '
  'default, open braces. Empty when it is valid.';

create function private.fill_canned(p_body text, p_values jsonb) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := '';
  v_rest text := p_body;
  v_place text[];
begin
  -- From left to right, so that a value that looks like a placeholder is not filled again.
  loop
    v_place := regexp_match(v_rest, '^(.*?)\{\{\s*([a-z_.]+)\s*(?:\|\s*default:\s*"([^"{}]*)"\s*)?\}\}(.*)$');
    exit when v_place is null;
    v_text := v_text || v_place[1] || coalesce(nullif(btrim(p_values ->> v_place[2]), ''), v_place[3], '');
    v_rest := v_place[4];
  end loop;
  return v_text || v_rest;
end
$$;
comment on function private.fill_canned(text, jsonb)
  is 'A canned answer with its placeholders filled from {"lead.first_name": …}.';
revoke execute on function private.canned_variables(), private.canned_errors(text, text),
  private.fill_canned(text, jsonb) from pipeline_writer;

create function private.canned_values(p_org_id uuid, p_lead_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('lead.first_name', private.proper_name(l.owner_1_first),
    'lead.last_name', private.proper_name(l.owner_1_last), 'lead.full_name',
      private.proper_name(coalesce(l.owner_full,
      nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''))),
    'property.street', private.street_line(l.situs_house_number, l.situs_street, null), 'property.city',
      l.situs_city,
    'property.state', l.situs_state, 'property.zip', l.situs_zip, 'broker.name', b.name, 'org.name', o.name)
  from public.leads l
  join public.orgs o on o.id = l.org_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where l.org_id = p_org_id and l.id = p_lead_id and private.sees_lead(p_org_id, p_lead_id)
$$;
comment on function private.canned_values(uuid, uuid) is
  'What fills the placeholders for a lead; null for one that the caller may not see. Definer: members may not call '
  'proper_name.';
revoke execute on function private.canned_values(uuid, uuid) from pipeline_writer;

create function public.save_canned_answer(p_org_id uuid, p_name text, p_body text, p_channel text default null,
  p_id uuid default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_faults text[];
  v_id uuid;
begin
  if not private.is_trusted_caller() and not p_org_id = any (private.my_org_ids('{owner,admin,broker}')) then
    raise exception 'you may not keep answers of this org' using errcode = 'SL616';
  end if;
  v_faults := private.canned_errors(p_channel, p_body);
  if length(btrim(coalesce(p_name, ''))) not between 1 and 80 then
    v_faults := v_faults || 'a name of 1 to 80 characters is missing'::text;
  end if;
  if p_channel not in ('email', 'sms') then
    v_faults := v_faults || 'the channel is sms, email or empty'::text;
  end if;
  if v_faults <> '{}' then
    raise exception 'invalid answer: %', array_to_string(v_faults, '; ') using errcode = 'SL617';
  end if;
  if p_id is null then
    insert into public.canned_answers (org_id, name, channel, body, created_by)
    values (p_org_id, btrim(p_name), p_channel, p_body, auth.uid()) returning id into v_id;
  else
    update public.canned_answers c set name = btrim(p_name), channel = p_channel, body = p_body, updated_at = now()
    where c.org_id = p_org_id and c.id = p_id returning c.id into v_id;
    if v_id is null then
      raise exception 'answer not found' using errcode = 'SL616';
    end if;
  end if;
  return v_id;
exception when unique_violation then
  raise exception 'an answer of this name exists: choose another name, or change that one' using errcode = 'SL617';
end
$$;
comment on function public.save_canned_answer(uuid, text, text, text, uuid) is
  'Keeps an answer ready, or changes the one with p_id; returns its id. Placeholders: lead.first_name, '
  'lead.last_name, lead.full_name, property.street, property.city, property.state, property.zip, broker.name, '
  'org.name. For owners, admins and brokers. Raises SL616 (org or answer not found), SL617 (the message says what is '
  'wrong). Definer: members may not write the table, so that nothing is kept unchecked.';

create function public.drop_canned_answer(p_org_id uuid, p_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from public.canned_answers c
  where c.org_id = p_org_id and c.id = p_id
    and (private.is_trusted_caller() or c.org_id = any (private.my_org_ids('{owner,admin}'))
      or (c.org_id = any (private.my_org_ids('{broker}')) and c.created_by = auth.uid()));
  if not found then
    raise exception 'answer not found, or you may not delete it' using errcode = 'SL616';
  end if;
end
$$;
comment on function public.drop_canned_answer(uuid, uuid) is
  'Deletes a canned answer: owners and admins any, brokers their own. Raises SL616. Definer: as save_canned_answer.';
revoke execute on function public.save_canned_answer(uuid, text, text, text, uuid),
  public.drop_canned_answer(uuid, uuid) from public, anon;
grant execute on function public.save_canned_answer(uuid, text, text, text, uuid),
  public.drop_canned_answer(uuid, uuid) to authenticated, service_role;
