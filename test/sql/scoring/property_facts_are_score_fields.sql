-- What providers say about a property is a fact for rules, with the date that it is of.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

create function pg_temp.fact(p_name text, p_as_of date, p_usd numeric, p_provider text default 'attom',
  p_entry text default '', p_org text default 'a', p_expires timestamptz default null) returns void
language sql as $$
  insert into public.property_facts (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd, terms,
    obtained_at, expires_at)
  values (cast_.org(p_org), cast_.lead(p_org || '1'), 'x', p_provider, p_name, p_as_of, p_entry, p_usd, '',
    '2026-11-01Z', p_expires)
$$;
-- The value of a field and the date that it is of, as rules see it on 2026-11-27.
create function pg_temp.field(p_name text) returns text language plpgsql as $$
declare
  v text;
begin
  execute (select format($q$ select coalesce(v || coalesce(' of ' || (at at time zone 'UTC')::date, ''), '')
    from (select round((%s)::numeric, 1) as v, %s as at from public.leads l %s
      where l.org_id = $1 and l.id = any ($2) and $3 is not null) x $q$, f.expression,
      coalesce(f.observed, 'null::timestamptz'), r.sql)
    from public.score_fields f join public.score_relations r on r.name = f.relation
    where f.name = 'property.' || p_name)
  into v using cast_.org(), array[cast_.lead('a1')], '2026-11-27T18:00Z'::timestamptz;
  return v;
end
$$;
create function pg_temp.fields() returns text language sql as $$
  select string_agg(n || ' ' || coalesce(nullif(pg_temp.field(n), ''), '-'), ', ' order by nth)
  from unnest('{value,equity,equity_percent,loan_to_value}'::text[]) with ordinality x (n, nth)
$$;
create function pg_temp.forget() returns void language sql as $$ delete from public.property_facts $$;

select is(pg_temp.field(f.name), '', f.name || ' is unknown without facts')
from (select substr(name, 10) as name from public.score_fields where relation = 'property') f;

-- Columns of lists count where no provider has said anything.
update public.leads set attributes = '{"Estimated Value": "$400,000", "LTV": "60 %", "Last Sale Date": "6/30/2011"}',
  observed_at = '2026-10-01Z' where id = cast_.lead('a1');
select is(pg_temp.fields(), 'value 400000.0 of 2026-10-01, equity -, equity_percent -, '
  'loan_to_value 60.0 of 2026-10-01', 'what the list says');
select is(pg_temp.field('years_owned'), '15.0', 'years since the sale of the list');
select pg_temp.fact('value', '2026-10-31', 500000), pg_temp.fact('value', '2025-10-31', 1) \g /dev/null
select pg_temp.fact('value', '2026-11-20', 7, p_org => 'b') \g /dev/null
select is(pg_temp.fields(), 'value 500000.0 of 2026-10-31, equity -, equity_percent -, '
  'loan_to_value 60.0 of 2026-10-01', 'the last value of a provider comes first, with its date');

-- Equity needs a value and a loan of about one time.
select pg_temp.fact('mortgage', '2020-02-03', 300000) \g /dev/null
select is(pg_temp.field('equity'), '', 'what was lent years before the valuation is not what is owed');
select is(pg_temp.field('mortgage'), '300000.0', 'what was lent is known');
select is(pg_temp.field('days_since_mortgage'), '2489.0', 'and when');
select pg_temp.fact('mortgage', '2026-01-05', 200000), pg_temp.fact('mortgage', '2026-01-05', 50000, p_entry => '2')
  \g /dev/null
select is(pg_temp.fields(), 'value 500000.0 of 2026-10-31, equity 250000.0 of 2026-01-05, '
  'equity_percent 50.0 of 2026-01-05, loan_to_value 50.0 of 2026-01-05',
  'equity is value less loans of one date, and as old as the older of both');
