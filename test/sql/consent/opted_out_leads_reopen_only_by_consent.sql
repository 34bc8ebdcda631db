begin;
\ir ../support/cast.sql
\ir ../support/suppression_lifts.sql
select no_plan();

select cast_.suppress(1, null, 'opt_out', '2026-01-01Z') \g /dev/null
select cast_.lift(cast_.consent(1, '{sms}', '2026-02-02Z')),
  cast_.lift(cast_.consent(1, '{voice_manual,voice_ai}', '2026-02-03Z')) \g /dev/null

select cast_.suppress(1, null, 'opt_out', '2026-03-01Z') \g /dev/null
select is(cast_.run(who, format('update public.leads set campaign_status = %L where id = %L', s, cast_.lead('a1'))),
  'SL403 a lead that opted out can be reopened only by a new consent', format('%s cannot set an opted-out lead to %s',
    who, s))
from unnest('{pipeline_writer,project_owner}'::text[]) who
  cross join unnest('{new,completed,invalid,opted_out}'::text[]) s
  where s <> 'opted_out';
select is(cast_.run(who, format('update public.leads set campaign_status = ''opted_out'' where id = %L',
  cast_.lead('a1'))), 'rows 1', who || ' can keep a lead opted out')
from unnest('{pipeline_writer,project_owner}'::text[]) who;
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a2');
select is(cast_.run('pipeline_writer', format('update public.leads set campaign_status = ''new'' where id = %L',
  cast_.lead('a2'))), 'SL403 a lead that opted out can be reopened only by a new consent',
  'a lead that opted out without a suppression cannot be reopened by hand');

select * from finish();
rollback;
