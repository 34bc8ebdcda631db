import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type Contents, differences } from "../../../scripts/cli/backup/contents.ts";
import { decrypt, encrypt } from "../../../scripts/cli/backup/crypt.ts";

const MIB = 2 ** 20;
const SEALED = MIB + 16;
const HEAD = 48;

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** As a disk or a pipe would give it: in chunks of any size. */
async function* chunks(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

const key = randomBytes(32);

test.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB])("%i bytes come back", async (size) => {
  const content = randomBytes(size);
  const sealed = await all(encrypt(chunks(content, 70_001), key));
  expect((await all(decrypt(chunks(sealed, 65_536), key))).equals(content)).toBe(true);
});

test("pieces that were changed, swapped, dropped, cut off or sealed with another key are refused", async () => {
  const sealed = await all(encrypt(chunks(randomBytes(3 * MIB), MIB), key));
  const [head, one, two, three] = [
    sealed.subarray(0, HEAD),
    ...[0, 1, 2].map((n) => sealed.subarray(HEAD + n * SEALED, HEAD + (n + 1) * SEALED)),
  ] as [Buffer, Buffer, Buffer, Buffer];
  const changed = Buffer.from(sealed);
  changed[HEAD + 100]! ^= 1;
  const wrong = {
    changed,
    swapped: Buffer.concat([head, two, one, three]),
    dropped: Buffer.concat([head, one, three]),
    "without its end": Buffer.concat([head, one, two]),
    "with more behind it": Buffer.concat([sealed, two]),
    "cut off": sealed.subarray(0, sealed.length - 1),
  };
  for (const [how, bytes] of Object.entries(wrong)) {
    await expect(all(decrypt(chunks(bytes, 65_536), key)), how).rejects.toThrow("damaged");
  }
  await expect(all(decrypt(chunks(sealed, 65_536), randomBytes(32)))).rejects.toThrow("damaged");
  await expect(all(decrypt(chunks(randomBytes(200), 65_536), key))).rejects.toThrow("not a backup");
  await expect(all(decrypt(chunks(Buffer.alloc(0), 1), key))).rejects.toThrow("not a backup");
});

test("other rows, contents or answers of the gate are named", () => {
  const before: Contents = {
    schema: "s",
    tables: {
      "public.leads": { rows: 2, checksum: "1" },
      "public.orgs": { rows: 1, checksum: "2" },
    },
    gate: { asked: 3, checksum: "4" },
  };
  expect(differences(before, structuredClone(before))).toEqual([]);
  expect(differences(before, {
    schema: "s",
    tables: {
      "public.leads": { rows: 1, checksum: "1" },
      "public.orgs": { rows: 1, checksum: "3" },
    },
    gate: { asked: 3, checksum: "5" },
  })).toEqual([
    "public.leads: 2 rows, restored 1",
    "public.orgs: 1 rows with other contents",
    "the gate answers otherwise about 3 contacts",
  ]);
  expect(differences(before, { ...before, gate: null })).toEqual([
    "the gate was not asked: the wrapping key is missing",
  ]);
});
