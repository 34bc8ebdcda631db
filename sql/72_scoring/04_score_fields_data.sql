-- Facts that are in the database now. Headers of lists are written as private.comparable_header writes them.
insert into public.score_relations (name, sql, next_change) values
  ('source', 'left join public.sources so on so.org_id = l.org_id and so.id = l.source_id', null),
  ('phones', 'left join (
          select c.lead_id, count(*) as n from public.contact_points c
          where c.org_id = $1 and ($2::uuid[] is null or c.lead_id = any ($2)) and c.kind = ''phone''
            and c.invalid_at is null
          group by c.lead_id
        ) ph on ph.lead_id = l.id', null),
  ('emails', 'left join (
          select c.lead_id, count(*) as n from public.contact_points c
          where c.org_id = $1 and ($2::uuid[] is null or c.lead_id = any ($2)) and c.kind = ''email''
            and c.invalid_at is null
          group by c.lead_id
        ) em on em.lead_id = l.id', null),
  -- Facts of providers, each the last of its kind. A loan that was made a year before or after the valuation is not
  -- what is owed at that time, and one from before the last transfer is somebody else's: then equity is unknown.
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
              select n.lead_id, min(n.expires_at) as expires_at,
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
                select distinct on (f.lead_id, f.name) f.lead_id, f.name,
                  f.as_of::timestamp at time zone ''UTC'' as at,
                  -- Loans of one date are owed together.
                  case when f.name = ''mortgage'' then sum(f.amount_usd) else max(f.amount_usd) end as amount,
                  max(max(f.as_of)) over (partition by f.lead_id, f.name)::timestamp at time zone ''UTC'' as last_at,
                  min(min(f.expires_at)) over (partition by f.lead_id, f.name) as expires_at
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
        ) pf on pf.lead_id = l.id', 'pf.expires_at')
