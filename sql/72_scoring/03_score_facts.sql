-- What a score reads besides the columns of leads: values of lists, and what people do.

-- Columns of lists that have no field of their own. Vendors write their headers differently, so they are compared
-- without spaces, signs and case, and a fact has several. Exploding the attributes of every lead would cost more than
-- all rules together: a query that scores is first told how the org's lists write the headers (private.score_query).
create function private.comparable_header(p_header text) returns text
language sql immutable parallel safe as $$
  select translate(lower(p_header), ' _-./()%#:', '')
$$;
comment on function private.comparable_header(text) is 'A header of a list without spaces, signs and case.';

create function private.list_value(p_attributes jsonb, p_headers text[]) returns text
language sql immutable parallel safe as $$
  select x.value
  from unnest(p_headers) with ordinality h (header, nth)
  join (select a.key, a.value, row_number() over () as nth from jsonb_each_text(p_attributes) a) x
    on private.comparable_header(x.key) = h.header
  where x.value <> ''
  order by h.nth, x.nth desc
  limit 1
$$;
comment on function private.list_value(jsonb, text[]) is
  'The first value under one of these comparable headers that is not empty. What fields of the catalogue mean; a query '
  'that scores leads has direct look-ups in its place (private.score_query).';

create function private.asked_headers(p_statement text) returns table (call text, headers text[])
language sql immutable parallel safe as $$
  select distinct m[1], regexp_split_to_array(btrim(m[2]), '\s*,\s*')
  from regexp_matches(p_statement, '(private\.list_value\(l\.attributes,\s*''\{([a-z0-9,\s]+)\}''\))', 'g') m
$$;
comment on function private.asked_headers(text) is
  'The calls of private.list_value in a query, as they are written, with the headers that they look for.';

create function private.list_headers(p_org_id uuid, p_lead_ids uuid[], p_statement text) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(x.header order by x.header), '{}')
  from (
    select distinct jsonb_object_keys(y.attributes) as header
    from (
      select l.attributes from public.leads l where p_lead_ids is null and l.org_id = p_org_id
      union all
      select l.attributes from unnest(p_lead_ids) i (id) join public.leads l on l.org_id = p_org_id and l.id = i.id
    ) y
  ) x
  where private.comparable_header(x.header) in (
    select unnest(a.headers) from private.asked_headers(p_statement) a)
$$;
comment on function private.list_headers(uuid, uuid[], text) is
  'How the attributes of these leads (null: all of the org) write the headers that the query looks for.';
revoke execute on function private.list_headers(uuid, uuid[], text) from public;
grant execute on function private.list_headers(uuid, uuid[], text) to pipeline_writer;

create function private.score_query(p_statement text, p_headers text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  a record;
  v_query text := p_statement;
  v_lookups text;
begin
  for a in select x.call, x.headers from private.asked_headers(p_statement) x loop
    -- In the order of private.list_value: jsonb sorts its keys by length, then by bytes.
    select string_agg(format('nullif(l.attributes ->> %L, '''')', w.written), ', '
      order by h.nth, octet_length(w.written) desc, w.written collate "C" desc) into v_lookups
    from unnest(a.headers) with ordinality h (header, nth)
    join unnest(p_headers) w (written) on private.comparable_header(w.written) = h.header;
    v_query := replace(v_query, a.call, coalesce('coalesce(' || v_lookups || ')', 'null::text'));
  end loop;
  return v_query;
end
$$;
comment on function private.score_query(text, text[]) is
  'The query with look-ups of the headers as the org''s lists write them (private.list_headers) in place of '
  'private.list_value.';

-- What people do, counted by day. It runs for every lead: no function calls, no regular expressions per row.

create function private.lead_activities(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz)
returns table (lead_id uuid, kind text, day date, n integer)
language sql stable as $$
  select x.lead_id, x.kind, (x.at at time zone 'UTC')::date, count(*)::integer
  from (
    select m.lead_id, 'email_opened' as kind, m.opened_at as at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.opened_at is not null
    union all
    select m.lead_id, 'email_clicked', m.clicked_at from public.messages m
    where m.org_id = p_org_id and (p_lead_ids is null or m.lead_id = any (p_lead_ids)) and m.channel = 'email'
      and m.clicked_at is not null
    union all
    -- A label of today says nothing about a day before it.
    select r.lead_id, k.kind, r.at from public.replies r
    cross join lateral (values ('replied', r.request <> 'opt_out'),
      ('replied_with_interest', r.label in ('interested', 'question') and r.labelled_at <= p_as_of),
      ('declined', r.request = 'opt_out' or r.label = 'not_interested' and r.labelled_at <= p_as_of)) k (kind, counts)
    where r.org_id = p_org_id and (p_lead_ids is null or r.lead_id = any (p_lead_ids)) and k.counts
    union all
    select c.lead_id, 'called', c.at from public.calls c
    where c.org_id = p_org_id and (p_lead_ids is null or c.lead_id = any (p_lead_ids)) and c.answered
    union all
    select b.lead_id, 'booked', b.made_at from public.bookings b
    where b.org_id = p_org_id and (p_lead_ids is null or b.lead_id = any (p_lead_ids)) and b.made_at is not null
      and b.moved_at is null and (b.cancelled_at is null or b.cancelled_at > p_as_of)
  ) x
  where x.at <= p_as_of and x.lead_id is not null
  group by 1, 2, 3
$$;
comment on function private.lead_activities(uuid, uuid[], timestamptz) is
  'What the org''s people did up to the clock, counted by kind and day (UTC); p_lead_ids null: of all leads. Opens '
  'and clicks of machines do not count.';

insert into public.score_activities (kind, words) values
  ('email_opened', 'Opened an e-mail'),
  ('email_clicked', 'Clicked a link in an e-mail'),
  ('replied', 'Replied by text, e-mail or voice'),
  ('replied_with_interest', 'Replied with interest or a question'),
  ('declined', 'Replied without interest, or opted out'),
  ('called', 'Called, or answered a call'),
  ('booked', 'Booked an appointment')
on conflict (kind) do nothing;
