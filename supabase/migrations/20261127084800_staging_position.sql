-- staging position: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

ALTER TABLE "public"."upload_parts"
  ADD COLUMN "read_position" jsonb;

COMMENT ON COLUMN "public"."upload_parts"."read_position" IS 'While staging: where the first record that is not staged starts, so that a restart reads on from there.';
