create unlogged table private.stage_in (
  line_no integer not null,
  mak text,
  fips text,
  county text,
  apn text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  owner_1_first text,
  owner_1_last text,
  owner_2_first text,
  owner_2_last text,
  owner_full text,
  mail_street text,
  mail_unit text,
  mail_city text,
  mail_state text,
  mail_zip text,
  phones jsonb,
  emails jsonb,
  result_codes text,
  consent text,
  consented_at text,
  consent_method text,
  lead_score text,
  attributes jsonb,
  warnings text[],
  reject_code text,
  reject_detail text,
  raw json,
  do_not_contact boolean
);
comment on table private.stage_in is
  'Shape of the parser''s output; stays empty. The worker copies into a temporary table of this shape, so that '
  'plain contact values never reach a table that outlives the transaction.';
alter table private.stage_in enable row level security;
grant select on private.stage_in to pipeline_writer;

create function private.open_stage() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.stage_in') is null then
    create temporary table stage_in (like private.stage_in) on commit drop;
  else
    truncate pg_temp.stage_in;
  end if;
end
$$;
comment on function private.open_stage() is 'Creates or empties pg_temp.stage_in.';
