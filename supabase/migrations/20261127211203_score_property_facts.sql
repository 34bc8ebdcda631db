-- score property facts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

CREATE TRIGGER _300_score_updates
  AFTER UPDATE ON public.property_facts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue();

-- Reference data, queues and cron jobs.

insert into public.score_relations (name, sql) values
  ('property', 'left join (
          select y.*, case when y.is_stated then y.stated_equity else y.value - y.owed end as equity,
            case when y.is_stated then y.stated_at else y.owed_at end as equity_at,
            case when y.is_stated is not true then y.value - y.owed
              when abs(extract(epoch from y.stated_at - y.value_at)) <= 366 * 86400 then y.stated_equity
            end / nullif(y.value, 0) as equity_share
          from (
            select x.*, case when m.fits then x.mortgage end as owed,
              case when m.fits then least(x.value_at, x.mortgage_at) end as owed_at,
              x.stated_at >= greatest(x.transferred_at, case when m.fits then least(x.value_at, x.mortgage_at)
                else ''-infinity'' end) as is_stated
            from (
              select n.lead_id,
                max(n.amount) filter (where n.name = ''value'') as value,
                max(n.at) filter (where n.name = ''value'') as value_at,
                max(n.amount) filter (where n.name = ''equity'') as stated_equity,
                max(n.at) filter (where n.name = ''equity'') as stated_at,
                max(n.amount) filter (where n.name = ''mortgage'') as mortgage,
                max(n.at) filter (where n.name = ''mortgage'') as mortgage_at,
                max(n.amount) filter (where n.name = ''sale'') as sale_price,
                max(n.at) filter (where n.name = ''sale'') as sold_at,
                max(n.last_at) filter (where n.name = ''sale'') as transferred_at,
                max(n.at) filter (where n.name = ''foreclosure'') as foreclosure_at
              from (
                select distinct on (f.lead_id, f.name) f.lead_id, f.name, f.as_of::timestamp at time zone ''UTC'' as at,
                  -- Loans of one date are owed together.
                  case when f.name = ''mortgage'' then sum(f.amount_usd) else max(f.amount_usd) end as amount,
                  max(max(f.as_of)) over (partition by f.lead_id, f.name)::timestamp at time zone ''UTC'' as last_at
                from public.property_facts f
                where f.org_id = $1 and ($2::uuid[] is null or f.lead_id = any ($2))
                  and (f.expires_at is null or f.expires_at > $3)
                  and (f.amount_usd is not null or f.name in (''sale'', ''foreclosure''))
                group by f.lead_id, f.name, f.as_of, f.provider
                -- A sale with its price before gifts and transfers to a trust.
                order by f.lead_id, f.name, f.name = ''sale'' and max(f.amount_usd) is null, f.as_of desc, amount desc,
                  f.provider
              ) n
              group by n.lead_id
            ) x
            cross join lateral (
              select abs(extract(epoch from x.value_at - x.mortgage_at)) <= 366 * 86400
                and x.mortgage_at >= coalesce(x.transferred_at - interval ''30 days'', ''-infinity'') as fits) m
          ) y
        ) pf on pf.lead_id = l.id')
on conflict (name) do update set sql = excluded.sql;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('property.equity', 'number', 'property', 'pf.equity::float8', 'pf.equity_at', '365', 'Value of the property less what is owed on it, in dollars'),
  ('property.mortgage', 'number', 'property', 'pf.mortgage::float8', null, null, 'Amount of the last mortgage when it was made, in dollars'),
  ('property.days_since_mortgage', 'number', 'property', 'case when pf.mortgage_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.mortgage_at) / 86400))::float8 end', null, null, 'Days since the last mortgage was made'),
  ('property.sale_price', 'number', 'property', 'pf.sale_price::float8', null, null, 'Price of the last sale, in dollars'),
  ('property.days_since_sale', 'number', 'property', 'case when pf.sold_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.sold_at) / 86400))::float8 end', null, null, 'Days since the last sale'),
  ('property.days_since_foreclosure', 'number', 'property', 'case when pf.foreclosure_at >= coalesce(pf.transferred_at, ''-infinity'') then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.foreclosure_at) / 86400))::float8 end', 'pf.foreclosure_at', '365', 'Days since the last event of a foreclosure, if the property was not sold after it')
on conflict (name) do update set type = excluded.type, relation = excluded.relation, expression = excluded.expression, observed = excluded.observed, fresh_days = excluded.fresh_days, words = excluded.words;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('property.value', 'number', 'property', 'coalesce(pf.value::float8, substring(translate(private.list_value(l.attributes, ''{estimatedvalue,estvalue,avm,
      avmvalue,marketvalue,totalmarketvalue,propertyvalue,assessedvalue}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)', 'coalesce(pf.value_at, l.observed_at)', '365', 'Value of the property, in dollars'),
  ('property.equity_percent', 'number', 'property', 'coalesce(round(100 * pf.equity_share, 1)::float8,
    substring(translate(private.list_value(l.attributes, ''{equitypercent,
      estimatedequitypercent,percentequity,equitypct}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)', 'case when pf.equity_share is not null then pf.equity_at else l.observed_at end', '365', 'Share of the value that the owner owns, in percent'),
  ('property.loan_to_value', 'number', 'property', 'coalesce(round(100 - 100 * pf.equity_share, 1)::float8,
    substring(translate(private.list_value(l.attributes, ''{loantovalue,ltv,estimatedltv,
      loantovalueratio}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)', 'case when pf.equity_share is not null then pf.equity_at else l.observed_at end', '365', 'Loans against the value, in percent')
on conflict (name) do update set relation = excluded.relation, expression = excluded.expression, observed = excluded.observed;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('property.years_owned', 'number', 'property', '(extract(year from $3::timestamptz at time zone ''UTC'') - coalesce(
      extract(year from pf.sold_at at time zone ''UTC''),
      substring(private.list_value(l.attributes, ''{lastsaledate,lastsalesdate,
      saledate,lasttransferdate,lastsaleyear}'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::numeric))::float8', null, null, 'Years since the last sale')
on conflict (name) do update set relation = excluded.relation, expression = excluded.expression;
