-- E-mails, texts and calls get their variables from one function.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

select cast_.runner(n, p_phone => true) from generate_series(1, 2) n \g /dev/null
select is(cast_.claim(), '1 2', 'two steps are claimed');
create function pg_temp.names(p_n integer) returns jsonb language sql as $$
  select b.request #> '{variables,lead}' from private.build_requests(cast_.org(), array[cast_.message(p_n)]) b
$$;
select is(pg_temp.names(1), '{"first_name": "Jo", "last_name": "Ames", "full_name": "Jo Ames"}',
  'the owner of an address is greeted by name');

-- The address of lead 1 becomes that of another owner, too: after the claim.
update public.leads set owner_1_first = 'Kim', owner_1_last = 'Bell' where id = cast_.lead('a2');
select cast_.add_contact(cast_.lead('a2'), 'email', 'lead1@example.com') \gset ignored_
select is(pg_temp.names(1), '{"first_name": null, "last_name": null, "full_name": null}',
  'a shared address has no name');
select is(pg_temp.names(2) ->> 'first_name', 'Jo', 'other addresses keep theirs');
update public.leads set owner_1_first = 'Joanna', owner_1_last = 'Ames' where id = cast_.lead('a2');
select is(pg_temp.names(1) ->> 'first_name', 'Jo', 'nor is it shared by one person with two properties');
select * from finish();
rollback;
