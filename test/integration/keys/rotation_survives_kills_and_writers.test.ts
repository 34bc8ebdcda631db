// Data keys rotate while lists are uploaded and contacts are read, with the command killed (-9) again and again. Nothing
// stays under the old key, and nothing becomes unreadable.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";
import { HEADER, houses, type Source, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;
let source: Source;
beforeAll(async () => {
  world = await startWorld({ worker: true, env: { WORKER_SLICE_ROWS: "200" } });
  source = world.source;
});
afterAll(() => world?.stop());

/** Runs the command; `killAfter` ends it like a power cut. */
function rotate(args: string[], killAfter?: number): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "scripts/cli/sluice.ts"), "keys", ...args], {
      env: { ...process.env, DATABASE_URL: world.stack.adminUrl },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => out += text);
    if (killAfter !== undefined) {
      const killAt = setInterval(() => {
        if (out.split("re-encrypted").length <= killAfter) return;
        clearInterval(killAt);
        child.kill("SIGKILL");
      }, 1);
    }
    child.on("close", (code) => resolve({ code, out }));
  });
}

const usage = () =>
  world.sql<{ key_id: number; relation: string; ciphertexts: number }[]>`
    select key_id, relation, sum(ciphertexts)::integer as ciphertexts
    from private.key_usage(${source.orgId}) group by 1, 2 order by 1, 2`;
const activeKey = async () =>
  (await world.sql`select private.active_key_id(${source.orgId}, 'data') as id`)[0]!.id as number;

/** Every phone and e-mail of the org, as sending reads them: in one statement with its keys. */
async function readAll(): Promise<string[]> {
  const rows = await world.sql<{ value: string }[]>`
    with keys as materialized (
      select k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k
      where k.org_id = ${source.orgId} and k.purpose = 'data')
    select private.decrypt_value(c.value_cipher, k.key) as value
    from public.contact_points c join keys k on k.id = c.key_id
    where c.org_id = ${source.orgId} order by 1`;
  return rows.map(({ value }) => value);
}

test(
  "a rotation that is killed five times ends complete, while uploads and reads go on",
  async () => {
    const first = await world.upload(HEADER + houses(1, 3000), {}, source);
    await world.finished(first.json.upload_id, source);
    // An upload that waits for its second part: its rows stay in staging.
    const waiting = { upload: randomUUID(), parts: "2" };
    await world.upload(HEADER + houses(9001, 300), { query: { ...waiting, part: "1" } }, source);
    const oldKey = await activeKey();
    const before = await readAll();
    expect(before).toHaveLength(6000);

    let rotating = true;
    const uploads: Promise<string>[] = [];
    const uploading = (async () => {
      for (let n = 0; rotating || n < 4; n++) {
        const body = HEADER + houses(10_001 + n * 300, 300);
        const sent = await world.upload(body, {}, source);
        expect(sent.status).toBe(202);
        uploads.push(world.finished(sent.json.upload_id, source).then(({ state }) => state));
        await uploads.at(-1);
      }
    })();
    const reading = (async () => {
      while (rotating) expect((await readAll()).length).toBeGreaterThanOrEqual(6000);
    })();

    const kills = [];
    for (const after of [1, 3, 8, 15, 25]) {
      kills.push(await rotate(["rotate", "--org", source.orgId, "--batch", "40"], after));
    }
    expect(kills.map(({ code }) => code)).toEqual([null, null, null, null, null]);
    const [open] = await world.sql`
    select count(*)::integer as open, sum(moved)::integer as moved from private.key_rotations where finished_at is null`;
    expect(open).toMatchObject({ open: 1 });
    expect(open!.moved).toBeGreaterThan(1000);

    // Two commands at once share the rest.
    const runs = await Promise.all([1, 2].map(() => rotate(["rotate", "--org", source.orgId])));
    rotating = false;
    await Promise.all([uploading, reading]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);

    expect(new Set(await Promise.all(uploads))).toEqual(new Set(["completed"]));
    const newKey = await activeKey();
    const used = await usage();
    expect(used.filter(({ key_id }) => key_id === oldKey)).toEqual([]);
    expect(used.map(({ relation }) => relation)).toEqual(expect.arrayContaining([
      "private.source_secrets",
      "private.upload_part_chunks",
      "public.contact_points",
      "private.leads_staging_raw",
    ]));
    expect((await world.sql`select from private.org_keys where id = ${oldKey}`).length).toBe(0);
    expect(newKey).not.toBe(oldKey);

    // Everything reads as before: contacts, stored parts, the rows in staging.
    const after = await readAll();
    const counts = new Map<string, number>();
    for (const value of after) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const value of before) {
      const left = (counts.get(value) ?? 0) - 1;
      expect(left).toBeGreaterThanOrEqual(0);
      counts.set(value, left);
    }
    expect(after).toHaveLength(6000 + uploads.length * 600);
    const [chunk] = await world.sql`
    select convert_from(private.read_part_chunk(p.id, 0), 'UTF8') as text from public.upload_parts p
    where p.upload_id = ${first.json.upload_id}`;
    expect(chunk!.text).toBe(HEADER + houses(1, 3000));
    await world.upload(HEADER + houses(9301, 10), { query: { ...waiting, part: "2" } }, source);
    const done = await world.finished(waiting.upload, source);
    expect(done).toMatchObject({ state: "completed", counts: { created: 310, rejected: 0 } });

    const proof = await rotate(["status"]);
    expect(proof).toMatchObject({ code: 0 });
    expect(proof.out).toMatch(new RegExp(`key ${newKey} \\(active\\) encrypts [\\d,]+ values`));
  },
  600_000,
);
