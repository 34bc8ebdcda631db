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
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, situs_street, situs_city, situs_state, situs_zip)
    values (${org!.id}, '12 Main St', 'Reno', 'NV', '89501') returning id`;
  await sql`
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
    select ${org!.id}, ${
    lead!.id
  }, 'phone', private.blind_index('+17755550142', private.blind_key(${org!.id})),
      private.encrypt_value('+17755550142', private.org_key(${org!.id}, k.id)), k.id, '*42'
    from (select private.active_key_id(${org!.id}, 'data') as id) k`;
  const [key] = await sql<{ key: string }[]>`
    select decrypted_secret as key from vault.decrypted_secrets where name = 'sluice_wrapping_key'`;
  wrappingKey = key!.key;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
  if (folder) await rm(folder, { recursive: true });
});

const sluice = (args: string[], env: Record<string, string> = {}) =>
  runSluice(["backup", ...args], { DATABASE_URL: database.adminUrl, ...env });

test("a backup has no plain text, is restored and is the same, with the wrapping key kept apart", async () => {
  const [key, file] = [join(folder, "key"), join(folder, "one.backup")];
  expect((await sluice(["key", key])).code).toBe(0);
  expect((await sluice(["key", key])).code).toBe(2);
  const made = await sluice(["create", file, "--key-file", key, "--json"]);
  expect(made.err).toBe("");
  expect(JSON.parse(made.out)).toMatchObject({ ok: true, file });
  const bytes = await readFile(file);
  for (const plain of ["Main St", wrappingKey, "PGDMP", "orgs"]) {
    expect(bytes.includes(plain), plain).toBe(false);
  }

  const verified = JSON.parse(
    (await sluice(["verify", file, "--key-file", key, "--json"], {
      SLUICE_WRAPPING_KEY: wrappingKey,
    })).out,
  );
  expect(verified).toMatchObject({ ok: true, differences: [] });
  expect(verified.rows).toBeGreaterThan(1000);
  // Without the wrapping key the rows are compared, and the gate's answers are owed.
  const without = await sluice(["verify", file, "--key-file", key]);
  expect(without.code).toBe(1);
  expect(without.out).toContain("the wrapping key is missing");

  // Nothing is used of a file that somebody changed or cut.
  bytes[bytes.length - 40]! ^= 1;
  await writeFile(file, bytes);
  expect((await sluice(["verify", file, "--key-file", key])).err).toContain("damaged");
  await writeFile(file, bytes.subarray(0, -50));
  expect((await sluice(["verify", file, "--key-file", key])).err).toContain("damaged");

  // A database with orgs is never overwritten.
  const again = join(folder, "two.backup");
  await sluice(["create", again, "--key-file", key]);
  expect((await sluice(["restore", again, "--key-file", key])).code).toBe(2);
  expect((await sluice(["restore", again, "--key-file", key, "--yes"])).err).toContain("has orgs");
});

test("the drill times a backup and its restore", async () => {
  const drill = JSON.parse((await sluice(["drill", "--json"])).out);
  expect(drill).toMatchObject({ ok: true, differences: [] });
  expect(Object.keys(drill.seconds)).toEqual(["create", "restore", "all"]);
});
