-- Phone calls: the person's own lines count as a reply; the transcript is private.
begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;

create function cast_.call(p_words text, p_key text, p_answered boolean default true) returns text language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_call_event(cast_.org(), 'vapi',
    jsonb_build_object('key', p_key, 'at', '2026-11-23T20:00Z',
    'direction', 'outbound', 'kind', 'delivered', 'provider_id', 'c1', 'from', '+12135550103', 'ended_reason',
      'customer-ended-call', 'answered', p_answered,
    'transcript', 'AI: Say stop calling to end. User: ' || p_words, 'person_text', p_words, 'cost_usd', 0.1,
      'seconds', 30))
      t
$$;
select is(cast_.call('This is a mailbox', 'v1', false), cast_.lead('a3') || ' applied',
  'voicemail is recorded as a call');
select is((select count(*) from public.replies where lead_id = cast_.lead('a3')), 0::bigint,
  'voicemail is not a reply, whatever our assistant said');
select is(cast_.call('I am listening to you right now', 'v2'), cast_.lead('a3') || ' applied',
  'a call with a person is recorded');
select is((select campaign_status::text from public.leads where id = cast_.lead('a3')), 'replied',
  'a person who spoke has replied');
select is(cast_.revealed('owner', 'transcripts', array[cast_.lead('a3')], 'body', array[k.id]),
  'AI: Say stop calling to end. User: I am listening to you right now', 'an owner can read the transcript')
from public.calls k where k.event_key = 'v2';
select is(cast_.revealed('broker', 'transcripts', array[cast_.lead('a3')], 'body'), 'nothing',
  'a broker of other leads cannot read the transcript');
select is(cast_.call('Please do not call me again', 'v3'), cast_.lead('a3') || ' applied',
  'a spoken opt-out finds its lead');
select is(private.is_suppressed(cast_.org(), private.contact_index(cast_.org(), '+12135550103'), 'voice_ai'), true,
  'a spoken opt-out takes effect');

select * from finish();
rollback;
