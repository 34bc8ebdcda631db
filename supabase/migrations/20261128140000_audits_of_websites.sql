-- audits_of_websites: the pack prospects has the domain of audits.

set lock_timeout = '5s';
set statement_timeout = '2min';

-- Reference data.

insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '84_audits', 'audits of websites')
on conflict (kind, name, pack) do update set meaning = excluded.meaning;
