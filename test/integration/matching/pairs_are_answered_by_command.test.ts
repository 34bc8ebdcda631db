// sluice candidates and sluice leads against a real database.
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
const ORG = ["--org", "Acme Realty"];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  const [org] = await sql`insert into public.orgs (name) values ('Acme Realty') returning id`;
  orgId = org!.id;
  const leads = [
    ["Robert", "Marsh", "12 Alder St"],
    ["Bob", "Marsh", "12 Alder Ave"],
    ["Ivy", "Reyes", "40 Birch Ave"],
    ["Ivey", "Reyes", "400 Birch Ave"],
  ];
  for (const [first, last, street] of leads) {
    await sql`
      insert into public.leads (org_id, owner_1_first, owner_1_last, situs_street, situs_city, situs_state, situs_zip)
      values (${orgId}, ${first!}, ${last!}, ${street!}, 'Phoenix', 'AZ', '85001')`;
  }
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

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
  return { code: await main(args, io), ...result };
}

const candidates = async (...args: string[]) =>
  JSON.parse((await sluice("candidates", "list", ...ORG, "--json", ...args)).out).candidates;

test("pairs are found, listed side by side, and answered", async () => {
  expect((await sluice("candidates", "list", ...ORG)).out).toBe("No pairs are open.\n");
  expect((await sluice("candidates", "find", "--all", ...ORG)).out)
    .toBe("4 leads compared, 2 pairs found\n");
  const { out } = await sluice("candidates", "list", ...ORG);
  expect(out).toMatch(/^\d+ {2}probability 0\.\d{3}: same /m);
  expect(out).toMatch(
    /(left| right): +Robert Marsh; 12 Alder St, Phoenix, AZ 85001 {2}[0-9a-f-]{36}/,
  );
  expect(out).toContain("2 pairs open");

  const pairs = await candidates();
  const bob = pairs.find((pair: { left_lead: { owner: string } }) =>
    pair.left_lead.owner.includes("Marsh")
  );
  const ivy = pairs.find((pair: { id: string }) => pair.id !== bob.id);
  expect((await sluice("candidates", "answer", ivy.id, "--skip", ...ORG)).code).toBe(0);
  expect((await candidates()).map((pair: { id: string }) => pair.id)).toEqual([bob.id, ivy.id]);
  expect((await sluice("candidates", "answer", ivy.id, "--different", ...ORG)).out)
    .toBe("1 pair answered with different\n");
  const refused = await sluice("candidates", "answer", ivy.id, "--same", ...ORG);
  expect([refused.code, refused.out]).toEqual([
    1,
    `0 pairs answered with same\n${ivy.id}: not answered, because somebody said that they are different\n`,
  ]);
  expect((await sluice("candidates", "find", "--all", ...ORG)).out).toContain("0 pairs found");

  const many = ["candidates", "answer", "--same", "--min-probability", "0.3", ...ORG];
  expect((await sluice(...many, "--dry-run")).out).toBe("1 pair would be answered with same\n");
  expect((await sluice(...many)).out).toBe("1 pair answered with same\n");
  expect(await candidates()).toEqual([]);
  const [merged] = await candidates("--state", "same");
  const [lead] = await sql`select id from public.leads where owner_1_last = 'Marsh'`;
  const undone = await sluice("leads", "undo-merge", lead!.id, merged.merge_id);
  expect([undone.code, undone.out]).toEqual([0, expect.stringMatching(/^undone: lead /)]);
  expect((await candidates()).map((pair: { id: string }) => pair.id)).toEqual([bob.id]);
});

test("a lead is split and united again", async () => {
  const [lead] = await sql`select id from public.leads where owner_1_first = 'Ivy'`;
  const shown = await sluice("leads", "split", lead!.id);
  expect(shown.out).toContain("address: 40 Birch Ave Phoenix AZ 85001");
  expect((await sluice("leads", "split", lead!.id, "--facts", "eyes")).code).toBe(2);
  const split = await sluice("leads", "split", lead!.id, "--facts", "address", "--last", "Stone");
  expect(split.out).toMatch(/^lead [0-9a-f-]{36} has 0 contact points, owner_1, situs\n/);
  const undo = split.out.match(/undo-split (\S+) (\d+)/)!;
  expect((await sluice("leads", "undo-split", undo[1]!, undo[2]!)).out)
    .toBe(`undone: lead ${lead!.id}\n`);
  const [after] = await sql`select situs_street, owner_1_first from public.leads where id = ${
    lead!.id
  }`;
  expect(after).toEqual({ situs_street: "40 Birch Ave", owner_1_first: "Ivy" });
});
