#!/usr/bin/env bash
# What needs Docker: Supabase's own containers with the migrations, the functions in the real edge runtime, a list from
# upload to lead, the pgTAP tests, and the desk in Chromium. Leaves the containers running; `npx supabase stop --no-backup` ends them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SUPABASE_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
work=$(mktemp -d)
trap 'kill "${served:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

npx supabase start
npx supabase db push --yes

npx supabase status -o env > "$work/status"
value() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$work/status"; }
export DATABASE_URL SLUICE_URL SUPABASE_SECRET_KEY
DATABASE_URL=$(value DB_URL)
SLUICE_URL=$(value API_URL)/functions/v1
SUPABASE_SECRET_KEY=$(value SECRET_KEY)

# The database of the containers speaks no TLS.
echo 'DATABASE_URL=postgresql://postgres:postgres@supabase_db_sluice:5432/postgres?sslmode=disable' > "$work/functions"
npx supabase functions serve --env-file "$work/functions" > "$work/log" 2>&1 &
served=$!
for attempt in $(seq 60); do
  # 401 comes from the function itself: it runs, and refuses a request without a key.
  status=$(curl -s -o /dev/null -w '%{http_code}' -X POST "$SLUICE_URL/worker" || true)
  [ "$status" = 401 ] && break
  if [ "$attempt" = 60 ]; then
    echo "The functions do not answer (last status $status):"
    tail -50 "$work/log"
    exit 1
  fi
  sleep 2
done

node_modules/.bin/node scripts/hosted/smoke.ts || { tail -50 "$work/log"; exit 1; }

# The tests include files of test/sql/support, and a test file is mounted alone: they go in as one text.
node_modules/.bin/node scripts/hosted/flatten_tests.ts "$work/tests"
npx supabase test db "$work/tests"

# The desk in Chromium, signed in at GoTrue and reading through PostgREST and Storage. Tests that start functions with an
# environment of their own, or read mail, need the local stack.
export SLUICE_SUPABASE_URL SLUICE_SUPABASE_PUBLISHABLE_KEY
SLUICE_SUPABASE_URL=$(value API_URL)
SLUICE_SUPABASE_PUBLISHABLE_KEY=$(value PUBLISHABLE_KEY)
mapfile -t desk < <(grep -lF 'startDeskWorld()' test/integration/desk/*.test.ts)
node_modules/.bin/node scripts/dev/setup.mjs --browser vitest run --project integration --no-file-parallelism "${desk[@]}"
