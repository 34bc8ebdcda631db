-- Written by hand: validates apart, so that writers of candidates do not wait for the scan.

set lock_timeout = '5s';
set statement_timeout = '30min';

alter table public.match_candidates validate constraint origin_is_known;
