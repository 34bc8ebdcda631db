-- Extensions that the core needs. Supabase provides all of them, in the schema `extensions`.
create schema if not exists extensions;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists address_standardizer with schema extensions;
create extension if not exists address_standardizer_data_us with schema extensions;
