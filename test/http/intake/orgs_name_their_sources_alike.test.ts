// Two orgs have a source with the same key: the secret tells whose it is, and neither learns of the other.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Source, startWorld, type World } from "./harness.ts";

const KEY = "county-list";
let world: World;
let ours: Source;
let theirs: Source;
beforeAll(async () => {
  world = await startWorld({ worker: true });
  const named = async (columns: Record<string, unknown> = {}) => ({
    ...await world.addSource(await world.addOrg(), { key: KEY, ...columns }),
    key: KEY,
  });
  ours = await named();
  theirs = await named({ max_part_bytes: 2048 });
});
afterAll(() => world?.stop());

const LIST = "Property Address,City,State,Zip\n1 Main St,Phoenix,AZ,85001\n";

const uploadsOf = async ({ orgId }: Source) =>
  (await world.sql<{ n: number }[]>`
    select count(*)::integer as n from public.uploads where org_id = ${orgId}`)[0]!.n;

test("each upload is of the source whose secret signed it, also with the same content and id", async () => {
  const query = { upload: crypto.randomUUID(), part: "1", parts: "1" };
  const first = await world.upload(LIST, { query }, ours);
  const second = await world.upload(LIST, { query }, theirs);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(await uploadsOf(ours)).toBe(1);
  expect(await uploadsOf(theirs)).toBe(1);
  expect((await world.finished(query.upload, ours)).state).toBe("completed");
  expect((await world.finished(query.upload, theirs)).state).toBe("completed");
});

test("another secret opens neither, and each has its own limits", async () => {
  const stranger = await world.addSource(await world.addOrg());
  expect((await world.upload(LIST, { secrets: [stranger.secret] }, ours)).status).toBe(401);
  const long = LIST + "2 Main St,Phoenix,AZ,85001\n".repeat(100);
  expect((await world.upload(long, {}, theirs)).status).toBe(413);
  expect((await world.upload(long, {}, ours)).status).toBe(202);
});

test("a source that is switched off takes nothing from the other one", async () => {
  await world.sql`update public.sources set active = false where id = ${theirs.id}`;
  expect((await world.upload(`${LIST}9 Main St,Phoenix,AZ,85001\n`, {}, theirs)).status).toBe(401);
  expect((await world.upload(`${LIST}9 Main St,Phoenix,AZ,85001\n`, {}, ours)).status).toBe(202);
});
