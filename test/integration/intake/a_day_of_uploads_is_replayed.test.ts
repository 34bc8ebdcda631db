// sluice replay day: uploads are read again from the stored bytes, as of when they came.
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, type Source, startWorld, type World } from "../../http/intake/harness.ts";
import { runSluice } from "../../support/sluice_command.ts";

let world: World;
let source: Source;
beforeAll(async () => {
  world = await startWorld({
    worker: true,
    env: { WORKER_SWEEP_SECONDS: "3600", WORKER_SUPERVISE_SECONDS: "1" },
  });
  source = await world.addSource(await world.addOrg());
});
afterAll(() => world?.stop());

const LIST = "Property Address,City,State,Zip,Phone,Owner\n" +
  "1 Main St,Phoenix,AZ,85001,702-555-0101,Ann Roe\n" +
  "2 Main St,Phoenix,AZ,85001,702-555-0102,Bo Poe\n";

const replay = (...args: string[]) =>
  runSluice(["replay", "day", ...args, "--org", source.orgId], {
    DATABASE_URL: world.stack.adminUrl,
  });

const leads = async () =>
  await world.sql`
    select l.situs_house_number as house, l.owner_full as owner,
      (select count(*)::int from public.contact_points c where c.lead_id = l.id) as contacts
    from public.leads l where l.org_id = ${source.orgId} order by 1`;

const settled = () =>
  eventually("the reruns to end", async () => {
    const [open] = await world.sql`
      select from public.uploads where org_id = ${source.orgId} and state in ('receiving', 'processing')`;
    return open ? null : true;
  });

test("a day's uploads bring lost leads back and overwrite nothing newer", async () => {
  const { json } = await world.upload(LIST, {}, source);
  expect((await world.finished(json.upload_id, source)).state).toBe("completed");
  const [row] = await world.sql<{ day: string }[]>`
    select (u.received_at at time zone o.time_zone)::date::text as day
    from public.uploads u join public.orgs o on o.id = u.org_id where u.id = ${json.upload_id}`;
  const day = row!.day;
  const before = await leads();
  // A member's correction is newer; a lead that somebody deleted by mistake is lost.
  await world
    .sql`update public.leads set owner_full = 'Ann Roe-Smith' where org_id = ${source.orgId}
    and situs_house_number = '1'`;
  await world
    .sql`delete from public.leads where org_id = ${source.orgId} and situs_house_number = '2'`;

  const preview = await replay(day, "--preview", "--of", source.key);
  expect(preview).toMatchObject({ code: 0 });
  expect(preview.out).toContain(`${json.upload_id}  `);
  expect(preview.out).toContain("2 rows: is read again");
  expect((await replay(day)).code).toBe(2);
  expect((await replay("2020-01-01", "--yes")).out).toBe("Nothing was received on 2020-01-01.\n");
  expect(await leads()).toHaveLength(1);

  for (let times = 0; times < 2; times++) {
    const done = JSON.parse((await replay(day, "--yes", "--json")).out);
    expect(done.replayed).toEqual({ uploads: 1, deliveries: 0 });
    await settled();
    expect(await leads()).toEqual([{ ...before[0], owner: "Ann Roe-Smith" }, before[1]]);
  }
});
