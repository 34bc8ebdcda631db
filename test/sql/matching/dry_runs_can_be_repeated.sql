begin;
select plan(6);

insert into public.orgs (id, name) values ('00000000-0000-4000-8000-000000000001', 'Alpha Realty');
insert into public.sources (id, org_id, key, name) values
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'list-a', 'List A');

-- Sends the same content every time and returns the outcome of accept_part.
create function pg_temp.send(p_dry_run boolean, out outcome text, out upload_id uuid,
  out part_id uuid) language plpgsql as $$
begin
  select a.outcome, a.upload_id, a.part_id into outcome, upload_id, part_id
  from private.accept_part('00000000-0000-4000-8000-000000000011', 'list_of_the_day' || p_dry_run, sha256('list'), 4,
    null, null,
    null, null, p_dry_run, null, gen_random_uuid(), now()) a;
  if outcome = 'accepted' then
    perform private.open_stage();
    insert into stage_in (line_no, street, zip, attributes, warnings, raw)
      values (2, '1 Main St', '90401', '{}', '{}', '[]');
    perform private.stage_rows(part_id);
    update public.upload_parts p set state = 'staged', staged_at = now() where p.id = part_id;
  end if;
end
$$;

create temporary table runs as select (pg_temp.send(true)).*;
select is((select outcome from runs), 'accepted', 'a dry run is accepted');
select is((select outcome from pg_temp.send(true)), 'duplicate', 'the same content during the dry run is a duplicate');
select is((select private.resolve_upload(upload_id) from runs), 'completed', 'the dry run completes');
select is((select outcome from pg_temp.send(true)), 'accepted',
  'the same content under the same name is accepted again');
select is((select outcome from pg_temp.send(false)), 'accepted', 'the real upload is accepted');
select is((select outcome from pg_temp.send(false)), 'duplicate', 'the real upload is accepted only once');

select * from finish();
rollback;