on conflict (name) do nothing;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('lead.state', 'text', null, 'l.situs_state', null, null, 'State of the property, as its USPS code'),
  ('lead.county', 'text', null, 'l.county_fips', null, null, 'County of the property, as its FIPS code'),
  ('lead.absentee', 'bool', null, 'case when l.mailing_street is null or l.situs_street is null then null
    when l.mailing_state <> l.situs_state or left(l.mailing_zip, 5) <> left(l.situs_zip, 5) then true
    when l.situs_house_number is null then null
    else upper(split_part(btrim(l.mailing_street), '' '', 1)) <> upper(l.situs_house_number) end',
    'coalesce((l.field_sources -> ''mailing'' ->> 1)::timestamptz, l.observed_at)', 730,
    'The mailing address is not the property'),
  ('lead.out_of_state', 'bool', null, 'l.mailing_state <> l.situs_state',
    'coalesce((l.field_sources -> ''mailing'' ->> 1)::timestamptz, l.observed_at)', 730,
    'The mailing address is in another state than the property'),
  ('lead.owner_is_company', 'bool', null,
    'string_to_array(upper(translate(coalesce(l.owner_full, l.owner_1_last), '',.'', '' '') collate "C"), '' '')
    && ''{LLC,INC,CORP,CORPORATION,CO,COMPANY,LP,LLP,LTD,TRUST,TRUSTEE,BANK,HOLDINGS,ASSN,ASSOCIATION,HOA}''::text[]',
    null, null, 'The owner is a company, a trust or an association'),
  ('lead.source', 'text', 'source', 'so.key', null, null, 'Key of the source that the lead came from first'),
  ('lead.source_trust', 'number', null, 'l.source_trust', null, null, 'Trust in the source, 0 to 100'),
  ('lead.status', 'text', null, 'l.status', null, null, 'The broker''s own status of the lead'),
  ('lead.consent', 'bool', null, 'case when l.consented_at is not null then l.consent end', null, null,
    'The owner consented (false: took it back)'),
  ('contact.phone_verified', 'bool', null, 'case when l.phone_verified then true
    when l.phone_verification_codes <> ''{}'' then false end', null, null,
    'A phone number is verified (unknown: none was checked)'),
  ('contact.email_verified', 'bool', null, 'case when l.email_verified then true
    when l.email_verification_codes <> ''{}'' then false end', null, null,
    'An e-mail address is verified (unknown: none was checked)'),
  ('contact.phones', 'number', 'phones', 'coalesce(ph.n, 0)', null, null, 'Number of valid phone numbers'),
  ('contact.emails', 'number', 'emails', 'coalesce(em.n, 0)', null, null, 'Number of valid e-mail addresses'),
  ('contact.phone_codes', 'list', null, 'nullif(l.phone_verification_codes, ''{}'')', null, null,
    'Result codes of the verification of the phone number'),
  ('contact.email_codes', 'list', null, 'nullif(l.email_verification_codes, ''{}'')', null, null,
    'Result codes of the verification of the e-mail address'),
  ('engagement.call_attempts', 'number', null, 'l.call_attempt_count', null, null, 'Calls attempted'),
  ('property.has_key', 'bool', null, 'l.mak is not null or l.county_fips is not null and l.apn is not null', null,
    null, 'The property has a Melissa key or a parcel number'),
  ('property.value', 'number', 'property',
    'coalesce(pf.value::float8, substring(translate(private.list_value(l.attributes, ''{estimatedvalue,estvalue,avm,
      avmvalue,marketvalue,totalmarketvalue,propertyvalue,assessedvalue}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)',
    'coalesce(pf.value_at, l.observed_at)', 365, 'Value of the property, in dollars'),
  ('property.loan_balance', 'number', null,
    'substring(translate(private.list_value(l.attributes, ''{estimatedloanbalance,loanbalance,
      mortgagebalance,openloanbalance,totalopenloans,totalloanbalance}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8',
    'l.observed_at', 365, 'Open loans on the property, in dollars'),
  ('property.equity_percent', 'number', 'property',
    'coalesce(round(100 * pf.equity_share, 1)::float8,
    substring(translate(private.list_value(l.attributes, ''{equitypercent,
      estimatedequitypercent,percentequity,equitypct}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)',
    'case when pf.equity_share is not null then pf.equity_at else l.observed_at end', 365,
    'Share of the value that the owner owns, in percent'),
  ('property.loan_to_value', 'number', 'property',
    'coalesce(round(100 - 100 * pf.equity_share, 1)::float8,
    substring(translate(private.list_value(l.attributes, ''{loantovalue,ltv,estimatedltv,
      loantovalueratio}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8)',
    'case when pf.equity_share is not null then pf.equity_at else l.observed_at end', 365,
      'Loans against the value, in percent'),
  ('property.year_built', 'number', null,
    'substring(private.list_value(l.attributes, ''{yearbuilt,yrbuilt,built,
      effectiveyearbuilt}'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::float8', null, null,
      'Year in which it was built'),
  ('property.square_feet', 'number', null,
    'substring(translate(private.list_value(l.attributes, ''{squarefeet,sqft,livingarea,
      buildingarea,buildingsqft,livingsquarefeet}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', null, null,
    'Living area, in square feet'),
  ('property.equity', 'number', 'property', 'pf.equity::float8', 'pf.equity_at', 365,
    'Value of the property less what is owed on it, in dollars'),
  ('property.mortgage', 'number', 'property', 'pf.mortgage::float8', null, null,
    'Amount of the last mortgage when it was made, in dollars'),
  ('property.sale_price', 'number', 'property', 'pf.sale_price::float8', null, null,
    'Price of the last sale, in dollars')
on conflict (name) do nothing;

-- Fields that the clock changes say when. date_part is a double; extract would be numeric, and several times slower.
-- Whole days are counted since a time: a rule changes when they reach one of its numbers.
insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words, counts_since,
  next_change)
values
  ('lead.days_on_file', 'number', null, 'floor(date_part(''epoch'', $3::timestamptz - l.created_at) / 86400)', null,
    null, 'Days since the lead was created', 'l.created_at', null),
  ('engagement.days_since_reply', 'number', null,
    'floor(date_part(''epoch'', $3::timestamptz - l.last_reply_at) / 86400)', null, null, 'Days since the last reply',
    'l.last_reply_at', null),
  -- Most lists write dates in one of two ways, for which a regular expression would take ten times as long.
  ('property.years_owned', 'number', 'property', replace(
    '(date_part(''year'', $3::timestamptz at time zone ''UTC'') - coalesce(
      date_part(''year'', pf.sold_at at time zone ''UTC''),
      case translate({sold}, ''0123456789'', ''9999999999'')
        when ''99/99/9999'' then case when left(right({sold}, 4), 2) in (''19'', ''20'') then right({sold}, 4) end
        when ''9999-99-99'' then case when left({sold}, 2) in (''19'', ''20'') then left({sold}, 4) end
        else substring({sold} from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')
      end::float8))',
    '{sold}', 'private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}'')'),
    null, null, 'Years since the last sale', null,
    '(date_trunc(''year'', $3::timestamptz at time zone ''UTC'') + interval ''1 year'') at time zone ''UTC'''),
  ('property.days_since_mortgage', 'number', 'property',
    'case when pf.mortgage_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.mortgage_at) / 86400))::float8 end', null, null,
    'Days since the last mortgage was made', 'pf.mortgage_at', null),
  ('property.days_since_sale', 'number', 'property',
    'case when pf.sold_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.sold_at) / 86400))::float8 end', null, null,
    'Days since the last sale', 'pf.sold_at', null),
  ('property.days_since_foreclosure', 'number', 'property',
    'case when pf.foreclosure_at >= coalesce(pf.transferred_at, ''-infinity'') then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.foreclosure_at) / 86400))::float8 end',
    'pf.foreclosure_at', 365, 'Days since the last event of a foreclosure, if the property was not sold after it',
    'pf.foreclosure_at', null)
on conflict (name) do nothing;
