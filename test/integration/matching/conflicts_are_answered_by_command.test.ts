// sluice conflicts list, answer, rule and rules against a real database.
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let orgId: string;
let sourceId: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  const [org] = await sql`insert into public.orgs (name) values ('Acme Realty') returning id`;
  orgId = org!.id;
  const [source] = await sql`
    insert into public.sources (org_id, key, name) values (${orgId}, 'list', 'List') returning id`;
  sourceId = source!.id;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

interface Row {
  mak: string;
  apn?: string;
  street: string;
  unit?: string;
  last: string;
}

/** Uploads a list of one part and resolves it. */
async function deliver(rows: Row[]): Promise<string> {
  return await sql.begin(async (tx) => {
    const [part] = await tx`
      select own_upload_id, part_id from private.accept_part(${sourceId}, ${crypto.randomUUID()},
        sha256(convert_to(${crypto.randomUUID()}, 'UTF8')), 1, null, null, null, null, false, null,
        ${crypto.randomUUID()}, now())`;
    await tx`select private.open_stage()`;
    await tx`
      insert into pg_temp.stage_in (line_no, mak, fips, apn, street, unit, city, state, zip, owner_1_last, attributes, warnings, raw)
      select (n + 1)::integer, r ->> 'mak', '04013', r ->> 'apn', r ->> 'street', r ->> 'unit', 'Phoenix', 'AZ', '85001', r ->> 'last', '{}',
        '{}', '[]'
      from jsonb_array_elements(${tx.json(rows as never)}::jsonb) with ordinality e (r, n)`;
    await tx`select private.stage_rows(${part!.part_id})`;
    await tx`update public.upload_parts set state = 'staged', staged_at = now() where id = ${
      part!.part_id
    }`;
    await tx`select private.resolve_upload(${part!.own_upload_id})`;
    return part!.own_upload_id as string;
  });
}

async function sluice(...args: string[]) {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io: Io = {
    env: { DATABASE_URL: database.adminUrl },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => "",
    fetch: () => Promise.reject(new Error("no network")),
  };
  const code = await main(["conflicts", ...args, "--org", "Acme Realty"], io);
  return { code, ...result };
}

const open = async () => JSON.parse((await sluice("list", "--json")).out).conflicts;

test("conflicts are listed beside their leads, answered, and by rule", async () => {
  expect((await sluice("list")).out).toBe("No open conflicts.\n");
  await deliver([
    { mak: "5000000001", apn: "1-1-1", street: "50 Ash St", last: "Ames" },
    { mak: "5000000002", apn: "2-2-2", street: "52 Ash St", last: "Baker" },
    { mak: "5000000003", apn: "3-3-3", street: "54 Ash St", unit: "1", last: "Cole" },
    { mak: "5000000004", apn: "4-4-4", street: "54 Ash St", unit: "2", last: "Dunn" },
  ]);
  const upload = await deliver([
    { mak: "5000000001", apn: "2-2-2", street: "52 Ash St", last: "Evans" },
    { mak: "5000000001", apn: "2-2-2", street: "52 Ash St", last: "Fenn" },
    { mak: "5000000005", apn: "3-3-3", street: "54 Ash St", unit: "1", last: "Gill" },
    { mak: "5000000006", apn: "4-4-4", street: "54 Ash St", unit: "2", last: "Hale" },
  ]);
  const { out } = await sluice("list", "--upload", upload);
  expect(out).toContain("its keys point to different leads");
  expect(out).toMatch(
    /row: {2}Evans; 52 Ash St, Phoenix, AZ 85001; MAK 5000000001; parcel 04013 222\n/,
  );
  expect(out).toMatch(
    /lead: Ames; 50 Ash St, Phoenix, AZ 85001; MAK 5000000001; parcel 04013 111 {2}[0-9a-f-]{36}\n/,
  );
  expect(out).toContain("4 open conflicts");

  const [first, second] = await open();
  const lead = first.leads[1].lead_id;
  const same = await sluice("answer", first.id, "--lead", lead);
  expect(same).toEqual({
    code: 0,
    out: `conflict ${first.id}: row assigned to lead ${lead}\n`,
    err: "",
  });
  const own = await sluice("answer", second.id, "--own");
  expect(own.out).toMatch(
    new RegExp(`^conflict ${second.id}: made a lead of its own: [0-9a-f-]{36}\n$`),
  );
  const gone = await sluice("answer", second.id, "--own");
  expect([gone.code, gone.err]).toEqual([
    1,
    expect.stringContaining("open conflict not found (SL302)"),
  ]);

  const building = ["--building", "54 Ash Street", "--zip", "85001"];
  expect((await sluice("answer", "--own", ...building, "--dry-run")).out)
    .toBe("2 open conflicts would be answered with own\n");
  expect((await sluice("rule", ...building, "--dry-run")).out)
    .toBe("the rule would answer 2 open conflicts\n");
  const rule = await sluice("rule", ...building, "--note", "condos");
  expect(rule.out).toMatch(/^rule \d+: 2 open conflicts answered, each a lead of its own\n$/);
  expect((await sluice("rules")).out).toMatch(/^\d+ {2}54 Ash Street, 85001; 2 leads; condos\n$/);
  expect(await open()).toEqual([]);

  await deliver([{
    mak: "5000000007",
    apn: "3-3-3",
    street: "54 Ash St",
    unit: "1",
    last: "Ives",
  }]);
  expect(await open()).toEqual([]);
  const number = rule.out.match(/\d+/)![0];
  expect((await sluice("rule", "--remove", number)).out).toBe(`rule ${number} removed\n`);
  expect((await sluice("rule", "--remove", number)).code).toBe(1);
  await deliver([{
    mak: "5000000008",
    apn: "3-3-3",
    street: "54 Ash St",
    unit: "1",
    last: "Jung",
  }]);
  expect((await sluice("answer", "--dismiss", "--reason", "key_contradicts")).out)
    .toBe("1 conflict answered with dismiss\n");
  expect(await open()).toEqual([]);
});
