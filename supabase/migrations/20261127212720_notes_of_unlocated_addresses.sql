-- notes of unlocated addresses: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

-- Reference data, queues and cron jobs.

insert into public.data_terms (terms, may_store, keep, at_end, meaning) values
  ('note_30_days', 'true', '30 days', 'erase', 'our own note that there was no answer, without content')
on conflict (terms) do update set may_store = excluded.may_store, keep = excluded.keep, at_end = excluded.at_end, meaning = excluded.meaning;

insert into public.provider_terms (provider, name, terms, source) values
  ('google', 'unlocated', 'note_30_days', 'our own choice of a lifetime')
on conflict (name, provider) do update set terms = excluded.terms, source = excluded.source;
