begin;
\ir ../support/cast.sql
select no_plan();

-- One phone, leads with these owners (first, last; owner 2 after a slash). Is it shared?
create function pg_temp.shared(variadic p_owners text[]) returns boolean language plpgsql as $$
declare
  v_lead uuid;
  v_owner text;
begin
  perform set_config('sluice.actor', 'upload', true);
  delete from public.leads where owner_full = 'test' or attributes = '{"test": 1}';
  foreach v_owner in array p_owners loop
    insert into public.leads (org_id, owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full, attributes)
    select 'a0000000-0000-4000-8000-000000000000', nullif(w[1], ''), nullif(w[2], ''), w[3], w[4],
      case when cardinality(w) = 1 then w[1] end, '{"test": 1}'
    from (select string_to_array(v_owner, ',') as w) x
    returning id into v_lead;
    update public.leads set owner_1_first = null where id = v_lead and owner_full is not null;
    perform cast_.add_contact(v_lead, 'phone', '+12135550199');
  end loop;
  perform set_config('sluice.actor', '', true);
  return private.has_several_owners('a0000000-0000-4000-8000-000000000000',
    private.blind_index('+12135550199', private.blind_key('a0000000-0000-4000-8000-000000000000')));
end
$$;

select is(pg_temp.shared('Ann,Ames'), false, 'a phone of one lead is not shared');
select is(pg_temp.shared('Ann,Ames', 'Bob,Baker'), true, 'two owners share it');
select is(pg_temp.shared('ANN,AMES', 'Ann M,Ames', 'Ames,Ann', 'AMES ANN'), false,
  'one owner with several properties, written in four ways, does not');
select is(pg_temp.shared('Bob,Ames', 'Robert,Ames'), false, 'nor does a nickname');
select is(pg_temp.shared('Bob,Ames', 'Mary,Ames'), true, 'a household shares its phone');
select is(pg_temp.shared('AMES ROBERT', 'AMES MARY'), true, 'also when names are in one column');
select is(pg_temp.shared('Bob,Ames,Mary,Ames', 'Mary,Ames,Bob,Ames'), true,
  'also when both own both properties: who answers is not known');
select is(pg_temp.shared('Ann M,Ames', 'Ann L,Ames'), true, 'and two middle initials are two persons, to be safe');
select is(pg_temp.shared('Bob,Ames', 'AMES FAMILY TRUST'), false, 'a person''s trust is that person');
select is(pg_temp.shared('12 MAIN ST LLC', '14 OAK AVE LLC'), true, 'two firms share it');
select is(pg_temp.shared('Ann,Ames', 'CURRENT OWNER', ','), false, 'nobody is not another owner');

-- Whoever writes: an insert in the Studio, a merge, its undo, an edit, a deletion.
create function pg_temp.status() returns boolean language sql as $$
  select private.has_several_owners('a0000000-0000-4000-8000-000000000000', private.blind_index('+12135550102',
    private.blind_key('a0000000-0000-4000-8000-000000000000')))
$$;
update public.leads set mak = null, county_fips = null, apn = null where id = cast_.lead('a3');
select is(pg_temp.status(), false, 'the phone of one owner');
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550102') \gset ignored_
select is(pg_temp.status(), true, 'is shared when another gets it, too');
select cast_.add_contact(cast_.lead('b1'), 'phone', '+12135550102') \gset ignored_
select is(private.has_several_owners('b0000000-0000-4000-8000-000000000000',
  private.blind_index('+12135550102', private.blind_key('b0000000-0000-4000-8000-000000000000'))), false,
  'another org does not count');
select results_eq($$ select lead_id, masked, leads, several_owners from public.shared_contacts(array[cast_.lead('a1'),
  cast_.lead('a2'), cast_.lead('a3')]) order by 1 $$,
  $$ values (cast_.lead('a2'), '***-***-0102', 1::bigint, true),
    (cast_.lead('a3'), '***-***-0102', 1::bigint, true) $$,
  'both leads say with how many others they share it');
select is(cast_.run('broker', format('select from public.shared_contacts(array[%L, %L]::uuid[])',
    cast_.lead('a2'), cast_.lead('a3'))),
  'rows 0', 'a broker does not learn it of leads that are not theirs');
select is(cast_.run('colleague', format('select from public.shared_contacts(array[%L, %L]::uuid[])',
    cast_.lead('a2'), cast_.lead('a3'))),
  'rows 1', 'but of their own');
select public.merge_leads('a0000000-0000-4000-8000-000000000000', cast_.lead('a2'), cast_.lead('a3')) as merge \gset
select is(pg_temp.status(), false, 'after a merge it is the phone of one lead');
select public.undo_merge('a0000000-0000-4000-8000-000000000000', :merge) \gset ignored_
select is(pg_temp.status(), true, 'the undo of the merge makes it shared again');
update public.leads set owner_1_last = 'Bell' where id = cast_.lead('a3');
select is(pg_temp.status(), false, 'after that owner has bought the other property, it is not shared');
update public.leads set owner_1_last = 'Cole' where id = cast_.lead('a3');
delete from public.leads where id = cast_.lead('a3');
select is(pg_temp.status(), false, 'when the other lead is deleted, it is not shared');
select * from finish();
rollback;
