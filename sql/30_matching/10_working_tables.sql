-- Shapes of the working tables of one resolve. They stay empty: the functions create temporary copies (pg_temp comes
-- first in their search_path), so concurrent resolves never share them.

create unlogged table private.resolve_rows (
  row_no bigint primary key,
  part_id uuid not null,
  line_number integer not null,
  kind smallint not null,
  mak text,
  parcel text,
  apn text,
  addr_hash bytea,
  phone bytea,
  email bytea,
  owner text,
  without_mak boolean not null default false,
  without_parcel boolean not null default false,
  by_mak uuid,
  by_parcel uuid,
  by_place uuid,
  by_email uuid,
  near boolean,
  twin boolean,
  component bigint not null,
  component_size integer,
  lead_id uuid,
  verdict text,
  reason text,
  evidence text,
  answer text
);
comment on table private.resolve_rows is
  'Shape: staging rows of an upload, the leads their keys point to, and the component they belong to. kind: 1 rows '
  'with a MAK or parcel, 2 rows with only an address, 3 rows with only a phone or e-mail.';
comment on column private.resolve_rows.answer is
  'A remembered answer of a person decides the row: known (its lead is by_mak) or own. See private.recall_answers.';
alter table private.resolve_rows enable row level security;

create unlogged table private.resolve_links (
  link bytea not null,
  row_no bigint not null
);
comment on table private.resolve_links is
  'Shape: the links between rows of one upload (a shared key or lead, an owner at a shared address or contact).';
alter table private.resolve_links enable row level security;

create unlogged table private.resolve_addresses (
  addr_hash bytea not null,
  house text,
  stem text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  owner text
);
comment on table private.resolve_addresses is 'Shape: addresses that may be one place although they have holes.';
alter table private.resolve_addresses enable row level security;

create unlogged table private.resolve_aliases (
  addr_hash bytea primary key,
  place bytea not null
);
comment on table private.resolve_aliases is 'Shape: addresses with holes, and the place that they belong to.';
alter table private.resolve_aliases enable row level security;

create unlogged table private.resolve_gaps (
  addr_hash bytea not null,
  other bytea not null,
  fits integer not null
);
comment on table private.resolve_gaps is
  'Shape: addresses with gaps and the addresses that they fit; fits counts those. What does not become one lead is '
  'suggested.';
alter table private.resolve_gaps enable row level security;

create unlogged table private.resolve_places (
  place bytea not null,
  row_no bigint not null,
  kind smallint not null,
  owner text
);
comment on table private.resolve_places is
  'Shape: rows at a place (an address, a phone or an e-mail) where names have to decide whom they belong to.';
alter table private.resolve_places enable row level security;

create unlogged table private.resolve_nodes (
  place bytea not null,
  node text not null,
  lead_id uuid,
  component bigint,
  owner text,
  mak text,
  parcel text,
  apn text
);
comment on table private.resolve_nodes is
  'Shape: the leads at a place and the properties of this upload there. A node with several owners has several rows.';
alter table private.resolve_nodes enable row level security;

create unlogged table private.resolve_words (
  owner text primary key,
  parsed private.parsed_name,
  is_named boolean
);
comment on table private.resolve_words is 'Shape: the owners at all places, each parsed once.';
alter table private.resolve_words enable row level security;

create unlogged table private.resolve_owners (
  place bytea not null,
  owner text,
  node text,
  cluster text,
  state text
);
comment on table private.resolve_owners is
  'Shape: the owners that rows without MAK and parcel name at a place, and whom they belong to: a node, a cluster of '
  'owners that agree, or several (state ambiguous).';
alter table private.resolve_owners enable row level security;

create unlogged table private.resolve_overused (
  place bytea primary key,
  kind public.contact_kind not null,
  masked text not null,
  rows integer not null,
  places integer not null,
  owners integer not null,
  first_lines jsonb not null
);
comment on table private.resolve_overused is
  'Shape: phones and e-mails of the whole upload that too many owners have, so that only equal names unite there.';
alter table private.resolve_overused enable row level security;

create unlogged table private.resolve_leads (
  component bigint primary key,
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

grant select on private.resolve_rows, private.resolve_links, private.resolve_addresses, private.resolve_aliases,
  private.resolve_gaps, private.resolve_places, private.resolve_nodes, private.resolve_words,
  private.resolve_owners, private.resolve_overused, private.resolve_leads to pipeline_writer;

-- This one is real: what the match step of a large upload found out, until it is applied (07_resolve_progress.sql).
create unlogged table private.resolve_plan (
  upload_id uuid not null,
  like private.resolve_rows including defaults
);
comment on table private.resolve_plan is
  'Rows of uploads that are resolved in slices and not applied yet; of rows with a lead, only what applying needs.';
create index resolve_plan_component_idx on private.resolve_plan (upload_id, component);
create index resolve_plan_unclear_idx on private.resolve_plan (upload_id) where lead_id is null;
alter table private.resolve_plan enable row level security;
grant select, insert, delete on private.resolve_plan to pipeline_writer;
create policy select_writer on private.resolve_plan for select to pipeline_writer using (true);
create policy insert_writer on private.resolve_plan for insert to pipeline_writer with check (true);
create policy delete_writer on private.resolve_plan for delete to pipeline_writer using (true);

create function private.open_resolve_scratch() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    create temporary table resolve_rows (like private.resolve_rows including indexes including defaults)
      on commit drop;
    create temporary table resolve_links (like private.resolve_links) on commit drop;
    create temporary table resolve_addresses (like private.resolve_addresses) on commit drop;
    create temporary table resolve_aliases (like private.resolve_aliases including indexes) on commit drop;
    create temporary table resolve_gaps (like private.resolve_gaps) on commit drop;
    create temporary table resolve_places (like private.resolve_places) on commit drop;
    create temporary table resolve_nodes (like private.resolve_nodes) on commit drop;
    create temporary table resolve_words (like private.resolve_words including indexes) on commit drop;
    create temporary table resolve_owners (like private.resolve_owners) on commit drop;
    create temporary table resolve_overused (like private.resolve_overused including indexes) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_addresses, pg_temp.resolve_aliases,
      pg_temp.resolve_gaps,
      pg_temp.resolve_places, pg_temp.resolve_nodes,
      pg_temp.resolve_words, pg_temp.resolve_owners, pg_temp.resolve_leads;
  end if;
end
$$;
comment on function private.open_resolve_scratch() is 'Creates or empties the temporary working tables of a resolve.';
