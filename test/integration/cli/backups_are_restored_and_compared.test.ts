// A backup is encrypted, restored into another database, and compared.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let folder: string;
let wrappingKey: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  folder = await mkdtemp(join(tmpdir(), "sluice-backup-test-"));
  const [org] = await sql<{ id: string }[]>`insert into public.orgs (name) values ('Acme') returning id`;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, situs_street, situs_city, situs_state, situs_zip)
    values (${org!.id}, '12 Main St', 'Reno', 'NV', '89501') returning id`;
  await sql`
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
    select ${org!.id}, ${lead!.id}, 'phone', private.blind_index('+17755550142', private.blind_key(${org!.id})),
      private.encrypt_value('+17755550142', private.org_key(${org!.id}, k.id)), k.id, '*42'
    from (select private.active_key_id(${org!.id}, 'data') as id) k`;
  await sql`
