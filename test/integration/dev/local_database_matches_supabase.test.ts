import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  createTestDatabase,
  ensureWrappingKey,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { databaseDiff } from "../../../scripts/dev/diff.ts";
import { compareSchemas, databaseSchema } from "../../../scripts/dev/dump.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** Runs `work` in a transaction as an API request does, and rolls it back. */
async function as<T>(role: string, claims: object, work: (tx: Sql) => Promise<T>): Promise<T> {
  let result: { value: T } | null = null;
  const rollback = new Error("rollback");
  await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
    await tx.unsafe(`set local role ${role}`);
    result = { value: await work(tx as unknown as Sql) };
    throw rollback;
  }).catch((error) => {
    if (error !== rollback) throw error;
  });
  return (result as unknown as { value: T }).value;
}

describe("the database has the parts of a Supabase image", () => {
  test("the owner of the schema is not a superuser, as on the platform", async () => {
    const [row] =
      await sql`select rolsuper, rolbypassrls from pg_roles where rolname = current_user`;
    if (server.isPrivate) expect(row).toEqual({ rolsuper: false, rolbypassrls: true });
  });

  test("auth.uid(), auth.role() and auth.jwt() read the claims of the request", async () => {
    const sub = "7d4b6a52-6d5c-4f0c-9f3e-0d5c1f2a3b4c";
    const [row] = await as(
      "authenticated",
      { sub, role: "authenticated", org: 1 },
      (tx) => tx`select auth.uid() as uid, auth.role() as role, auth.jwt() ->> 'org' as org`,
    );
    expect(row).toEqual({ uid: sub, role: "authenticated", org: "1" });
  });

  test("without claims, the user is null", async () => {
    expect(await sql`select auth.uid(), auth.jwt()`).toEqual([{ uid: null, jwt: null }]);
  });

  test("jobs can be scheduled and unscheduled", async () => {
    await as("postgres", {}, async (tx) => {
      await tx`select cron.schedule('tick', '* * * * *', 'select 1')`;
      await tx`select cron.schedule('tick', '*/5 * * * *', 'select 1')`;
      expect(await tx`select schedule from cron.job where jobname = 'tick'`)
        .toEqual([{ schedule: "*/5 * * * *" }]);
      await tx`select cron.unschedule('tick')`;
      expect(await tx`select from cron.job where jobname = 'tick'`).toHaveLength(0);
    });
  });
});

describe("vault", () => {
  const create = (tx: Sql) => tx`select vault.create_secret('open sesame', 'door') as id`;

  test("a secret is stored encrypted and returned decrypted", async () => {
    await as("postgres", {}, async (tx) => {
      await create(tx);
      const [row] = await tx`
        select secret, decrypted_secret from vault.decrypted_secrets where name = 'door'`;
      expect(row?.decrypted_secret).toBe("open sesame");
      expect(row?.secret).not.toContain("sesame");
    });
  });

  test("an updated secret has its new value and keeps its name", async () => {
    await as("postgres", {}, async (tx) => {
      const [made] = await create(tx);
      await tx`select vault.update_secret(${made?.id}, 'abracadabra')`;
      expect(
        await tx`select name, decrypted_secret from vault.decrypted_secrets
        where id = ${made?.id}`,
      ).toEqual([{ name: "door", decrypted_secret: "abracadabra" }]);
    });
  });

  test("service_role reads secrets; anon and authenticated do not", async () => {
    const look = (tx: Sql) => tx`select decrypted_secret from vault.decrypted_secrets limit 1`;
    expect(await as("service_role", {}, look)).toHaveLength(1);
    for (const role of ["anon", "authenticated"]) {
      await expect(as(role, {}, look)).rejects.toThrow(/permission denied/);
    }
  });

  test("the root key is not in a table, and the owner cannot read it", async () => {
    if (!server.isPrivate) return;
    await expect(sql`select vault._root_key()`).rejects.toThrow(/permission denied/);
    await expect(sql`select pg_read_file('sluice_vault_root.key')`)
      .rejects.toThrow(/permission denied/);
  });

  test("the wrapping key is generated once", async () => {
    const key = () =>
      sql`select id, decrypted_secret from vault.decrypted_secrets
      where name = 'sluice_wrapping_key'`;
    const before = await key();
    await ensureWrappingKey(database.url);
    expect(before[0]?.decrypted_secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await key()).toEqual(before);
  });
});

test("two test databases share nothing", async () => {
  const other = await createTestDatabase(server);
  const there = connect(other.url);
  try {
    await sql`create table public.mine (id bigint)`;
    expect(await there`select to_regclass('public.mine') as found`).toEqual([{ found: null }]);
  } finally {
    await there.end();
    await sql`drop table public.mine`;
    await other.drop();
  }
});

test("the drift checks find a difference of one column, and none between equal databases", async () => {
  const other = await createTestDatabase(server);
  const there = connect(other.url);
  try {
    const before = await databaseSchema(database.url);
    expect(compareSchemas(before, await databaseSchema(other.url))).toEqual([]);
    await there`alter table public.orgs add column motto text`;
    const differences = compareSchemas(before, await databaseSchema(other.url));
    expect(differences.map(({ object }) => object)).toEqual(["TABLE public.orgs"]);
    expect(await databaseDiff(database.url, other.url)).toMatch(/add column "?motto"? text/i);
  } finally {
    await there.end();
    await other.drop();
  }
});
