-- Built from sql/45_campaigns by `npm run db:build`; edit there.

-- sql/45_campaigns/01_templates.sql

-- Message texts. A version never changes, so that the text of a message can be proven years later by its template_id.
-- The content check (private.template_errors) is in 02_check_templates.sql.

create table public.templates (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  version integer not null default 0,
  channel text not null,
  purpose text not null default 'marketing',
  matter text,
  subject text,
  text_body text not null,
  html_body text,
  mjml text,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  primary key (org_id, id),
  constraint template_version_is_unique unique (org_id, name, version),
  constraint template_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint template_version_counts_from_one check (version >= 1),
  constraint template_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint template_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint template_has_a_text check (length(btrim(text_body)) > 0),
  constraint email_template_has_a_subject check (channel <> 'email' or length(btrim(coalesce(subject, ''))) > 0),
  constraint only_email_has_subject_and_html check (channel = 'email' or num_nonnulls(subject, html_body, mjml) = 0),
  constraint mjml_was_compiled check (mjml is null or html_body is not null)
);
comment on table public.templates is
  'Versions of texts in Liquid. Insert-only: a change is a new version. Checked when saved: known variables, '
  'identification and a way to opt out (SL521).';
comment on column public.templates.version is 'Counts from 1 by name; the next one if omitted.';
comment on column public.templates.matter is
  'Subject matter: some states count attempts by it. Null counts as the same as any.';
comment on column public.templates.text_body is
  'The text; in a voice template, what the assistant says first and must follow.';
comment on column public.templates.mjml is 'MJML source of html_body.';

create trigger _900_append_only before update on public.templates
  for each row execute function private.refuse_change_while_org_exists();
create trigger _910_refuse_truncate before truncate on public.templates
  for each statement execute function private.refuse_change();

alter table public.templates enable row level security;
revoke all on public.templates from anon, authenticated;
grant select on public.templates to authenticated;
grant insert (org_id, id, name, version, channel, purpose, matter, subject, text_body, html_body, mjml)
  on public.templates to authenticated;
grant select on public.templates to pipeline_writer;
create policy select_members on public.templates for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.templates for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.templates for select to pipeline_writer using (true);

-- sql/45_campaigns/02_check_templates.sql

-- Required content of a text, checked when a template is saved and again after rendering.

create function private.template_variables() returns text[]
language sql immutable parallel safe as $$
  select '{lead.first_name,lead.last_name,lead.full_name,property.street,property.city,property.state,property.zip,
    sender.name,sender.postal_address,sender.phone,broker.name,org.name,unsubscribe_url}'::text[]
$$;
comment on function private.template_variables() is 'Variables that a template may use.';

