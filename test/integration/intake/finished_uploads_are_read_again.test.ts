import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Source, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    worker: true,
    env: { WORKER_SWEEP_SECONDS: "3600", WORKER_SUPERVISE_SECONDS: "1" },
  });
});
afterAll(() => world?.stop());

const newSource = async () => await world.addSource(await world.addOrg());
const HEADER = "Property Address,City,State,Zip,Reach,Who\n";
const row = (house: number, reach: string, who: string) =>
  `${house} Main St,Phoenix,AZ,85001,${reach},${who}\n`;
const LIST = HEADER + row(1, "702-555-0101", "Ann Roe") + row(2, "702-555-0102", "Bo Poe");

async function setMap(source: Source, map: Record<string, string | null>): Promise<void> {
  await world.sql`update public.sources set column_map = ${
    world.sql.json(map)
  } where id = ${source.id}`;
}

async function uploaded(source: Source, body: string): Promise<string> {
  const { json } = await world.upload(body, {}, source);
  expect((await world.finished(json.upload_id, source)).state).toBe("completed");
  return json.upload_id;
}

async function rerun(upload: string): Promise<string> {
  const [row] = await world.sql`select public.rerun_upload(${upload}) as id`;
  return row!.id;
}

async function answers(source: Source) {
  const rows = await world.sql`
    select upload_id, answer from public.uploads_to_rerun(${source.id})`;
  return Object.fromEntries(rows.map(({ upload_id, answer }) => [upload_id, answer]));
}

async function leads(source: Source) {
  return await world.sql`
    select l.situs_house_number as house, l.owner_full as owner,
      (select count(*)::int from public.contact_points c where c.lead_id = l.id) as contacts
    from public.leads l where l.org_id = ${source.orgId} order by 1`;
}

