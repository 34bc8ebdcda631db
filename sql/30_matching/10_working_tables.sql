-- Shapes of the working tables of one resolve. They stay empty: the functions create temporary copies (pg_temp comes
-- first in their search_path), so concurrent resolves never share them.

create unlogged table private.resolve_rows (
  line_number integer primary key,
  mak text,
  county_fips text,
  apn text,
  addr_hash bytea,
  phone bytea,
  email bytea,
  has_key boolean not null,
  by_mak uuid,
  by_parcel uuid,
  by_address uuid,
  component integer not null,
  component_size integer,
  lead_id uuid,
  verdict text,
  answer text
);
comment on column private.resolve_rows.answer is
  'A remembered answer of a person decides the row: known (its lead is by_mak) or own. See private.recall_answers.';
comment on table private.resolve_rows is
  'Shape: staging rows of a part, the leads their keys point to, and the component they belong to.';
alter table private.resolve_rows enable row level security;

create unlogged table private.resolve_links (
  link bytea not null,
  line_number integer not null
);
comment on table private.resolve_links is
  'Shape: the links between rows of one part (a shared key, lead or fallback contact).';
alter table private.resolve_links enable row level security;

create unlogged table private.resolve_leads (
  component integer primary key,
  lead_id uuid not null,
  is_new boolean not null,
  like private.lead_fields,
  phone bytea,
  email_verified boolean,
  phone_verified boolean,
  email_codes text[],
  phone_codes text[],
  consent boolean,
  consented_at timestamptz,
  consent_method text,
  lead_score smallint,
  attributes jsonb,
  result_codes text[]
);
comment on table private.resolve_leads is
  'Shape: the combined facts of the rows of a component, one row per lead to create or update.';
alter table private.resolve_leads enable row level security;

grant select on private.resolve_rows, private.resolve_links, private.resolve_leads to pipeline_writer;

create function private.open_resolve_scratch() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    create temporary table resolve_rows (like private.resolve_rows including indexes) on commit drop;
    create temporary table resolve_links (like private.resolve_links) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_leads;
  end if;
end
$$;
comment on function private.open_resolve_scratch() is 'Creates or empties the temporary working tables of a resolve.';
