import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskWorld, open, ORG, startDeskWorld } from "./support.ts";

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld(["csv-upload"]);
  await world.sql`insert into sources (org_id, key, name) values (${ORG}, 'county', 'County list')`;
});
afterAll(() => world?.stop());

const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => `${n + 1} Juniper St,Sacramento,CA,95814,Owner ${n},\n`)
    .join("");

test("an owner uploads a list, which arrives whole and is received", async () => {
  const { page, context, problems } = await world.signIn("owner@example.com");
  await open(page, "#/lists");
  const file = `address,city,state,zip,owner,note\n${rows(150_000)}`;
  await page.getByLabel("Source").selectOption("county");
  await page.getByLabel("File").setInputFiles({
    ...{ name: "owners.csv", mimeType: "text/csv", buffer: Buffer.from(file) },
  });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForFunction(() => /^#\/lists\/[0-9a-f-]{36}$/.test(location.hash));
  const [upload] = await world.sql`
    select u.filename, u.dry_run, count(*)::integer as parts, sum(p.bytes)::integer as bytes
    from uploads u join upload_parts p on p.org_id = u.org_id and p.upload_id = u.id group by u.id`;
  expect(upload?.filename).toBe("owners.csv");
  expect(upload?.parts).toBe(2);
  // Both parts have the header.
  expect(upload?.bytes).toBe(file.length + file.indexOf("\n") + 1);
  expect(problems).toEqual([]);
  await context.close();
});

test("the columns of a file that is chosen before the sources are there are shown", async () => {
  const { page, context } = await world.signIn("owner@example.com");
  let answer = () => {};
  const chosen = new Promise<void>((resolve) => answer = resolve);
  await page.route("**/rpc/list_sources*", async (route) => {
    await chosen;
    await route.continue();
  });
  await page.goto(`${page.url().split("#")[0]}#/lists`);
  await page.getByLabel("File").setInputFiles({
    ...{
      name: "owners.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("address,reach\n1 Main St,x\n"),
    },
  });
  answer();
  await page.getByRole("combobox", { name: "Where “reach” goes" }).waitFor();
  await context.close();
});

test("a viewer is not offered an upload", async () => {
  const { page, context } = await world.signIn("viewer@example.com");
  await open(page, "#/lists");
  expect(await page.getByRole("button", { name: "Upload" }).count()).toBe(0);
  await context.close();
});