describe("a rerun", () => {
  test("stages the stored bytes under the new map, once, as an upload of its own", async () => {
    const source = await newSource();
    const first = await uploaded(source, LIST);
    expect(await answers(source)).toEqual({ [first]: "current" });
    await expect(rerun(first)).rejects.toMatchObject({ code: "SL208" });

    await setMap(source, { Reach: "phone_1", Who: "owner_full" });
    expect(await answers(source)).toEqual({ [first]: "ready" });
    const second = await rerun(first);
    const status = await world.finished(second, source);
    expect(status).toMatchObject({
      state: "completed",
      rerun_of: first,
      counts: { received: 2, updated: 2, created: 0, rejected: 0 },
    });
    expect(status.mapping.filter(({ how }: { how: string }) => how === "source_map"))
      .toMatchObject([{ header: "Reach", field: "phone_1" }, {
        header: "Who",
        field: "owner_full",
      }]);
    expect(await leads(source)).toEqual([
      { house: "1", owner: "Ann Roe", contacts: 1 },
      { house: "2", owner: "Bo Poe", contacts: 1 },
    ]);
    expect(await answers(source)).toEqual({ [first]: "current" });
    await expect(rerun(first)).rejects.toMatchObject({ code: "SL208" });
    await expect(rerun(second)).rejects.toMatchObject({ code: "SL208" });
    // The funnel has each row once, though both runs have their events.
    expect(
      await world.sql`
        select kind::text, count(*)::int as runs, sum(quantity)::int as rows from public.pipeline_events
        where org_id = ${source.orgId} and kind in ('uploaded', 'staged', 'deduped')
        group by kind order by 1`,
    ).toEqual([
      { kind: "deduped", runs: 2, rows: 2 },
      { kind: "staged", runs: 2, rows: 2 },
      { kind: "uploaded", runs: 2, rows: 2 },
    ]);
  });

  test("of parts and of parts that another upload holds reads them all", async () => {
    const source = await newSource();
    await uploaded(source, LIST);
    const query = { upload: randomUUID(), parts: "2" };
    await world.upload(LIST, { query: { ...query, part: "1" } }, source);
    await world.upload(
      row(3, "702-555-0103", "Cy Doe"),
      { query: { ...query, part: "2" } },
      source,
    );
    expect((await world.finished(query.upload, source)).state).toBe("completed");
    await setMap(source, { Who: "owner_full" });
    const status = await world.finished(await rerun(query.upload), source);
    expect(status).toMatchObject({ state: "completed", counts: { received: 3, updated: 3 } });
    expect((await leads(source)).map(({ owner }) => owner)).toEqual([
      "Ann Roe",
      "Bo Poe",
      "Cy Doe",
    ]);
  });

  test("called twice at the same time makes one run", async () => {
    const source = await newSource();
    const first = await uploaded(source, LIST);
    await setMap(source, { Who: "owner_full" });
    const outcomes = await Promise.allSettled([rerun(first), rerun(first), rerun(first)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [made] = await world.sql`
      select count(*)::int as n from public.uploads where rerun_of_upload_id = ${first}`;
    expect(made!.n).toBe(1);
  });

  test("replaces what its own first run read, and nothing that was observed later", async () => {
    const source = await newSource();
    const first = await uploaded(source, HEADER + row(1, "Ann Q Roe", "Ann Roe"));
    await setMap(source, { Who: "owner_full" });
    const later = await uploaded(
      source,
      HEADER + row(2, "Di Z Loe", "Di Loe") + row(1, "Ann Z Roe", "Ann Maria Roe"),
    );
    expect((await world.finished(await rerun(first), source)).counts.unchanged).toBe(1);
    expect((await leads(source)).map(({ owner }) => owner)).toEqual(["Ann Maria Roe", "Di Loe"]);

    await setMap(source, { Reach: "owner_full" });
    await world.finished(await rerun(first), source);
    await world.finished(await rerun(later), source);
    expect((await leads(source)).map(({ owner }) => owner)).toEqual(["Ann Z Roe", "Di Z Loe"]);
  });

  test("is undone before the upload that it read", async () => {
    const source = await newSource();
    const first = await uploaded(source, LIST);
    await setMap(source, { Reach: "phone_1", Who: "owner_full" });
    const second = await rerun(first);
    await world.finished(second, source);
    const undo = (id: string) =>
      world.send("POST", `/${id}/undo`, { body: JSON.stringify({ undo: id }) }, source);
    const refused = await undo(first);
    expect([refused.status, refused.json.detail]).toEqual([
      409,
      `The upload was read again since, as upload ${second}: undo that one first.`,
    ]);
    expect((await undo(second)).json.undone).toMatchObject({ reverted: 2 });
    expect(await leads(source)).toEqual([
      { house: "1", owner: null, contacts: 0 },
      { house: "2", owner: null, contacts: 0 },
    ]);
    expect(await answers(source)).toEqual({ [first]: "ready" });
    expect((await undo(first)).json.undone).toMatchObject({ deleted: 2 });
    expect(await answers(source)).toEqual({});
  });

  test("needs the bytes: without them the upload is named", async () => {
    const source = await newSource();
    const first = await uploaded(source, LIST);
    await setMap(source, { Who: "owner_full" });
    await world.sql`delete from private.upload_part_chunks c using public.upload_parts p
      where p.id = c.part_id and p.upload_id = ${first}`;
    expect(await answers(source)).toEqual({ [first]: "not_stored" });
    await expect(rerun(first)).rejects.toMatchObject({ code: "SL208" });
  });

  test("that is refused can be replayed with the right map", async () => {
    const source = await newSource();
    const first = await uploaded(source, LIST);
    await setMap(source, { "Property Address": null });
    const second = await rerun(first);
    expect((await world.finished(second, source)).state).toBe("failed");
    await setMap(source, { Who: "owner_full" });
    await world.send("POST", "/replay", {
      body: JSON.stringify({ replay: source.key, upload: null }),
    }, source);
    expect((await world.finished(second, source)).counts.updated).toBe(2);
    expect(await answers(source)).toEqual({ [first]: "current" });
  });
});

describe("warnings", () => {
  test("are counted with their first five lines in the whole file", async () => {
    const source = await newSource();
    const query = { upload: randomUUID(), parts: "2" };
    const rows = (from: number, to: number) =>
      Array.from(
        { length: to - from + 1 },
        (_, k) =>
          `${from + k} Main St,Boston,MA,2108,"${from + k === 6 ? "nobody" : "702-555-0101"}"\n`,
      ).join("");
    await world.upload(rows(5, 9) + "99 Caf\xe9 St,Boston,MA,02108,\n", {
      query: { ...query, part: "2" },
    }, source);
    await world.upload(`Address,City,State,Zip,Phone\n${rows(1, 4)}`, {
      query: { ...query, part: "1" },
    }, source);
    const status = await world.finished(query.upload, source);
    expect(status.warnings).toMatchObject({ zip_leading_zero: 9, phone_unusable: 1 });
    expect(status.warning_lines).toMatchObject({
      zip_leading_zero: [2, 3, 4, 5, 6],
      phone_unusable: [7],
    });
  });

  test("name the lines that are not UTF-8", async () => {
    const source = await newSource();
    const text =
      "Address,City,State,Zip\n1 Main St,Phoenix,AZ,85001\n2 Ca\u00f1on St,Phoenix,AZ,85001\n";
    const { json } = await world.upload(Buffer.from(text, "latin1"), {}, source);
    const status = await world.finished(json.upload_id, source);
    expect(status.warnings).toEqual({ windows_1252: 1 });
    expect(status.warning_lines).toEqual({ windows_1252: [3] });
  });
});
