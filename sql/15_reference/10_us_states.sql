create table public.us_states (
  code text primary key,
  name text not null unique,
  fips text not null unique,
  constraint state_code_is_two_letters check (code ~ '^[A-Z]{2}$'),
  constraint state_fips_is_two_digits check (fips ~ '^[0-9]{2}$')
);
comment on table public.us_states is
  'States, the District of Columbia and inhabited territories of the United States. Source: U.S. Census Bureau, '
  'ANSI/FIPS state codes (public domain), 2023.';
comment on column public.us_states.code is 'USPS code.';
comment on column public.us_states.fips is 'Census (FIPS) code: the first two digits of every county code.';

insert into public.us_states (fips, code, name)
select left(item, 2), substr(item, 4, 2), substr(item, 7)
from regexp_split_to_table(
  '01 AL Alabama|02 AK Alaska|04 AZ Arizona|05 AR Arkansas|06 CA California|08 CO Colorado|09 CT Connecticut'
  '|10 DE Delaware|11 DC District of Columbia|12 FL Florida|13 GA Georgia|15 HI Hawaii|16 ID Idaho'
  '|17 IL Illinois|18 IN Indiana|19 IA Iowa|20 KS Kansas|21 KY Kentucky|22 LA Louisiana|23 ME Maine'
  '|24 MD Maryland|25 MA Massachusetts|26 MI Michigan|27 MN Minnesota|28 MS Mississippi|29 MO Missouri'
  '|30 MT Montana|31 NE Nebraska|32 NV Nevada|33 NH New Hampshire|34 NJ New Jersey|35 NM New Mexico'
  '|36 NY New York|37 NC North Carolina|38 ND North Dakota|39 OH Ohio|40 OK Oklahoma|41 OR Oregon'
  '|42 PA Pennsylvania|44 RI Rhode Island|45 SC South Carolina|46 SD South Dakota|47 TN Tennessee|48 TX Texas'
  '|49 UT Utah|50 VT Vermont|51 VA Virginia|53 WA Washington|54 WV West Virginia|55 WI Wisconsin|56 WY Wyoming'
  '|60 AS American Samoa|66 GU Guam|69 MP Northern Mariana Islands|72 PR Puerto Rico'
  '|74 UM U.S. Minor Outlying Islands|78 VI U.S. Virgin Islands',
  '\|') item;

alter table public.us_states enable row level security;
revoke all on public.us_states from service_role;
grant select on public.us_states to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.us_states for select to authenticated using (true);
create policy select_writer on public.us_states for select to pipeline_writer using (true);
