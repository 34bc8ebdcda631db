-- batchdata account: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

-- Reference data, queues and cron jobs.

insert into private.provider_settings (provider, name) values
  ('batchdata', 'BATCHDATA_API_KEY')
on conflict (name, provider) do nothing;
