// Where reports are kept: a private bucket of Supabase Storage, asked as the service.

export const BUCKET = "website-reports";

export interface ReportStore {
  /** Bytes under a path that names them by their hash: storing them again changes nothing. */
  put(path: string, bytes: Uint8Array, type: string): Promise<void>;
  get(path: string): Promise<Uint8Array>;
  /** An address that shows the file to whoever has it, for so many seconds. */
  sign(path: string, seconds: number, name: string): Promise<string>;
  remove(paths: readonly string[]): Promise<void>;
}

export class StoreFailed extends Error {
  override name = "StoreFailed";
}

const TIMEOUT_MS = 30_000;

/** `base`: of the project, as it is reached from here; `publicBase`: as visitors reach it. */
export function supabaseStore(base: string, key: string, publicBase = base): ReportStore {
  const storage = `${base}/storage/v1`;
  const headers = {
    apikey: key,
    // The legacy key is a token as well; the others are not.
    ...(key.split(".").length === 3 ? { authorization: `Bearer ${key}` } : {}),
  };
  async function ask<T>(method: string, path: string, body: unknown): Promise<T> {
    const answer = await fetch(`${storage}${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) return await answer.json() as T;
    const { error, message } = await answer.json().catch(() => ({})) as Record<string, string>;
    throw new StoreFailed(`the storage answered ${answer.status}: ${message ?? error ?? ""}`);
  }
  return {
    async put(path, bytes, type) {
      let url: string;
      try {
        ({ url } = await ask<{ url: string }>("POST", `/object/upload/sign/${BUCKET}/${path}`, {}));
      } catch (error) {
        if (/already exists|Duplicate| 409/.test(String(error))) return;
        throw error;
      }
      const answer = await fetch(`${storage}${url}`, {
        method: "PUT",
        // A link that was revoked must not live on in a cache.
        headers: { "content-type": type, "cache-control": "max-age=0" },
        body: bytes as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok && answer.status !== 409) {
        throw new StoreFailed(`the storage answered ${answer.status} to a file`);
      }
    },
    async get(path) {
      const { signedURL } = await ask<{ signedURL: string }>(
        "POST",
        `/object/sign/${BUCKET}/${path}`,
        { expiresIn: 60 },
      );
      const answer = await fetch(`${storage}${signedURL}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new StoreFailed(`the storage answered ${answer.status} to a file`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    async sign(path, seconds, name) {
      const { signedURL } = await ask<{ signedURL: string }>(
        "POST",
        `/object/sign/${BUCKET}/${path}`,
        { expiresIn: seconds },
      );
      return `${publicBase}/storage/v1${signedURL}&download=${encodeURIComponent(name)}`;
    },
    async remove(paths) {
      if (paths.length > 0) await ask("DELETE", `/object/${BUCKET}`, { prefixes: paths });
    },
  };
}