select pg_temp.fact('mortgage', '2026-01-05', 250000, 'batchdata') \g /dev/null
select is(pg_temp.field('equity'), '250000.0 of 2026-01-05', 'the same loan from two providers counts once');
select pg_temp.fact('sale', '2026-06-01', null) \g /dev/null
select is(pg_temp.field('equity'), '', 'a loan from before the last transfer is not the owner''s');
select pg_temp.fact('equity', '2026-05-01', 1) \g /dev/null
select is(pg_temp.field('equity'), '', 'nor is the equity of that time');
select pg_temp.fact('equity', '2026-11-01', 100000) \g /dev/null
select is(pg_temp.fields(), 'value 500000.0 of 2026-10-31, equity 100000.0 of 2026-11-01, '
  'equity_percent 20.0 of 2026-11-01, loan_to_value 80.0 of 2026-11-01', 'a later equity of a provider counts');
select pg_temp.forget(), pg_temp.fact('equity', '2026-11-01', 100000), pg_temp.fact('value', '2024-01-01', 500000)
  \g /dev/null
select is(pg_temp.fields(), 'value 500000.0 of 2024-01-01, equity 100000.0 of 2026-11-01, equity_percent -, '
  'loan_to_value 60.0 of 2026-10-01', 'no share of a value of another time');
select pg_temp.forget(), pg_temp.fact('mortgage', '2026-10-01', 600000), pg_temp.fact('value', '2026-11-01', 500000)
  \g /dev/null
select is(pg_temp.field('equity_percent'), '-20.0 of 2026-10-01', 'more may be owed than it is worth');

-- Sales and foreclosures.
select pg_temp.forget(), pg_temp.fact('sale', '2016-05-02', 310000), pg_temp.fact('sale', '2009-05-02', 200000),
  pg_temp.fact('sale', '2021-05-02', null) \g /dev/null
select is(pg_temp.field('sale_price') || '|' || pg_temp.field('days_since_sale') || '|'
  || pg_temp.field('years_owned'),
  '310000.0|3861.0|10.0', 'the last sale is the last one with a price');
select pg_temp.forget(), pg_temp.fact('sale', '2021-11-27', null), pg_temp.fact('foreclosure', '2020-01-01', null)
  \g /dev/null
select is(pg_temp.field('sale_price') || '|' || pg_temp.field('days_since_sale'), '|1826.0',
  'or without, where none has');
select is(pg_temp.field('days_since_foreclosure'), '', 'a sale ends a foreclosure');
select pg_temp.fact('foreclosure', '2026-11-17', null) \g /dev/null
select is(pg_temp.field('days_since_foreclosure'), '10.0 of 2026-11-17', 'a later event counts');
select pg_temp.forget(), pg_temp.fact('value', '2026-11-20', 9, p_expires => '2026-11-25Z') \g /dev/null
select is(pg_temp.field('value'), '400000.0 of 2026-10-01', 'expired facts count no more');
select is((select count(*) from public.score_fields f where f.relation = 'property'
  and private.why_excluded(f.name) is not null), 0::bigint, 'no such field stands for a protected class');

-- Facts score their leads again.
select cast_.put_score(cast_.org()) \g /dev/null
select public.activate_score(cast_.org(), 1, '2026-11-01Z') \g /dev/null
create function pg_temp.queued() returns text language sql as $$
  with gone as (delete from private.score_queue q returning q.lead_id)
  select coalesce(string_agg(right(g.lead_id::text, 4), ' ' order by g.lead_id), '') from gone g
$$;
select pg_temp.fact('value', '2026-11-21', 9), pg_temp.fact('value', '2026-11-21', 9, p_org => 'b') \g /dev/null
select is(pg_temp.queued(), '01ea', 'a new fact, in an org that scores');
update public.property_facts set amount_usd = 10 where as_of = '2026-11-21';
select is(pg_temp.queued(), '01ea', 'and a changed one');
select * from finish();
rollback;
