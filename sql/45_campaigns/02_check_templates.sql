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
      -- A trust has no first name, a parcel no street: "Hi ," and "About" must not be sent.
      elsif btrim(split_part(v_name, '|', 1)) = any (private.template_variables()) and btrim(split_part(v_name, '|', 1)) ~ '^(lead|property|broker)[.]|^sender[.]phone$'
        and v_name !~ '[|]\s*default\s*:\s*("[^"]*[^"[:space:]][^"]*"|''[^'']*[^''[:space:]][^'']*'')'
        and not exists (select from regexp_matches(v_part.body, '\{%-?\s*(?:if|elsif)\M(.*?)%\}', 'g') t
          where t[1] ~ ('\m' || replace(btrim(split_part(v_name, '|', 1)), '.', '[.]') || '\M'))
      then
        v_faults := v_faults || format('%s: %s may be empty: write {{ %s | default: "…" }}', v_part.part,
          btrim(split_part(v_name, '|', 1)), btrim(split_part(v_name, '|', 1)));
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
  'The reasons why a template cannot be saved: unknown variables, filters or tags, a variable that may be empty and '
  'has no default, and identification or opt-out that not every reader would see. Empty when it is valid.';

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
