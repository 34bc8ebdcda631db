// A backup is encrypted in pieces of one MiB, each with AES-256-GCM and its own tag, so that nothing is used before it
// was checked. The number of a piece is in its nonce and the last one is marked: pieces cannot be swapped, dropped or
// cut off. The key of a file comes from the key file and the file's own salt.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { ClientError } from "../errors.ts";

const MAGIC = Buffer.from("sluice backup 1\n");
const PIECE = 2 ** 20;
const TAG = 16;
export const KEY_BYTES = 32;

const keyOf = (key: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", key, salt, "sluice backup", 32));

function nonceOf(piece: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(piece), 4);
  return nonce;
}

const aad = (last: boolean): Buffer => Buffer.from(last ? "last" : "more");

export async function* encrypt(
  source: AsyncIterable<Uint8Array>,
  key: Buffer,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(32);
  const fileKey = keyOf(key, salt);
  yield Buffer.concat([MAGIC, salt]);
  let piece = 0;
  const seal = (content: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv("aes-256-gcm", fileKey, nonceOf(piece++)).setAAD(aad(last));
    return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    // A full piece may be the last one: it waits for what follows.
    while (rest.length > PIECE) {
      yield seal(rest.subarray(0, PIECE), false);
      rest = rest.subarray(PIECE);
    }
  }
  yield seal(rest, true);
}

export async function* decrypt(
  source: AsyncIterable<Uint8Array>,
  key: Buffer,
): AsyncGenerator<Buffer> {
  const head = MAGIC.length + 32;
  let rest = Buffer.alloc(0);
  let fileKey: Buffer | null = null;
  let piece = 0;
  const open = (sealed: Buffer, last: boolean): Buffer => {
    if (sealed.length < TAG) throw damaged();
    const decipher = createDecipheriv("aes-256-gcm", fileKey!, nonceOf(piece++), {
      authTagLength: TAG,
    }).setAAD(aad(last)).setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
    } catch {
      throw damaged();
    }
  };
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    if (!fileKey && rest.length >= head) {
      if (!rest.subarray(0, MAGIC.length).equals(MAGIC)) {
        throw new ClientError("this file is not a backup of Sluice");
      }
      fileKey = keyOf(key, rest.subarray(MAGIC.length, head));
      rest = rest.subarray(head);
    }
    while (fileKey && rest.length > PIECE + TAG) {
      yield open(rest.subarray(0, PIECE + TAG), false);
      rest = rest.subarray(PIECE + TAG);
    }
  }
  if (!fileKey) throw new ClientError("this file is not a backup of Sluice");
  yield open(rest, true);
}

const damaged = () =>
  new ClientError("the backup is damaged or cut off, or the key file is another one");