create function private.unconditional_text(p_text text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := regexp_replace(coalesce(p_text, ''), '<!--.*?-->', '', 'g');
  v_was text;
begin
  -- Normalise the tags first; then every quantifier is lazy: a greedy one, or an alternative, would make the whole
  -- pattern greedy.
  v_text := regexp_replace(regexp_replace(v_text, '\{%-?\s*', '{%', 'g'), '\s*-?%\}', '%}', 'g');
  v_text := replace(replace(v_text, '{%unless', '{%if'), '{%endunless', '{%endif');
  v_text := regexp_replace(v_text, '\{%comment%\}.*?\{%endcomment%\}', '', 'g');
  -- From the inside out.
  loop
    v_was := v_text;
    v_text := regexp_replace(v_text, '\{%if\M((?!\{%if\M).)*?\{%endif%\}', '', 'g');
    exit when v_text = v_was;
  end loop;
  return v_text;
end
$$;
comment on function private.unconditional_text(text) is
  'The part of a template that every reader sees: without comments and conditional text.';

create function private.mentions_opt_out(p_channel text, p_text text) returns boolean
language sql immutable parallel safe as $$
  select case p_channel
    when 'sms' then p_text ~ '\mSTOP\M'
      and p_text ~* '\m(reply|text|send|txt)\M[^.!?]{0,40}\mstop\M|\mstop\M[^.!?]{0,10}\m(to|2)\M[^.!?]{0,'
      '10}(stop|end|opt|unsub|cancel|quit)'
    when 'voice_ai'
      then p_text ~* '\m(stop|not|never|opt[ '
      '-]?out|remove|take)\M[^.!?]{0,60}\m(call|calls|calling|called|contact|contacted|list|opt[ -]?out)\M|\mopt[ '
      '-]?out\M'
    else true end
$$;
comment on function private.mentions_opt_out(text, text) is
  'Whether a text explains how to opt out: a text message by replying STOP, a call by asking not to be called.';

create function private.template_errors(p_channel text, p_subject text, p_text text, p_html text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_faults text[] := '{}'::text[];
  v_part record;
  v_name text;
  v_seen text;
begin
  for v_part in select * from (values ('subject', p_subject), ('text', p_text), ('html', p_html)) p (part, body)
    where p.body is not null loop
    for v_name in select btrim(x[1], '- ') from regexp_matches(v_part.body, '\{\{(.*?)\}\}', 'g') x loop
      if not coalesce(btrim(split_part(v_name, '|', 1)) = any (private.template_variables()), false) then
        v_faults := v_faults || format('%s: unknown variable %s', v_part.part,
          left(btrim(split_part(v_name, '|', 1)), 60));
      end if;
      if exists (select from unnest(string_to_array(v_name, '|')) with ordinality f (words, n) where f.n > 1
        and btrim(split_part(f.words, ':', 1)) not in ('default', 'capitalize', 'upcase', 'downcase', 'strip',
          'escape', 'escape_once', 'truncate',
          'truncatewords', 'replace', 'remove', 'append', 'prepend', 'url_encode', 'first', 'split',
            'newline_to_br')) then
        v_faults := v_faults || format('%s: unknown filter in %s', v_part.part, left(v_name, 60));
      end if;
    end loop;
    for v_name in select btrim(x[1], '- ') from regexp_matches(v_part.body, '\{%(.*?)%\}', 'g') x loop
      if v_name !~ '^(if|elsif|unless)\M|^(else|endif|endunless|comment|endcomment)$' then
        v_faults := v_faults || format('%s: unknown tag %s', v_part.part, left(v_name, 60));
      elsif v_name ~ '^(if|elsif|unless)\M' and exists (
        select from regexp_matches(regexp_replace(v_name, '"[^"]*"|''[^'']*''', '', 'g'), '[a-z_]+(?:\.[a-z_]+)*',
          'g') w
        where w[1] not in ('if', 'elsif', 'unless', 'and', 'or', 'contains', 'blank', 'empty', 'nil', 'true', 'false')
          and w[1] <> all (private.template_variables())) then
        v_faults := v_faults || format('%s: unknown variable in %s', v_part.part, left(v_name, 60));
      end if;
    end loop;
    if regexp_count(v_part.body, '\{\{') <> regexp_count(v_part.body, '\}\}')
      or regexp_count(v_part.body, '\{%') <> regexp_count(v_part.body, '%\}')
      or regexp_count(v_part.body, '\{%-?\s*(if|unless)\M') <> regexp_count(v_part.body,
        '\{%-?\s*end(if|unless)\M') then
      v_faults := v_faults || format('%s: a brace or a condition is not closed', v_part.part);
    end if;
    continue when v_part.part = 'subject';
    v_seen := private.unconditional_text(v_part.body);
    if p_channel = 'email' then
      if v_seen !~ '\{\{-?\s*sender\.postal_address\M' then
        v_faults := v_faults || format('%s: {{ sender.postal_address }} is missing', v_part.part);
      end if;
      if v_seen !~ '\{\{-?\s*unsubscribe_url\M' then
        v_faults := v_faults || format('%s: {{ unsubscribe_url }} is missing', v_part.part);
      end if;
    else
      if v_seen !~ '\{\{-?\s*sender\.name\M' then
        v_faults := v_faults || format('%s: {{ sender.name }} is missing', v_part.part);
      end if;
      if not private.mentions_opt_out(p_channel, v_seen) then
        v_faults := v_faults || format('%s: how to opt out is missing', v_part.part);
      end if;
    end if;
  end loop;
  return v_faults;
end
$$;
comment on function private.template_errors(text, text, text, text) is
  'The reasons why a template cannot be saved: unknown variables, filters or tags, and identification or opt-out '
  'that not every reader would see. Empty when it is valid.';

create function private.tg_templates__check() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_faults text[];
begin
  if new.version = 0 then
    perform pg_advisory_xact_lock(hashtextextended(new.org_id || new.name, 0));
    select coalesce(max(t.version), 0) + 1 into new.version from public.templates t where t.org_id = new.org_id
      and t.name = new.name;
  end if;
  v_faults := private.template_errors(new.channel, new.subject, new.text_body, new.html_body);
  if v_faults <> '{}' then
    raise exception 'invalid template: %', array_to_string(v_faults, '; ') using errcode = 'SL521';
  end if;
  return new;
end
$$;
comment on function private.tg_templates__check() is
  'Trigger: sets the next version by name and raises SL521 for an invalid template. Definer: members may not call '
  'the functions it uses.';
create trigger _100_check before insert on public.templates
  for each row execute function private.tg_templates__check();

create function private.visible_text(p_html text) returns text
language sql immutable parallel safe as $$
  -- One after the other: alternatives in one pattern would be greedy and remove the text between two comments.
  select regexp_replace(regexp_replace(regexp_replace(regexp_replace(p_html, '<!--.*?-->', ' ', 'g'),
    '<style.*?</style>', ' ', 'gi'),
    '<head.*?</head>', ' ', 'gi'), '<[^>]*>', ' ', 'g')
$$;
comment on function private.visible_text(text) is
  'The part of HTML that a reader sees: without comments, styles, head and tags.';

create function private.check_rendered(p_channel text, p_purpose text, p_subject text, p_text text, p_html text,
  p_sender jsonb) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_missing text[] := '{}'::text[];
  v_flat text;
  v_part record;
begin
  if p_purpose not in ('marketing', 'transactional') then
    v_missing := v_missing || 'purpose'::text;
  end if;
  if p_channel = 'email' and coalesce(p_subject, '') !~ '\S' then
    v_missing := v_missing || 'subject'::text;
  end if;
  if coalesce(p_text, '') !~ '\S' then
    v_missing := v_missing || 'text'::text;
  end if;
  for v_part in select * from (values ('subject', p_subject), ('text', p_text), ('html', p_html)) p (part, body)
    where p.body is not null loop
    if v_part.body ~ '\{\{|\}\}|\{%|%\}' then
      v_missing := v_missing || (v_part.part || ': unrendered Liquid');
    end if;
    continue when v_part.part = 'subject';
    -- As a reader sees it: without tags, with entities decoded and whitespace collapsed.
    v_flat := lower(regexp_replace(replace(replace(replace(replace(replace(
      case v_part.part when 'html' then private.visible_text(v_part.body) else v_part.body end,
      '&amp;', '&'), '&#39;', ''''), '&#34;', '"'), '&quot;', '"'), '&nbsp;', ' '), '\s+', ' ', 'g'));
    if p_channel = 'email' then
      if coalesce(btrim(p_sender ->> 'postal_address'), '') = ''
        or position(lower(regexp_replace(btrim(p_sender ->> 'postal_address'), '\s+', ' ', 'g')) in v_flat) = 0 then
        v_missing := v_missing || (v_part.part || ': postal address');
      end if;
      if coalesce(p_sender ->> 'unsubscribe_url', '') !~ '^https?://'
        or position(p_sender ->> 'unsubscribe_url' in replace(v_part.body, '&amp;', '&')) = 0 then
        v_missing := v_missing || (v_part.part || ': unsubscribe link');
      end if;
    else
      if coalesce(btrim(p_sender ->> 'name'), '') = '' or position(lower(regexp_replace(btrim(p_sender ->> 'name'),
        '\s+', ' ', 'g')) in v_flat) = 0 then
        v_missing := v_missing || (v_part.part || ': name of the sender');
      end if;
      if not private.mentions_opt_out(p_channel, v_part.body) then
        v_missing := v_missing || (v_part.part || ': how to opt out');
      end if;
    end if;
  end loop;
  return v_missing;
end
$$;
comment on function private.check_rendered(text, text, text, text, text, jsonb) is
  'The requirements that a rendered message does not meet; empty: it may be sent. p_sender {name, postal_address, '
  'unsubscribe_url}. Called just before sending, because a variable may have been empty. Not for answers to HELP and '
  'confirmations, which have no template.';

-- sql/45_campaigns/03_sequences.sql

-- The ordered touches of a campaign. When a step is due is computed in 04_step_times.sql.

create table public.sequences (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint sequence_name_is_unique unique (org_id, name),
  constraint sequence_has_a_name check (length(btrim(name)) between 1 and 200)
);
comment on table public.sequences is 'Named sequences of touches; a campaign runs one.';
create trigger _100_set_updated_at before update on public.sequences
  for each row execute function private.set_updated_at();

create table public.sequence_steps (
  org_id uuid not null,
  sequence_id uuid not null,
  step smallint not null,
  channel text not null,
  delay interval not null default '0',
  delay_kind text not null default 'business',
  send_from time not null default '09:00',
  send_until time not null default '17:00',
  purpose text not null default 'marketing',
  sender_id uuid,
  primary key (org_id, sequence_id, step),
  constraint step_belongs_to_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete cascade,
  constraint step_names_a_sender_of_its_org foreign key (org_id, sender_id)
    references public.senders (org_id, id) on delete set null (sender_id),
  constraint steps_count_from_one check (step >= 1),
  constraint step_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint step_delay_is_days_and_less check (delay >= '0' and extract(year from delay) = 0
    and extract(month from delay) = 0),
  constraint step_delay_kind_is_known check (delay_kind in ('calendar', 'business')),
  constraint step_window_opens_before_it_closes check (send_from < send_until),
  constraint step_purpose_is_known check (purpose in ('marketing', 'transactional'))
);
comment on table public.sequence_steps is 'One touch: its channel, its delay after the previous step, and its hours.';
comment on column public.sequence_steps.delay is
  'After the previous step was sent; for step 1, after the feed. Days and shorter units, no months.';
comment on column public.sequence_steps.delay_kind is
  'business: counts Monday to Friday without the org''s holidays, and the step is never due on another day; '
  'calendar: any day.';
comment on column public.sequence_steps.send_from is
  'Hours in the time zone of the org; the gate applies those of the person. Until send_until, exclusive. Leads are '
  'spread over them.';
comment on column public.sequence_steps.sender_id is
  'The sender to use; null: any sender of the org with this channel, the same one for the same lead while it has '
  'capacity.';
create index sequence_steps_sender_idx on public.sequence_steps (org_id, sender_id) where sender_id is not null;

create table public.step_variants (
  org_id uuid not null,
  sequence_id uuid not null,
  step smallint not null,
  variant text not null default 'a',
  template_id uuid not null,
  share integer not null default 1,
  primary key (org_id, sequence_id, step, variant),
  constraint variant_belongs_to_a_step foreign key (org_id, sequence_id, step)
    references public.sequence_steps (org_id, sequence_id, step) on delete cascade,
  constraint variant_uses_a_template_of_its_org foreign key (org_id, template_id)
    references public.templates (org_id, id) on delete restrict,
  constraint variant_has_a_name check (variant ~ '^[a-z0-9_]{1,20}$'),
  constraint variant_share_range check (share between 0 and 10000)
);
comment on table public.step_variants is
  'The texts of a step. Several are an A/B test: a hash assigns each lead to one, always the same.';
comment on column public.step_variants.share is 'Weight among the variants of the step; 0: no longer assigned.';
create index step_variants_template_idx on public.step_variants (org_id, template_id);

create function private.tg_step_variants__check_channel() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.sequence_steps s
    join public.templates t on t.org_id = s.org_id and t.id = new.template_id
    where s.org_id = new.org_id and s.sequence_id = new.sequence_id and s.step = new.step
      and (t.channel <> s.channel or (t.purpose = 'marketing' and s.purpose <> 'marketing')))
  then
    raise exception 'the template is for another channel, or is marketing in a transactional step'
      using errcode = 'SL522';
  end if;
  return new;
end
$$;
comment on function private.tg_step_variants__check_channel() is
  'Trigger: a variant''s template must have the channel of its step, and marketing must not be sent as '
  'transactional. Raises SL522.';
create trigger _100_check_channel before insert or update on public.step_variants
  for each row execute function private.tg_step_variants__check_channel();

create function private.tg_sequence_steps__check_sender() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.sender_id is not null and not exists (
    select from public.senders s where s.org_id = new.org_id and s.id = new.sender_id and s.channel = new.channel) then
    raise exception 'the sender is for another channel' using errcode = 'SL522';
  end if;
  return new;
end
$$;
comment on function private.tg_sequence_steps__check_sender() is
  'Trigger: the sender of a step must have its channel. Raises SL522.';
create trigger _100_check_sender before insert or update of sender_id, channel on public.sequence_steps
  for each row execute function private.tg_sequence_steps__check_sender();

alter table public.sequences enable row level security;
alter table public.sequence_steps enable row level security;
alter table public.step_variants enable row level security;
revoke all on public.sequences, public.sequence_steps, public.step_variants from anon, authenticated;
grant select, delete on public.sequences, public.sequence_steps, public.step_variants to authenticated;
grant insert (org_id, id, name), update (name) on public.sequences to authenticated;
grant insert, update (channel, delay, delay_kind, send_from, send_until, purpose, sender_id)
  on public.sequence_steps to authenticated;
grant insert, update (template_id, share) on public.step_variants to authenticated;
grant select on public.sequences, public.sequence_steps, public.step_variants to pipeline_writer;
do $$
declare
  v_table text;
begin
  foreach v_table in array '{sequences,sequence_steps,step_variants}'::text[] loop
    execute format($p$
      create policy select_members on public.%1$I for select to authenticated
        using (org_id = any ((select private.my_org_ids())::uuid[]));
      create policy insert_admins on public.%1$I for insert to authenticated
        with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
      create policy update_admins on public.%1$I for update to authenticated
        using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
        with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
      create policy delete_admins on public.%1$I for delete to authenticated
        using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
      create policy select_writer on public.%1$I for select to pipeline_writer using (true)$p$, v_table);
  end loop;
end
$$;

-- sql/45_campaigns/04_step_times.sql

-- When a step is due: a business or calendar delay after the previous step, within the hours of the step in the time
-- zone of the org, spread over those hours.

create function private.hash_fraction(p_key text) returns double precision
language sql immutable parallel safe as $$
  select ('x' || left(md5(p_key), 8))::bit(32)::bigint / 4294967296.0::double precision
$$;
comment on function private.hash_fraction(text) is
  'A number from 0 (inclusive) to 1 (exclusive) derived from the key alone, evenly distributed: the same on every '
  'machine.';

create function private.is_business_day(p_day date, p_holidays date[]) returns boolean
language sql immutable parallel safe as $$
  select extract(isodow from p_day) < 6 and not p_day = any (p_holidays)
$$;
comment on function private.is_business_day(date, date[]) is
  'Monday to Friday except the org''s holidays: the days of the feed.';

create function private.fit_to_window(
  p_at timestamptz, p_from time, p_until time, p_business boolean, p_time_zone text, p_holidays date[],
    p_share double precision,
  p_spread interval default null
) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_local constant timestamp := p_at at time zone p_time_zone;
  v_day date := v_local::date;
  v_time time := v_local::time;
  v_room interval;
begin
  if v_time >= p_until then
    v_day := v_day + 1;
    v_time := p_from;
    v_room := p_until - p_from;
  elsif v_time < p_from then
    v_time := p_from;
    v_room := p_until - p_from;
  end if;
  -- A year of holidays is an error in the calendar: due on a holiday is better than never.
  for i in 1..366 loop
    exit when not p_business or private.is_business_day(v_day, p_holidays);
    v_day := v_day + 1;
    v_time := p_from;
    v_room := p_until - p_from;
  end loop;
  v_room := coalesce(v_room, case when p_spread is not null then least(p_spread, p_until - v_time) end, '0');
  -- Never before p_at, which a repeated hour (end of daylight saving) could cause.
  return greatest(p_at, (v_day + v_time + p_share * v_room) at time zone p_time_zone);
end
$$;
comment on function private.fit_to_window(timestamptz, time, time, boolean, text, date[], double precision,
  interval) is
  'The instant itself if it is in the window (up to p_spread later, by p_share), otherwise a point in the next '
  'window, by p_share of its length, so that steps which would fall on the same minute are spread over the day.';

create function private.step_due_at(
  p_step public.sequence_steps, p_lead_id uuid, p_after timestamptz, p_time_zone text, p_holidays date[]
) returns timestamptz
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_local constant timestamp := p_after at time zone p_time_zone;
  v_day date := v_local::date;
  v_days integer := extract(day from p_step.delay);
  v_business constant boolean := p_step.delay_kind = 'business';
begin
  if v_business then
    for i in 1..least(366 + 7 * v_days, 10000) loop
      exit when v_days <= 0;
      v_day := v_day + 1;
      v_days := v_days - private.is_business_day(v_day, p_holidays)::integer;
    end loop;
  else
    v_day := v_day + v_days;
  end if;
  -- Days by the calendar, so that a day of a clock change counts as one day; hours as elapsed time.
  return private.fit_to_window(
    ((v_day + v_local::time) at time zone p_time_zone) + make_interval(hours => extract(hour
      from p_step.delay)::integer,
      mins => extract(minute from p_step.delay)::integer, secs => extract(second from p_step.delay)::double precision),
    p_step.send_from, p_step.send_until, v_business, p_time_zone, p_holidays,
    private.hash_fraction(p_lead_id::text || p_step.sequence_id || p_step.step),
    -- All leads of a feed start together; later steps keep their distance.
    case when p_step.step = 1 then interval '1 day' end);
end
$$;
comment on function private.step_due_at(public.sequence_steps, uuid, timestamptz, text, date[]) is
  'When a step is due for a lead whose previous step was sent at p_after (for step 1: that was fed then). Depends on '
  'its arguments alone.';

-- sql/45_campaigns/10_campaigns.sql

create type public.campaign_state as enum ('draft', 'running', 'paused', 'finished');
comment on type public.campaign_state is 'In the order of life; see sql/STATES.md.';

create table public.campaigns (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  state public.campaign_state not null default 'draft',
  daily_limit integer not null default 250,
  states text[] not null default '{}',
  source_ids uuid[] not null default '{}',
  min_score smallint not null default 0,
  starts_on date,
  ends_on date,
  assign_brokers boolean not null default true,
  sequence_id uuid,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint campaign_runs_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete restrict,
  constraint campaign_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint daily_limit_range check (daily_limit between 1 and 10000),
  constraint min_score_range check (min_score between 0 and 100),
  constraint campaign_states_are_usps_codes
    check (array_to_string(states, ',') ~ '^([A-Z]{2}(,[A-Z]{2})*)?$'),
  constraint campaign_ends_after_it_starts check (ends_on >= starts_on),
  constraint draft_campaign_has_not_started check (state <> 'draft' or started_at is null),
  constraint running_campaign_has_started check (state not in ('running', 'paused') or started_at is not null),
  constraint finished_campaign_has_its_time check ((state = 'finished') = (finished_at is not null))
);
comment on table public.campaigns is
  'Which leads are contacted, and how many per day. The channels are those of the steps of its sequence.';
comment on column public.campaigns.daily_limit is 'Maximum leads per feed.';
comment on column public.campaigns.states is 'USPS codes of the situs states to feed from; empty means all.';
comment on column public.campaigns.source_ids is 'Sources to feed from; empty means all.';
comment on column public.campaigns.starts_on is 'First local date with a feed; null means from the start.';
comment on column public.campaigns.ends_on is 'Last local date with a feed; null means no end.';
comment on column public.campaigns.assign_brokers is 'Whether the feed assigns leads without a broker.';
comment on column public.campaigns.sequence_id is
  'The sequence of its leads; null: leads are fed but nothing is sent.';
create index campaigns_sequence_idx on public.campaigns (org_id, sequence_id) where sequence_id is not null;
create index campaigns_running_idx on public.campaigns (org_id, created_at, id) where state = 'running';

create trigger _100_set_updated_at before update on public.campaigns
  for each row execute function private.set_updated_at();

create function private.tg_campaigns__check_state() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'running'), ('draft', 'finished'), ('running', 'paused'), ('running', 'finished'),
    ('paused', 'running'), ('paused', 'finished'))
  then
    raise exception 'a % campaign cannot become %', old.state, new.state using errcode = 'SL501';
  end if;
  if new.state in ('running', 'paused') then
    new.started_at := coalesce(new.started_at, now());
  elsif new.state = 'finished' then
    new.finished_at := coalesce(new.finished_at, now());
  end if;
  return new;
end
$$;
comment on function private.tg_campaigns__check_state() is
  'Trigger: allows only the transitions of the campaign state machine (SL501) and sets their times.';
create trigger _200_check_state before insert or update of state on public.campaigns
  for each row execute function private.tg_campaigns__check_state();

-- A campaign with leads is finished, not deleted.
alter table public.leads add constraint lead_is_in_a_campaign_of_its_org
  foreign key (org_id, campaign_id) references public.campaigns (org_id, id) on delete restrict;

alter table public.campaigns enable row level security;
revoke all on public.campaigns from anon, authenticated;
grant select on public.campaigns to authenticated;
grant insert (org_id, name, state, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers,
  sequence_id),
  update (name, state, daily_limit, states, source_ids, min_score, starts_on, ends_on, assign_brokers, sequence_id)
  on public.campaigns to authenticated;
grant select, update on public.campaigns to pipeline_writer;

create policy select_members on public.campaigns for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.campaigns for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.campaigns for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.campaigns for select to pipeline_writer using (true);
create policy update_writer on public.campaigns for update to pipeline_writer using (true) with check (true);

-- sql/45_campaigns/11_campaign_feeds.sql

create type public.feed_state as enum ('running', 'done', 'failed');
comment on type public.feed_state is
  'In the order of life; see sql/STATES.md. A failed feed is retried on the same local day.';

create table public.campaign_feeds (
  org_id uuid not null,
  campaign_id uuid not null,
  local_date date not null,
  state public.feed_state not null default 'running',
  planned integer not null,
  fed_count integer not null default 0,
  unassigned_count integer not null default 0,
  late boolean not null default false,
  attempts integer not null default 1,
  retry_after timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz,
  correlation_id uuid not null default gen_random_uuid(),
  detail jsonb not null default '{}',
  primary key (org_id, campaign_id, local_date),
  constraint feed_belongs_to_a_campaign_of_its_org foreign key (org_id, campaign_id)
    references public.campaigns (org_id, id) on delete cascade,
  constraint feed_counts_add_up check (fed_count between 0 and planned and unassigned_count between 0 and fed_count),
  constraint finished_feed_has_its_time check ((state = 'running') = (finished_at is null)),
  constraint failed_feed_fed_nobody check (state <> 'failed' or fed_count = 0),
  constraint failed_feed_is_tried_again check ((state = 'failed') = (retry_after is not null))
);
comment on table public.campaign_feeds is 'One row per campaign and local date, so that a feed happens exactly once.';
comment on column public.campaign_feeds.local_date is 'The date in the org''s time zone.';
comment on column public.campaign_feeds.planned is 'The campaign''s daily limit at the time.';
comment on column public.campaign_feeds.unassigned_count is 'Fed leads for which no licensed broker had capacity.';
comment on column public.campaign_feeds.late is 'Whether it ran later than 6:05 local time.';
comment on column public.campaign_feeds.detail is
  'left_out: candidates that the live check refused, by reason; from_score, to_score; error of a failed attempt.';
comment on column public.campaign_feeds.correlation_id is 'Also in the fed events of its leads.';

alter table public.campaign_feeds enable row level security;
revoke all on public.campaign_feeds from anon, authenticated;
grant select on public.campaign_feeds to authenticated;
grant select, insert, update on public.campaign_feeds to pipeline_writer;
create policy select_members on public.campaign_feeds for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.campaign_feeds for select to pipeline_writer using (true);
create policy insert_writer on public.campaign_feeds for insert to pipeline_writer with check (true);
create policy update_writer on public.campaign_feeds for update to pipeline_writer using (true) with check (true);

-- sql/45_campaigns/12_sequence_runs.sql

create type public.sequence_run_state as enum ('active', 'paused', 'stopped', 'completed');
comment on type public.sequence_run_state is 'In the order of life; see sql/STATES.md.';

create table public.sequence_runs (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  campaign_id uuid not null,
  lead_id uuid not null,
  sequence_id uuid not null,
  state public.sequence_run_state not null default 'active',
  next_step smallint not null default 1,
  next_channel text not null,
  next_at timestamptz,
  message_id uuid,
  sent_count integer not null default 0,
  refusal jsonb,
  skipped jsonb not null default '[]',
  correlation_id uuid not null default gen_random_uuid(),
  started_at timestamptz not null default now(),
  paused_at timestamptz,
  paused_by text,
  ended_at timestamptz,
  end_reason text,
  merged_from uuid,
  primary key (org_id, id),
  constraint run_belongs_to_a_campaign_of_its_org foreign key (org_id, campaign_id)
    references public.campaigns (org_id, id) on delete restrict,
  constraint run_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint run_follows_a_sequence_of_its_org foreign key (org_id, sequence_id)
    references public.sequences (org_id, id) on delete restrict,
  constraint live_run_waits_for_its_hour_or_its_message
    check ((state in ('active', 'paused')) = (num_nonnulls(next_at, message_id) = 1)
      and num_nonnulls(next_at, message_id) <= 1),
  constraint paused_run_has_its_time check ((state = 'paused') = (paused_at is not null)
    and (paused_at is null) = (paused_by is null)),
  constraint run_is_paused_by_lead_or_campaign check (paused_by in ('lead', 'campaign')),
  constraint ended_run_has_its_time_and_reason check ((state in ('stopped', 'completed')) = (ended_at is not null)
    and (ended_at is null) = (end_reason is null)),
  constraint run_refusal_is_an_object check (jsonb_typeof(refusal) = 'object'),
  constraint run_skipped_is_a_list check (jsonb_typeof(skipped) = 'array')
);
comment on table public.sequence_runs is
  'One lead in a sequence: started by the feed, ended by the last step, a reply, an opt-out, a booking or a person.';
comment on column public.sequence_runs.next_step is 'The step that is due at next_at, or whose message is message_id.';
comment on column public.sequence_runs.next_channel is
  'Channel of next_step, so that due steps can be found by channel.';
comment on column public.sequence_runs.message_id is 'The message of next_step while it is in flight.';
comment on column public.sequence_runs.refusal is
  'The last refusal of next_step by the gate: {at, step, channel, decision_id, rules, next_allowed_at}.';
comment on column public.sequence_runs.skipped is
  'Steps that were skipped, with the reasons: [{step, channel, at, rules, decision_id}].';
comment on column public.sequence_runs.paused_by is
  'lead: a person paused this run; campaign: it resumes with the campaign.';
comment on column public.sequence_runs.merged_from is 'The lead of the run until that lead was merged into lead_id.';
create index sequence_runs_due_idx on public.sequence_runs (org_id, campaign_id, next_channel, next_at, id)
  where state = 'active' and next_at is not null;
create unique index sequence_runs_one_live_run_idx on public.sequence_runs (org_id, lead_id)
  where state in ('active', 'paused');
create index sequence_runs_lead_idx on public.sequence_runs (org_id, lead_id, started_at);
create index sequence_runs_campaign_idx on public.sequence_runs (org_id, campaign_id, state);
create index sequence_runs_sequence_idx on public.sequence_runs (org_id, sequence_id);
create index sequence_runs_merged_idx on public.sequence_runs (org_id, merged_from) where merged_from is not null;

alter table public.sequence_runs enable row level security;
revoke all on public.sequence_runs from anon, authenticated;
grant select on public.sequence_runs to authenticated;
grant select, insert, update on public.sequence_runs to pipeline_writer;
create policy select_members on public.sequence_runs for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.sequence_runs for select to pipeline_writer using (true);
create policy insert_writer on public.sequence_runs for insert to pipeline_writer with check (true);
create policy update_writer on public.sequence_runs for update to pipeline_writer using (true) with check (true);

create function private.tg_sequence_steps__update_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.sequence_runs r set next_channel = new.channel
  where r.org_id = new.org_id and r.sequence_id = new.sequence_id and r.next_step = new.step
    and r.state in ('active', 'paused') and r.next_channel <> new.channel;
  return null;
end
$$;
comment on function private.tg_sequence_steps__update_runs() is
  'Trigger: updates the channel of runs that wait for a step. Definer: members may not write runs.';
create trigger _200_update_runs after insert or update of channel on public.sequence_steps
  for each row execute function private.tg_sequence_steps__update_runs();

-- sql/45_campaigns/20_mv_contactable_leads.sql

-- Leads that could be contacted, as of the last refresh. Only nominations: whatever uses them checks each lead live.

create materialized view public.mv_contactable_leads as
-- Like private.is_suppressed: a suppression on all channels of a phone ends when consents have lifted each of them.
with held as materialized (
  select s.org_id, s.value_bidx, s.channel is null and l.n = 0 as wholly
  from public.suppressions s
  cross join lateral (
    select count(*) as n from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id) l
  where l.n < case when s.channel is null and s.kind = 'phone' then 3 else 1 end
)
select l.org_id, l.id as lead_id, l.lead_score, l.situs_state, l.source_id
from public.leads l
where l.campaign_status = 'new' and l.phone_verified
  and (l.consent or l.consented_at is null)
  and exists (
    select from public.contact_points c
    where c.org_id = l.org_id and c.lead_id = l.id
      and c.kind = 'phone' and c.verified and c.invalid_at is null
      and not exists (
        select from held s where s.org_id = c.org_id and s.value_bidx = c.value_bidx))
  and not exists (
    select from held s
    join public.contact_points c on c.org_id = s.org_id and c.value_bidx = s.value_bidx
    where s.wholly and c.org_id = l.org_id and c.lead_id = l.id)
  and not exists (
    select from public.leads o
    join public.campaigns k on k.org_id = o.org_id and k.id = o.campaign_id and k.state in ('running', 'paused')
    where o.org_id = l.org_id and o.phone_bidx = l.phone_bidx
      and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'));
comment on materialized view public.mv_contactable_leads is
  'Leads with a verified phone and no suppression, revoked consent or running campaign, as of the last refresh. Not '
  'exposed; contactable_leads is.';
create unique index mv_contactable_leads_key on public.mv_contactable_leads (org_id, lead_id);
create index mv_contactable_leads_score_idx on public.mv_contactable_leads (org_id, lead_score desc, lead_id);
revoke all on public.mv_contactable_leads from anon, authenticated;
grant select on public.mv_contactable_leads to pipeline_writer;

create function public.refresh_contactable_leads(p_as_of timestamptz default now(), p_force boolean default false)
returns boolean
language plpgsql volatile security definer set search_path = ''
-- A refresh sorts the whole view and joins it with itself: more memory speeds it up, JIT compilation does not.
set work_mem = '32MB' set jit = off as $$
declare
  v_began constant timestamptz := clock_timestamp();
  v_filled constant boolean := (
    select c.relispopulated from pg_catalog.pg_class c where c.oid = 'public.mv_contactable_leads'::regclass);
  v_error text;
begin
  if not p_force and not private.start_daily_run('refresh_contactable_leads', '05:30', p_as_of) then
    return false;
  end if;
  begin
    if v_filled then
      refresh materialized view concurrently public.mv_contactable_leads;
    else
      refresh materialized view public.mv_contactable_leads;
    end if;
    analyze public.mv_contactable_leads;
  -- A forced refresh raises its error; the daily one records it and retries, and feeds continue with yesterday's
  -- nominations, since they check each lead live.
  exception when others then
    if p_force then
      raise;
    end if;
    get stacked diagnostics v_error = message_text;
    raise warning 'refresh of mv_contactable_leads failed: % (%)', v_error, sqlstate;
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began, '{}', v_error);
    return false;
  end;
  if not p_force then
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began,
      jsonb_build_object('seconds', round(extract(epoch from clock_timestamp() - v_began), 3), 'concurrently',
        v_filled));
  end if;
  return true;
end
$$;
comment on function public.refresh_contactable_leads(timestamptz, boolean) is
  'Refreshes mv_contactable_leads without blocking readers, once per date in Los Angeles from 05:30 on; true when it '
  'did. p_force refreshes at any time and does not record a daily run. Definer: only the owner may refresh.';
revoke execute on function public.refresh_contactable_leads(timestamptz, boolean) from public, anon, authenticated;
grant execute on function public.refresh_contactable_leads(timestamptz, boolean) to pipeline_writer, service_role;

-- sql/45_campaigns/21_contactable_leads.sql

-- A materialized view has no row-level security. This view, in a schema that the API does not expose, restricts it to
-- the orgs of the caller: ids only, and no security barrier, which would prevent the planner from looking up single
-- leads. The policies of leads decide what is visible of each, since contactable_leads reads with the caller's
-- rights.
create view private.nominated_leads as
select n.org_id, n.lead_id
from public.mv_contactable_leads n
where n.org_id = any ((select private.my_org_ids())::uuid[]) or (select private.is_trusted_caller());
comment on view private.nominated_leads is
  'Ids of the contactable leads of the caller''s orgs. Deliberately runs with its owner''s rights.';
revoke all on private.nominated_leads from anon, authenticated;
grant select on private.nominated_leads to authenticated, service_role;
grant execute on function private.is_trusted_caller() to authenticated, service_role;

create view public.contactable_leads with (security_invoker = true) as
select l.org_id, l.id as lead_id, l.lead_score, l.status, l.assigned_broker_id,
  l.owner_full, l.owner_1_first, l.owner_1_last,
  l.situs_house_number, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.time_zone,
  l.email_verified, l.phone_verified, l.source_id, l.created_at
from public.leads l
join private.nominated_leads n on n.org_id = l.org_id and n.lead_id = l.id
where l.campaign_status = 'new' and l.phone_verified;
comment on view public.contactable_leads is
  'Leads that a feed could take next and that the caller may see: nominated by the last refresh, and still new and '
  'verified now. Fast with the org named: where org_id = … order by lead_score desc, lead_id limit 100.';
revoke all on public.contactable_leads from anon, authenticated;
grant select on public.contactable_leads to authenticated, service_role;

-- sql/45_campaigns/22_campaign_candidates.sql

create function private.campaign_candidates(k public.campaigns) returns table (lead_id uuid)
language sql stable as $$
  select n.lead_id from public.mv_contactable_leads n
  where n.org_id = k.org_id and n.lead_score >= k.min_score
    and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
    and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
$$;
comment on function private.campaign_candidates(
  public.campaigns) is 'Leads that a campaign could feed, as of the last refresh.';
revoke execute on function private.campaign_candidates(public.campaigns) from pipeline_writer;

-- sql/45_campaigns/30_assign_brokers.sql

-- Only leads in progress count towards a broker's capacity.
create index leads_broker_load_idx on public.leads (org_id, assigned_broker_id)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked') and assigned_broker_id is not null;

create function private.assign_brokers(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_brokers uuid[];
  v_licensed text[];
  v_free integer[];
  v_queue integer[];
  v_turn_at timestamptz[];
  v_given uuid[] := '{}'::uuid[];
  v_lead record;
  v_pick integer;
begin
  -- Locked, so that two feeds of the org do not use the same capacity.
  perform from public.brokers b where b.org_id = p_org_id and b.active order by b.id for no key update;
  select array_agg(b.id order by b.last_assigned_at nulls first, b.id),
    array_agg(array_to_string(b.licensed_states, ',') order by b.last_assigned_at nulls first, b.id),
    array_agg(b.capacity - coalesce(o.open, 0) order by b.last_assigned_at nulls first, b.id),
    array_agg(row_number order by row_number)
  into v_brokers, v_licensed, v_free, v_queue
  from (
    select b.*, row_number() over (order by b.last_assigned_at nulls first, b.id)::integer
    from public.brokers b where b.org_id = p_org_id and b.active
  ) b
  left join (
    select l.assigned_broker_id, count(*)::integer as open
    from public.leads l
    where l.org_id = p_org_id and l.assigned_broker_id is not null
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
    group by l.assigned_broker_id
  ) o on o.assigned_broker_id = b.id;
  v_turn_at := array_fill(null::timestamptz, array[coalesce(cardinality(v_brokers), 0)]);

  for v_lead in
    select l.assigned_broker_id as has, l.situs_state as state, i.n
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    order by i.n
  loop
    v_pick := null;
    if v_lead.has is not null then
      -- The lead keeps its broker and counts towards that broker's capacity.
      v_pick := array_position(v_brokers, v_lead.has);
      v_given := v_given || v_lead.has;
    else
      select q.who into v_pick
      from unnest(v_queue) with ordinality q (who, n)
      where v_free[q.who] > 0
        and (v_licensed[q.who] = '' or v_lead.state = any (string_to_array(v_licensed[q.who], ',')))
      order by q.n limit 1;
      v_given := v_given || v_brokers[v_pick];
      if v_pick is not null then
        v_queue := array_remove(v_queue, v_pick) || v_pick;
        -- One microsecond per turn: the next feed starts with the order of this one.
        v_turn_at[v_pick] := p_as_of + v_lead.n * interval '1 microsecond';
      end if;
    end if;
    if v_pick is not null then
      v_free[v_pick] := v_free[v_pick] - 1;
    end if;
  end loop;

  update public.brokers b set last_assigned_at = t.at
  from unnest(v_brokers, v_turn_at) t (id, at)
  where b.org_id = p_org_id and b.id = t.id and t.at is not null;
  return v_given;
end
$$;
comment on function private.assign_brokers(uuid, uuid[], timestamptz) is
  'Brokers for leads, in the order of p_lead_ids: a lead keeps its own; otherwise the active broker who has waited '
  'longest, has capacity and is licensed in the situs state (no list of states: in any); null if there is none. '
  'Writes only last_assigned_at; the caller updates the leads.';

-- sql/45_campaigns/31_check_candidates.sql

-- A phone may belong to dozens of leads, few of which are in progress: an index of those alone finds them without
-- reading the rest.
create index leads_in_work_idx on public.leads (org_id, id)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked');

create function private.check_candidates(p_org_id uuid, p_lead_ids uuid[])
returns table (lead_id uuid, lead_score smallint, refusal text, phones bytea[])
language plpgsql volatile set search_path = '' as $$
begin
  return query
  with contacts as materialized (
    select i.n, l.id, l.lead_score as score, not l.consent and l.consented_at is not null as revoked,
      c.value_bidx, c.verified, coalesce(c.kind = 'phone' and c.invalid_at is null, false) as reachable
    from unnest(p_lead_ids) with ordinality i (id, n)
    join public.leads l on l.org_id = p_org_id and l.id = i.id
    left join public.contact_points c on c.org_id = p_org_id and c.lead_id = i.id
  ),
  -- Each value once: one owner of many properties has one phone. Subqueries that stay subqueries (offset 0) instead
  -- of joins to leads and campaigns: each is one index probe, whatever the statistics about leads in progress say.
  facts as materialized (
    select v.value_bidx, private.is_suppressed(p_org_id, v.value_bidx) as held,
      v.reachable and (
        exists (
          select from public.leads o
          where o.org_id = p_org_id and o.phone_bidx = v.value_bidx
            and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
            and (select k.state from public.campaigns k where k.org_id = o.org_id
              and k.id = o.campaign_id) in ('running', 'paused')
          offset 0)
        or exists (
          select from public.contact_points q
          where q.org_id = p_org_id and q.value_bidx = v.value_bidx and q.invalid_at is null
            and exists (
              select from public.leads o
              where o.org_id = q.org_id and o.id = q.lead_id
                and o.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')
                and (select k.state from public.campaigns k where k.org_id = o.org_id
                  and k.id = o.campaign_id) in ('running', 'paused')
              offset 0)
          offset 0)) as taken
    from (select c.value_bidx, bool_or(c.reachable) as reachable from contacts c group by c.value_bidx) v
    where v.value_bidx is not null
  )
  select c.id, c.score,
    case
      when c.revoked then 'consent_revoked'
      when not bool_or(c.reachable and c.verified) then 'no_verified_phone'
      when not bool_or(c.reachable and c.verified and not f.held)
        or bool_or(case when f.held then private.is_suppressed(p_org_id, c.value_bidx, 'all') end) then 'suppressed'
      when bool_or(c.reachable and f.taken) then 'phone_in_campaign'
    end,
    array_agg(c.value_bidx) filter (where c.reachable)
  from contacts c
  left join facts f on f.value_bidx = c.value_bidx
  group by c.n, c.id, c.score, c.revoked
  order by c.n;
end
$$;
comment on function private.check_candidates(uuid, uuid[]) is
  'The live check of new leads that the caller has locked, in the given order: the reason why each may not be fed '
  '(null: it may) and its phones. A phone is in a campaign when a lead in progress there has it; paused campaigns '
  'count, because they may resume at any time, and so does the one being fed.';

-- sql/45_campaigns/32_due_feeds.sql

-- Cron runs in UTC, business in local time: whatever triggers it, and however often, the due feeds depend only on the
-- clock, the org's time zone and the feeds on record.

create function private.feed_due_at(p_local_date date, p_time_zone text) returns timestamptz
language sql stable set search_path = '' as $$
  select (p_local_date + time '06:00') at time zone p_time_zone
$$;
comment on function private.feed_due_at(date, text) is 'Six in the morning on a local date, as an instant.';

create function private.due_feeds(p_as_of timestamptz default now())
returns table (org_id uuid, campaign_id uuid, local_date date)
language sql stable set search_path = '' as $$
  select c.org_id, c.id, d.today
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  cross join lateral (select (p_as_of at time zone o.time_zone)::date as today) d
  where c.state = 'running'
    and extract(isodow from d.today) between 1 and 5
    and not d.today = any (o.holidays)
    and d.today between coalesce(c.starts_on, d.today) and coalesce(c.ends_on, d.today)
    and p_as_of >= private.feed_due_at(d.today, o.time_zone)
    and not exists (
      select from public.campaign_feeds f
      where f.org_id = c.org_id and f.campaign_id = c.id and f.local_date = d.today
        and (f.state <> 'failed' or f.retry_after > p_as_of))
  order by c.org_id, c.created_at, c.id
$$;
comment on function private.due_feeds(timestamptz) is
  'Due feeds: running campaigns whose org has a business day (Monday to Friday, except its holidays), after six '
  'local time and not yet done today. A missed feed is caught up later on the same local day, never on another.';

-- sql/45_campaigns/33_feed_campaign.sql

create function public.feed_campaign(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz default now()
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = ''
-- The cursor below needs its first few hundred rows, however many candidates there are; the planner, which expects to
-- read all, would otherwise sort them or compile the plan.
set cursor_tuple_fraction = 0.0001 set jit = off as $$
declare
  v_campaign public.campaigns;
  v_feed public.campaign_feeds;
  v_began constant timestamptz := clock_timestamp();
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_more boolean := true;
  v_candidate uuid;
  v_batch uuid[];
  v_lead record;
  v_leads uuid[] := '{}'::uuid[];
  v_scores smallint[] := '{}'::smallint[];
  v_brokers uuid[];
  v_unassigned integer;
  v_busy_phones bytea[] := '{}'::bytea[];
  v_left_out jsonb := '{}'::jsonb;
  -- The view nominates; status, score and filters are current. Best first; leads locked by another session are
  -- skipped.
  v_candidates no scroll cursor for
    select l.id
    from public.leads l
    join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
    where l.org_id = p_org_id and l.campaign_status = 'new' and l.phone_verified
      and l.lead_score >= v_campaign.min_score
      and (cardinality(v_campaign.states) = 0 or l.situs_state = any (v_campaign.states))
      and (cardinality(v_campaign.source_ids) = 0 or l.source_id = any (v_campaign.source_ids))
    order by l.lead_score desc, l.id
    for no key update of l skip locked;
begin
  if not pg_try_advisory_xact_lock(
    hashtextextended(format('sluice feed %s %s %s', p_org_id, p_campaign_id, p_local_date), 0))
  then
    return;
  end if;
  -- Feeds of one org wait for each other: each cannot see the uncommitted rows of the other, and both would take a
  -- phone that two leads share.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice feed %s', p_org_id), 0));
  select c.* into v_campaign from public.campaigns c
  where c.org_id = p_org_id and c.id = p_campaign_id for share;
  if v_campaign.state is distinct from 'running' then
    raise exception 'campaign % is not running', p_campaign_id using errcode = 'SL503';
  end if;

  insert into public.campaign_feeds as f (org_id, campaign_id, local_date, planned, started_at, late)
  select p_org_id, p_campaign_id, p_local_date, v_campaign.daily_limit, p_as_of,
    p_as_of > private.feed_due_at(p_local_date, o.time_zone) + interval '5 minutes'
  from public.orgs o where o.id = p_org_id
  on conflict (org_id, campaign_id, local_date) do update
    set state = 'running', planned = excluded.planned, started_at = excluded.started_at, late = excluded.late,
      finished_at = null, retry_after = null, attempts = f.attempts + 1, detail = '{}'
    where f.state = 'failed'
  returning f.* into v_feed;
  if not found then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true);

  open v_candidates;
  while v_more and cardinality(v_leads) < v_campaign.daily_limit loop
    v_batch := '{}'::uuid[];
    while v_more and cardinality(v_batch) < v_campaign.daily_limit - cardinality(v_leads) loop
      fetch v_candidates into v_candidate;
      v_more := found;
      if v_more then
        v_batch := v_batch || v_candidate;
      end if;
    end loop;
    for v_lead in select * from private.check_candidates(p_org_id, v_batch) loop
      if v_lead.refusal is null and v_lead.phones && v_busy_phones then
        v_lead.refusal := 'phone_in_campaign';
      end if;
      if v_lead.refusal is null then
        v_leads := v_leads || v_lead.lead_id;
        v_scores := v_scores || v_lead.lead_score;
        v_busy_phones := v_busy_phones || v_lead.phones;
      else
        v_left_out := v_left_out
          || jsonb_build_object(v_lead.refusal, coalesce((v_left_out ->> v_lead.refusal)::integer, 0) + 1);
      end if;
    end loop;
  end loop;
  close v_candidates;

  if v_campaign.assign_brokers then
    v_brokers := private.assign_brokers(p_org_id, v_leads, p_as_of);
  end if;
  with fed as (
    update public.leads l
    set campaign_id = p_campaign_id, campaign_status = 'queued', added_to_campaign_at = p_as_of,
      current_sequence_step = 0, assigned_broker_id = coalesce(l.assigned_broker_id, f.broker_id)
    from unnest(v_leads, v_brokers) f (lead_id, broker_id)
    where l.org_id = p_org_id and l.id = f.lead_id
    returning l.assigned_broker_id
  )
  select count(*) into v_unassigned from fed where fed.assigned_broker_id is null;
  insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    correlation_id, started_at)
  select p_org_id, p_campaign_id, f.lead_id, (n.s).sequence_id, (n.s).step, (n.s).channel,
    private.step_due_at(n.s, f.lead_id, p_as_of, o.time_zone, o.holidays), v_feed.correlation_id, p_as_of
  from unnest(v_leads) f (lead_id)
  join public.orgs o on o.id = p_org_id
  cross join lateral (
    select x as s from public.sequence_steps x
    where x.org_id = p_org_id and x.sequence_id = v_campaign.sequence_id order by x.step limit 1) n
  on conflict do nothing;
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select p_org_id, f.lead_id, 'fed', p_as_of, v_feed.correlation_id,
    jsonb_build_object('campaign_id', p_campaign_id, 'place', f.place)
  from unnest(v_leads) with ordinality f (lead_id, place);

  update public.campaign_feeds f
  set state = 'done', fed_count = cardinality(v_leads),
    unassigned_count = v_unassigned,
    finished_at = p_as_of + (clock_timestamp() - v_began),
    detail = jsonb_strip_nulls(jsonb_build_object(
      'left_out', v_left_out, 'from_score', v_scores[1], 'to_score', v_scores[cardinality(v_scores)]))
  where f.org_id = p_org_id and f.campaign_id = p_campaign_id and f.local_date = p_local_date
  returning f.* into v_feed;
  perform set_config('sluice.actor', v_actor, true);
  return next v_feed;
end
$$;
comment on function public.feed_campaign(uuid, uuid, date, timestamptz) is
  'Feeds the best candidates that pass the live check into a running campaign, up to its daily limit, and returns '
  'the row in campaign_feeds; no row when this local date is done or another session is feeding. Does not check the '
  'calendar, unlike feed_campaigns. Raises SL503 when the campaign is not running.';
revoke execute on function public.feed_campaign(uuid, uuid, date, timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaign(uuid, uuid, date, timestamptz) to pipeline_writer, service_role;

-- sql/45_campaigns/34_feed_campaigns.sql

create function private.record_feed_failure(
  p_org_id uuid, p_campaign_id uuid, p_local_date date, p_as_of timestamptz, p_code text, p_error text
) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_feed public.campaign_feeds;
begin
  insert into public.campaign_feeds as f
    (org_id, campaign_id, local_date, state, planned, started_at, finished_at, retry_after, detail)
  select p_org_id, p_campaign_id, p_local_date, 'failed', c.daily_limit, p_as_of, p_as_of,
    p_as_of + interval '1 minute', jsonb_build_object('error', p_code)
  from public.campaigns c where c.org_id = p_org_id and c.id = p_campaign_id
  on conflict (org_id, campaign_id, local_date) do update
    set attempts = f.attempts + 1, started_at = excluded.started_at, finished_at = excluded.finished_at,
      retry_after = p_as_of + least(interval '1 minute' * 2 ^ f.attempts, interval '1 hour'), detail = excluded.detail
    where f.state = 'failed'
  returning f.* into v_feed;
  if found then
    perform private.record_dead_letter(p_org_id, 'feed',
      jsonb_build_object('campaign_id', p_campaign_id, 'local_date', p_local_date), p_code, p_error,
      v_feed.correlation_id, p_as_of);
    return next v_feed;
  end if;
end
$$;
comment on function private.record_feed_failure(uuid, uuid, date, timestamptz, text, text) is
  'Records a failed feed in campaign_feeds and as a dead letter; the delay until the next attempt doubles from a '
  'minute to an hour.';

create function public.feed_campaigns(p_as_of timestamptz default now()) returns setof public.campaign_feeds
language plpgsql volatile set search_path = '' as $$
declare
  v_due record;
  v_error text;
begin
  for v_due in select * from private.due_feeds(p_as_of) loop
    begin
      return query select * from public.feed_campaign(v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of);
      if found then
        update public.pipeline_dlq d set resolved_at = p_as_of
        where d.source = 'feed' and d.resolved_at is null
          and d.payload = jsonb_build_object('campaign_id', v_due.campaign_id, 'local_date', v_due.local_date);
      end if;
    -- An error in one campaign must not stop the others.
    exception when others then
      get stacked diagnostics v_error = message_text;
      raise warning 'feed of campaign % failed: % (%)', v_due.campaign_id, v_error, sqlstate;
      return query select * from private.record_feed_failure(
        v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of, sqlstate, v_error);
    end;
  end loop;
end
$$;
comment on function public.feed_campaigns(timestamptz) is
  'Feeds every due campaign and returns the rows in campaign_feeds. It may be called at any rate: each campaign is '
  'fed once per local date.';
revoke execute on function public.feed_campaigns(timestamptz) from public, anon, authenticated;
grant execute on function public.feed_campaigns(timestamptz) to pipeline_writer, service_role;

-- The service role calls the two public functions through the API and needs the functions that they call.
grant execute on function private.feed_due_at(date, text), private.due_feeds(timestamptz),
  private.record_feed_failure(uuid, uuid, date, timestamptz, text, text), private.check_candidates(uuid, uuid[]),
  private.assign_brokers(uuid, uuid[], timestamptz), private.is_suppressed(uuid, bytea, text) to service_role;

-- sql/45_campaigns/40_gate_forecast.sql

create function public.gate_forecast(
  p_campaign_id uuid, p_date date, p_channels text[] default '{sms,voice_manual,voice_ai,email}',
    p_sample integer default 500,
  p_at time default '10:00'
) returns table (channel text, outlook text, rule text, leads bigint, share numeric, sampled integer,
  candidates bigint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  k public.campaigns;
  v_as_of timestamptz;
  v_zone text;
  v_leads uuid[];
  v_nominated integer;
  v_all bigint;
  v_asked jsonb;
begin
  select c.* into k from public.orgs o join public.campaigns c on c.org_id = o.id and c.id = p_campaign_id
  where private.is_trusted_caller() or o.id = any (private.my_org_ids('{owner,admin,viewer}'));
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL424';
  end if;
  select o.time_zone, (p_date + p_at) at time zone o.time_zone into v_zone, v_as_of from public.orgs o
    where o.id = k.org_id;
  -- Among the leads that the last refresh nominated; ids grow with time, so ordering by their hash gives a fair and
  -- stable sample.
  select count(*) into v_all from private.campaign_candidates(k);
  v_leads := array(select c.lead_id from private.campaign_candidates(k) c order by uuid_hash_extended(c.lead_id, 0),
    c.lead_id limit p_sample);
  -- Leads that have changed since the refresh are excluded from both numbers.
  v_nominated := cardinality(v_leads);
  v_leads := array(select l.id from public.leads l
    where l.org_id = k.org_id and l.id = any (v_leads) and l.campaign_status = 'new' and l.phone_verified
      order by l.id);
  v_all := round(v_all::numeric * cardinality(v_leads) / greatest(v_nominated, 1));
  select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id, 'channel', c.channel, 'purpose',
    'marketing',
    'message', private.compliant_mail_facts()))
  into v_asked
  from (
    -- The contact point that outreach would use: the best of its kind.
    select distinct on (c.lead_id, ch) c.lead_id, c.id, ch as channel
    from unnest(v_leads) i (id)
    join public.contact_points c on c.org_id = k.org_id and c.lead_id = i.id and c.invalid_at is null
    join unnest(p_channels) ch on (ch = 'email') = (c.kind = 'email')
    order by c.lead_id, ch, c.verified desc, c.position, c.id
  ) c;
  return query
    with judged as materialized (
      select (a.x ->> 'lead_id')::uuid as lead_id, a.x ->> 'channel' as channel, j.answer
      from private.decide_contacts(k.org_id, coalesce(v_asked, '[]'), v_as_of, 'never') j
      join jsonb_array_elements(v_asked) with ordinality a (x, n) on a.n = j.n
    ), verdicts as (
      select ch as channel,
        case when j.answer is null then 'never' else private.outlook_of(j.answer, v_zone, p_date) end as outlook,
        case when j.answer is null then '{no_contact}' else array(select distinct r ->> 'rule'
          from jsonb_array_elements(j.answer -> 'reasons') r) end as rules
      from unnest(v_leads) i (id) cross join unnest(p_channels) ch
      left join judged j on j.lead_id = i.id and j.channel = ch
    ), counted as (
      select v.channel, v.outlook, null::text as rule, count(*) as n from verdicts v group by 1, 2
      union all
      select v.channel, v.outlook, r, count(*) from verdicts v cross join unnest(v.rules) r group by 1, 2, 3
    )
    select c.channel, c.outlook, c.rule, round(c.n * v_all::numeric / cardinality(v_leads))::bigint,
      round(c.n::numeric / cardinality(v_leads), 4), cardinality(v_leads), v_all
    from counted c
    order by array_position(p_channels, c.channel), c.rule is not null, c.n desc, c.outlook, c.rule;
end
$$;
comment on function public.gate_forecast(uuid, date, text[], integer, time) is
  'Forecast before launch: how many of the leads that the campaign could feed could be contacted on a date at p_at '
  '(org''s time), per channel, and how many each rule refuses; a lead with two reasons counts under both. Evaluates '
  'p_sample leads and extrapolates to all candidates; share is the fraction of the sample. Rows without rule are the '
  'totals; no_contact: the lead has no contact point of the kind. Definer: as gate_preview, for owners, admins and '
  'viewers. Raises SL424.';
revoke execute on function public.gate_forecast(uuid, date, text[], integer, time) from public, anon;
grant execute on function public.gate_forecast(uuid, date, text[], integer, time) to authenticated, service_role;
